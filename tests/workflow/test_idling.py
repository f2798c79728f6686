"""Changes that wait until nobody talks with their persona; in virtual time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from builders import a_desired
from fleet import Fleet, many
from rig.virtual_time import VirtualTime

from reconciler.core.outcome import Outcome, Status
from reconciler.core.resource import OnActive, Reserved
from reconciler.core.run import Origin
from reconciler.sandbox.faults import Fault
from reconciler.workflow.applying import Settings
from reconciler.workflow.idling import INTERVAL, Patience
from reconciler.workflow.leasing import Terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.resource import Desired

IDLE = Patience(60, everybody=True)


def a_fleet(number: int = 3, **reserved: Any) -> tuple[Fleet, list[Desired]]:
    """Applied personas, and the same with another greeting; conversations by hand from here."""
    fleet = Fleet()
    fleet.time = VirtualTime()
    assert fleet.apply(many(number)).succeeded
    fleet.counted()
    edited = many(number, greeting="Hi")
    return fleet, [replace(one, reserved=Reserved(**reserved)) for one in edited]


def hanging_up(fleet: Fleet, key: str, after: float) -> Callable[[], object]:
    """Something that ends the conversations of a key once so much virtual time has passed."""
    persona_id = fleet.bound(key)

    def look() -> None:
        assert fleet.time is not None
        if fleet.time.seconds >= after:
            fleet.store.hang_up(persona_id)

    return look


def apply(
    fleet: Fleet,
    desired: list[Desired],
    patience: Patience = IDLE,
    *,
    meanwhile: Callable[[], object] = lambda: None,
    **chosen: Any,
) -> Outcome:
    """Apply; meanwhile is done before each look at the conversations."""
    app = fleet.app

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/v2/conversations":
            meanwhile()
        await app(scope, receive, send)

    fleet.app = watched
    try:
        return fleet.apply(desired, Settings(patience=patience), **chosen)
    finally:
        fleet.app = app


def statuses(outcome: Outcome) -> list[str]:
    return [result.status.value for result in outcome.results]


def test_what_nobody_talks_with_goes_first_and_the_rest_once_it_is_free() -> None:
    fleet, desired = a_fleet()
    fleet.store.talk(fleet.bound("p0001"))
    outcome = apply(fleet, desired, meanwhile=hanging_up(fleet, "p0001", after=12))
    assert outcome.succeeded
    patched = [one.split("/")[-1] for one in fleet.requests() if one.startswith("PATCH")]
    assert set(patched[:2]) == {fleet.bound("p0000"), fleet.bound("p0002")}
    assert patched[2:] == [fleet.bound("p0001")]
    assert fleet.time is not None
    assert 12 <= fleet.time.seconds <= 12 + 2 * INTERVAL


def test_after_the_timeout_the_rest_is_not_sent_and_says_why() -> None:
    fleet, desired = a_fleet()
    fleet.store.talk(fleet.bound("p0001"))
    outcome = apply(fleet, desired)
    assert statuses(outcome) == ["done", "not started", "done"]
    assert outcome.results[1].detail == ("conversations with it were still active after 60 seconds")
    assert (outcome.succeeded, outcome.interrupted, outcome.anything_done) == (False, False, True)
    assert not outcome.held_back
    assert not fleet.documents.document.intents
    assert fleet.documents.document.lease is None
    assert fleet.live("p0001")["greeting"] == "Hello"
    fleet.store.hang_up(fleet.bound("p0001"))
    assert apply(fleet, desired).succeeded
    assert fleet.live("p0001")["greeting"] == "Hi"


def test_where_nothing_could_be_sent_the_apply_was_held_back() -> None:
    fleet, desired = a_fleet(1)
    fleet.store.talk(fleet.bound("p0000"))
    outcome = apply(fleet, desired)
    assert (outcome.held_back, outcome.anything_done) == (True, False)


def test_only_definitions_that_say_wait_wait_where_nobody_asked() -> None:
    fleet, desired = a_fleet(2)
    for key in ("p0000", "p0001"):
        fleet.store.talk(fleet.bound(key))
    waits = replace(desired[1], reserved=Reserved(on_active_conversations=OnActive.WAIT))
    outcome = apply(fleet, [desired[0], waits], Patience(30))
    assert statuses(outcome) == ["done", "not started"]


def test_without_a_definition_that_waits_nobody_looks_again() -> None:
    fleet, desired = a_fleet(2)
    fleet.store.talk(fleet.bound("p0000"))
    assert apply(fleet, desired, Patience(30)).succeeded
    assert fleet.counted()["conversations"] == 1


def test_an_unknown_number_counts_as_active() -> None:
    fleet, desired = a_fleet(1)
    fleet.store.add_fault(Fault(kind="status", status=403, path="/v2/conversations", times=0))
    outcome = apply(fleet, desired)
    assert statuses(outcome) == ["not started"]
    assert "whether conversations with it are active was not known" in outcome.results[0].detail
    assert not [one for one in fleet.requests() if one.startswith("PATCH")]


def test_creates_wait_for_nobody() -> None:
    fleet, desired = a_fleet(1)
    fleet.store.talk(fleet.bound("p0000"))
    outcome = apply(fleet, [*desired, a_desired("new")])
    assert {r.address.key: r.status for r in outcome.results} == {
        "new": Status.DONE,
        "p0000": Status.NOT_STARTED,
    }


def test_deletes_wait_too_and_go_last() -> None:
    fleet, desired = a_fleet(2)
    fleet.store.talk(fleet.bound("p0001"))
    outcome = apply(fleet, desired[:1], prune=True)
    assert statuses(outcome) == ["done", "not started"]
    free = hanging_up(fleet, "p0001", after=fleet.time.seconds + 8 if fleet.time else 0)
    assert apply(fleet, desired[:1], meanwhile=free, prune=True).succeeded
    assert fleet.requests()[-1].startswith("DELETE")


def test_what_somebody_edited_during_the_wait_is_not_overwritten() -> None:
    fleet, desired = a_fleet(1)
    fleet.store.talk(fleet.bound("p0000"))
    free = hanging_up(fleet, "p0000", after=8)

    def edited() -> None:
        if fleet.time is not None and fleet.time.seconds >= 8:
            fleet.edit("p0000", "/greeting", "Ahoy")
        free()

    outcome = apply(fleet, desired, meanwhile=edited)
    assert statuses(outcome) == ["not started"]
    assert outcome.results[0].detail == "somebody changed greeting while this run waited"
    assert fleet.live("p0000")["greeting"] == "Ahoy"


def test_what_was_deleted_during_the_wait_is_not_sent() -> None:
    fleet, desired = a_fleet(1)
    fleet.store.talk(fleet.bound("p0000"))
    free = hanging_up(fleet, "p0000", after=0)
    looks = []

    def gone() -> None:
        looks.append(1)
        if len(looks) == 3:
            free()
            fleet.remove("p0000")

    outcome = apply(fleet, desired, meanwhile=gone)
    assert [one.detail for one in outcome.results] == ["it was deleted while this run waited"]


def test_the_lease_is_kept_alive_over_a_wait_longer_than_itself() -> None:
    fleet, desired = a_fleet(1)
    fleet.store.talk(fleet.bound("p0000"))
    free = hanging_up(fleet, "p0000", after=500)
    assert apply(fleet, desired, Patience(900, everybody=True), meanwhile=free).succeeded


def test_a_stop_ends_the_wait_at_once() -> None:
    fleet, desired = a_fleet(1)
    fleet.store.talk(fleet.bound("p0000"))
    stop = asyncio.Event()

    def say(_line: str) -> None:
        asyncio.get_running_loop().call_later(1, stop.set)

    terms = Terms("run", Origin(), say=say)
    outcome = fleet.apply(desired, Settings(patience=IDLE, stop=stop, terms=terms))
    assert (statuses(outcome), outcome.interrupted) == (["not started"], True)
    assert fleet.time is not None
    assert fleet.time.seconds < INTERVAL
    assert fleet.documents.document.lease is None
