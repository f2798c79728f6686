"""What an apply does and leaves behind, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from builders import a_desired
from fleet import Fleet, many

from reconciler.core.action import Action
from reconciler.core.errors import StateConflictError, StateError
from reconciler.core.outcome import Status
from reconciler.core.resource import Address, Reserved
from reconciler.core.run import Lease, Origin
from reconciler.core.secret import MASK, Secret
from reconciler.sandbox.faults import Fault
from reconciler.workflow import applying
from reconciler.workflow.applying import Settings
from reconciler.workflow.leasing import Terms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reconciler.core.errors import ReconcilerError
    from reconciler.core.outcome import Outcome, Result

COACH: Final = a_desired("coach", greeting="Hello")
EDITED: Final = a_desired("coach", greeting="Hi")


def statuses(outcome: Outcome) -> dict[str, str]:
    return {result.address.key: result.status.value for result in outcome.results}


def applied(*desired: Any) -> Fleet:
    """A fleet in which these are live and bound, with nothing counted yet."""
    fleet = Fleet()
    assert fleet.apply(list(desired)).succeeded
    fleet.counted()
    return fleet


# ------------------------------------------------------------------ each status


def test_a_create_is_read_back_bound_and_recorded() -> None:
    fleet = Fleet()
    outcome = fleet.apply([COACH])
    (result,) = outcome.results
    assert (result.action, result.status) == (Action.CREATE, Status.DONE)
    assert result.id == fleet.bound("coach")
    binding = fleet.documents.document.bindings[COACH.address]
    assert (binding.source, binding.protect) == ("personas/coach.yaml", False)
    assert set(binding.paths) == {("persona_name",), ("system_prompt",), ("greeting",)}


def test_an_update_is_done_only_where_it_reads_back() -> None:
    fleet = applied(COACH)
    assert statuses(fleet.apply([EDITED])) == {"coach": "done"}
    assert fleet.live("coach")["greeting"] == "Hi"


def test_a_write_the_server_ignores_has_not_converged_and_names_the_field() -> None:
    fleet = applied(COACH)
    fleet.store.add_fault(Fault(kind="ignore_path", method="PATCH", pointer="/greeting"))
    (result,) = fleet.apply([EDITED]).results
    assert (result.status, result.residual) == (Status.NOT_CONVERGED, (("greeting",),))
    assert "greeting" in result.detail
    (change,) = fleet.plan([EDITED]).changes
    assert change.action is Action.UPDATE


def test_a_no_change_answer_is_success_and_not_sent_again() -> None:
    secret = a_desired(
        "coach",
        layers__llm={"model": "m", "base_url": "https://x", "api_key": Secret("key-12345")},
    )
    fleet = applied(secret)
    fleet.documents.found = None
    assert statuses(fleet.apply([secret])) == {"coach": "unchanged"}
    fleet.counted()
    assert not fleet.plan([secret]).has_changes


def test_a_refusal_is_failed_with_the_servers_words_and_leaves_the_state() -> None:
    fleet = applied(COACH)
    before = fleet.documents.document.bindings
    fleet.store.set_switch("refuse_ops", "replace")
    (result,) = fleet.apply([EDITED]).results
    assert result.status is Status.FAILED
    assert "400" in result.detail
    assert fleet.documents.document.bindings == before


@pytest.mark.parametrize("after_store", [False, True])
@pytest.mark.parametrize("kind", ["drop", "html"])
def test_a_lost_answer_is_settled_by_reading(kind: Any, after_store: bool) -> None:
    fleet = applied(COACH)
    fleet.store.add_fault(Fault(kind=kind, method="PATCH", after_store=after_store))
    (result,) = fleet.apply([EDITED]).results
    assert fleet.counted()["patch"] == 1
    if after_store:
        assert result.status is Status.DONE
        assert "the change is there" in result.detail
    else:
        assert result.status in {Status.UNKNOWN, Status.FAILED}
    assert fleet.plan([EDITED]).has_changes is not after_store
    assert fleet.apply([EDITED]).succeeded


def test_a_create_whose_answer_is_lost_is_found_by_its_nonce_in_the_same_run() -> None:
    fleet = Fleet()
    fleet.store.add_fault(Fault(kind="drop", method="POST", after_store=True))
    assert statuses(fleet.apply([COACH])) == {"coach": "done"}
    assert fleet.counted() == {"list": 2, "create": 1, "patch": 1, "read": 1}
    assert len(fleet.store.find("Coach")) == 1
    assert fleet.documents.document.intents == {}


def test_a_create_that_never_arrived_is_unknown_and_sent_by_the_next_run() -> None:
    fleet = Fleet()
    fleet.store.add_fault(Fault(kind="drop", method="POST"))
    assert statuses(fleet.apply([COACH])) == {"coach": "unknown"}
    assert fleet.documents.document.bindings == {}
    assert list(fleet.documents.document.intents) == ["persona/coach"]
    assert fleet.apply([COACH]).succeeded
    assert len(fleet.store.find("Coach")) == 1
    assert fleet.documents.document.intents == {}


def test_what_cannot_be_read_back_is_unknown_but_bound() -> None:
    fleet = Fleet()
    fleet.store.add_fault(Fault(kind="status", method="GET", path="/v2/personas/*", status=500))
    assert statuses(fleet.apply([COACH])) == {"coach": "unknown"}
    assert fleet.bound("coach")
    assert fleet.apply([COACH]).succeeded
    assert len(fleet.store.find("Coach")) == 1


def test_what_went_to_a_draft_is_not_live_and_planned_again() -> None:
    fleet = applied(COACH)
    fleet.store.set_switch("edit_model", "draft_routed")
    fleet.store.maker_draft(fleet.bound("coach"))
    assert statuses(fleet.apply([EDITED])) == {"coach": "not live"}
    assert fleet.plan([EDITED]).has_changes


def test_no_change_against_a_draft_is_not_live_either() -> None:
    """The server may have compared with the draft, which has the edit already (persona-api 6.3)."""
    fleet = applied(COACH)
    fleet.store.set_switch("edit_model", "draft_routed")
    edit = {"op": "add", "path": "/greeting", "value": "Hi"}
    fleet.store.maker_draft(fleet.bound("coach"), operations=[edit])
    assert statuses(fleet.apply([EDITED])) == {"coach": "not live"}
    assert fleet.plan([EDITED]).has_changes


def test_edits_in_maker_are_kept_unless_they_are_given_up_by_address() -> None:
    fleet = applied(COACH)
    fleet.store.maker_draft(fleet.bound("coach"))
    (result,) = fleet.apply([EDITED]).results
    assert result.status is Status.FAILED
    other = Settings(force=frozenset({Address("persona", "other")}))
    assert not fleet.apply([EDITED], other).succeeded
    assert fleet.apply([EDITED], Settings(force=frozenset({COACH.address}))).succeeded


def test_one_failure_does_not_stop_the_others() -> None:
    fleet = applied(*many(5))
    fleet.store.maker_draft(fleet.bound("p0002"))
    outcome = fleet.apply(many(5, greeting="Hi"))
    assert Counter(statuses(outcome).values()) == {"done": 4, "failed": 1}
    assert outcome.anything_done
    assert not outcome.succeeded


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_failure_every_request_would_meet_starts_nothing_more(status: int) -> None:
    fleet = applied(*many(9))
    fleet.store.add_fault(Fault(kind="status", method="PATCH", status=status, times=0))
    outcome = fleet.apply(many(9, greeting="Hi"), Settings(concurrency=2))
    failed = outcome.count(Status.FAILED)
    assert 1 <= failed <= 2
    assert outcome.count(Status.NOT_STARTED) == 9 - failed
    assert fleet.counted()["patch"] == failed
    assert not outcome.interrupted


# ------------------------------------------------------------------ deletes


def test_deletes_come_last_and_leave_a_copy_without_secrets() -> None:
    keyed = a_desired(
        "old", layers__llm={"model": "m", "base_url": "https://x", "api_key": Secret("key-12345")}
    )
    fleet = Fleet()
    fleet.store.set_switch("mask_llm_api_key", "echo")
    fleet.apply([COACH, keyed])
    gone = fleet.bound("old")
    fleet.counted()
    assert fleet.apply([EDITED], prune=True).succeeded
    writes = [request for request in fleet.requests() if not request.startswith("GET")]
    assert [write.split()[0] for write in writes] == ["PATCH", "DELETE"]
    copy = fleet.documents.beside[f"deleted/old-{gone}.json"]
    assert str(copy["layers"]["llm"]["api_key"]) == MASK
    assert list(fleet.documents.document.bindings) == [COACH.address]


def test_a_delete_waits_until_everything_else_succeeded() -> None:
    fleet = applied(COACH, a_desired("old"))
    fleet.store.set_switch("refuse_ops", "replace")
    assert statuses(fleet.apply([EDITED], prune=True)) == {"coach": "failed", "old": "not started"}
    assert fleet.counted()["delete"] == 0


def test_a_persona_that_someone_changed_meanwhile_is_not_deleted() -> None:
    fleet = applied(COACH, a_desired("old", greeting="Hello"))
    fleet.edit("old", "/greeting", "Precious.")
    (result,) = fleet.apply([COACH], prune=True).results
    assert (result.status, fleet.counted()["delete"]) == (Status.FAILED, 0)
    assert "greeting" in result.detail


def test_a_copy_that_cannot_be_kept_stops_the_delete() -> None:
    fleet = applied(COACH, a_desired("old"))

    fleet.documents.full_for = "deleted/"
    outcome = fleet.apply([COACH], prune=True)
    assert statuses(outcome) == {"old": "not started"}
    assert "disk full" in outcome.problem
    assert fleet.counted()["delete"] == 0


# ------------------------------------------------------------------ recorded without a write


def test_a_move_is_recorded_without_a_request() -> None:
    fleet = applied(COACH)
    persona = fleet.bound("coach")
    moved = a_desired(
        "mentor", persona_name="Coach", greeting="Hello", reserved=Reserved(moved_from="coach")
    )
    assert fleet.apply([moved]).results == ()
    assert fleet.bound("mentor") == persona
    assert len(fleet.documents.document.bindings) == 1
    assert fleet.counted() == {"list": 1}


def test_a_moved_definition_that_also_changed_keeps_its_record() -> None:
    fleet = applied(COACH)
    moved = a_desired(
        "mentor", persona_name="Mentor", greeting="Hello", reserved=Reserved(moved_from="coach")
    )
    assert statuses(fleet.apply([moved])) == {"mentor": "done"}
    assert [address.key for address in fleet.documents.document.bindings] == ["mentor"]
    assert not fleet.plan([moved]).has_changes


def test_an_edit_that_live_already_has_becomes_the_last_applied() -> None:
    fleet = applied(COACH)
    fleet.edit("coach", "/greeting", "Hi")
    assert fleet.apply([EDITED]).results == ()
    fleet.edit("coach", "/greeting", "Ahoy")
    (change,) = fleet.plan([EDITED]).changes
    assert [field.attribution.value for field in change.fields] == ["outside"]


def test_protection_is_recorded_without_a_request() -> None:
    fleet = applied(COACH)
    fleet.apply([a_desired("coach", greeting="Hello", reserved=Reserved(protect=True))])
    assert fleet.documents.document.bindings[COACH.address].protect
    assert fleet.counted() == {"list": 1}


def test_a_binding_of_which_nothing_is_left_is_forgotten() -> None:
    fleet = applied(COACH, a_desired("old"))
    fleet.remove("old")
    fleet.apply([COACH])
    assert list(fleet.documents.document.bindings) == [COACH.address]


# ------------------------------------------------------------------ stopping


def stopping_after(number: int, concurrency: int) -> Settings:
    """Settings whose stop is set with the result of that number."""
    seen: list[Result | None] = []
    stop = asyncio.Event()

    def on_result(result: Result) -> None:
        seen.append(result)
        if len(seen) == number:
            stop.set()

    def on_created(_: Address) -> None:
        seen.append(None)
        if len(seen) == number:
            stop.set()

    return Settings(concurrency, on_result=on_result, on_created=on_created, stop=stop)


def test_a_stop_starts_nothing_new_and_the_next_run_goes_on() -> None:
    fleet, desired = Fleet(), many(20)
    outcome = fleet.apply(desired, stopping_after(5, concurrency=3))
    count = Counter(statuses(outcome).values())
    assert outcome.interrupted
    assert count["done"] + count["not started"] == 20
    assert 5 <= count["done"] <= 5 + 3 - 1
    assert len(fleet.documents.document.bindings) == count["done"]
    fleet.counted()
    again = fleet.apply(desired)
    assert again.count(Status.DONE) == count["not started"]
    assert fleet.counted()["create"] == count["not started"]
    assert all(len(fleet.store.find(f"Number {n:04}")) == 1 for n in range(20))
    assert not fleet.plan(desired).has_changes


def test_a_stop_before_the_first_change_sends_nothing() -> None:
    fleet = Fleet()
    stop = asyncio.Event()
    stop.set()
    outcome = fleet.apply(many(3), Settings(stop=stop))
    assert set(statuses(outcome).values()) == {"not started"}
    assert (outcome.interrupted, outcome.anything_done) == (True, False)
    assert fleet.counted() == {"list": 1}
    assert fleet.documents.document.bindings == {}


def test_a_stop_during_updates_deletes_nothing() -> None:
    fleet = applied(*many(3))
    outcome = fleet.apply(many(2, greeting="Hi"), stopping_after(2, concurrency=1), prune=True)
    assert statuses(outcome) == {"p0000": "done", "p0001": "done", "p0002": "not started"}
    assert fleet.counted()["delete"] == 0


def test_a_stop_that_came_with_the_last_result_interrupted_nothing() -> None:
    outcome = Fleet().apply(many(3), stopping_after(3, concurrency=1))
    assert outcome.succeeded
    assert not outcome.interrupted


def test_every_result_is_told_once_as_it_comes() -> None:
    told: list[Result] = []
    outcome = Fleet().apply(many(6), Settings(on_result=told.append))
    assert sorted(told, key=lambda result: result.address) == list(outcome.results)


# ------------------------------------------------------------------ concurrency


class Gate:
    """An app in front of the emulator that lets requests overlap and counts how many do."""

    def __init__(self, app: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        self._app = app
        self.under_way = 0
        self.most = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            for _ in range(5):
                await asyncio.sleep(0)
            await self._app(scope, receive, send)
        finally:
            self.under_way -= 1


@pytest.mark.parametrize(
    ("of_apply", "of_client", "most"), [(1, 8, 1), (3, 8, 3), (8, 2, 2), (64, 64, 12)]
)
def test_no_more_requests_are_under_way_than_allowed(
    of_apply: int, of_client: int, most: int
) -> None:
    fleet = Fleet(concurrency=of_client)
    gate = Gate(fleet.app)
    fleet.app = gate
    assert fleet.apply(many(12), Settings(of_apply)).succeeded
    assert gate.most == most


# ------------------------------------------------------------------ the state while writes go on


def test_results_are_stored_while_writes_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is killed has lost the acknowledgements of the last moments only."""
    monkeypatch.setattr(applying, "FLUSH_SECONDS", 0.001)
    fleet = Fleet()
    stored_meanwhile: list[int] = []

    def on_result(_: Result) -> None:
        found = fleet.documents.found
        stored_meanwhile.append(len(found[0].bindings) if found else 0)

    fleet.store.add_fault(Fault(kind="latency", method="POST", delay=0.003, times=0))
    assert fleet.apply(many(12), Settings(1, on_result=on_result)).succeeded
    assert stored_meanwhile[-1] > 0
    assert len(fleet.documents.document.bindings) == 12


def test_a_state_taken_over_by_someone_else_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "FLUSH_SECONDS", 0.001)
    fleet = applied(*many(12))

    def on_result(result: Result) -> None:
        if result.address.key == "p0001":
            fleet.documents.someone_else_saves()

    fleet.store.add_fault(Fault(kind="latency", method="PATCH", delay=0.01, times=0))
    theirs_serial = fleet.documents.document.serial
    outcome = fleet.apply(many(12, greeting="Hi"), Settings(1, on_result=on_result))
    assert "replaced by someone else" in outcome.problem
    assert not outcome.succeeded
    assert Status.NOT_STARTED in {result.status for result in outcome.results}
    assert fleet.documents.document.serial > theirs_serial


@pytest.mark.parametrize(
    "failed", [StateConflictError("Someone else was faster"), StateError("No space left")]
)
def test_a_state_that_cannot_be_stored_is_found_out_before_anything_is_sent(
    failed: ReconcilerError,
) -> None:
    fleet = applied(COACH)
    fleet.documents.fail = failed
    at_once = Settings(terms=Terms("run", Origin(), patience=0))
    with pytest.raises(type(failed)):
        fleet.apply([EDITED, a_desired("other")], at_once)
    assert fleet.counted() == {"list": 1, "conversations": 1}


def test_a_state_that_cannot_be_stored_at_the_end_is_a_problem_that_is_told() -> None:
    fleet = Fleet()

    def on_result(_: Result) -> None:
        fleet.documents.fail = StateConflictError("The state was replaced by someone else")

    outcome = fleet.apply([COACH], Settings(on_result=on_result))
    assert statuses(outcome) == {"coach": "done"}
    assert outcome.problem == "The state was replaced by someone else"
    assert (outcome.succeeded, outcome.anything_done) == (False, True)
    fleet.documents.fail = None
    nobody_else = Settings(terms=Terms("next", Origin(), alone=True))
    assert fleet.apply([COACH], nobody_else).succeeded
    assert fleet.documents.document.lease is None
    assert not fleet.documents.document.intents
    assert len(fleet.store.find("Coach")) == 1


def test_a_read_that_still_shows_the_old_version_is_repeated() -> None:
    fleet = applied(COACH)
    fleet.store.add_fault(Fault(kind="stale_read", method="GET", path="*/personas/*"))
    assert statuses(fleet.apply([EDITED], Settings(rereads=(0, 0)))) == {"coach": "done"}
    assert fleet.counted() == {"list": 1, "conversations": 1, "patch": 1, "read": 2}


def test_with_nothing_to_change_a_lease_of_somebody_is_respected_too() -> None:
    """What looks done may be half of what the other run is about to do."""
    fleet = applied(COACH)
    document = fleet.documents.document
    theirs = replace(document, lease=Lease("theirs", Origin("ann"), "2026", 120))
    fleet.documents.found = (theirs, "theirs")
    with pytest.raises(StateConflictError):
        fleet.apply([COACH], Settings(terms=Terms("run", Origin(), patience=0)))
    assert fleet.documents.document == theirs
