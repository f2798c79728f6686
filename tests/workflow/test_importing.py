"""Bringing live personas under management: which ones, and bindings that make the plan empty."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import pytest
from builders import a_desired, a_live, a_plan
from fleet import Fleet, InMemory

from reconciler.core.errors import RefusedError, WrongTargetError
from reconciler.workflow.importing import bind_imported, read_unbound
from reconciler.workflow.ledger import Ledger
from reconciler.workflow.reading import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.resource import Live
    from reconciler.live import TavusPersonas

COACH: Final = a_desired("coach")
MENTOR: Final = a_desired("mentor")


def imported(fleet: Fleet, ids: Sequence[str] = ()) -> list[str]:
    """The ids of what would be imported."""

    async def act(client: TavusPersonas) -> tuple[Live, ...]:
        return await read_unbound(client, Ledger(fleet.documents), ids, Target("sandbox"))

    found: tuple[Live, ...] = fleet.with_client(act)
    return [live.id for live in found]


def test_with_no_ids_every_unbound_persona_is_read_directly() -> None:
    fleet = Fleet()
    fleet.apply([COACH])
    fleet.seed([MENTOR])
    (mentor,) = fleet.store.find("Mentor")
    fleet.counted()
    assert imported(fleet) == [mentor]
    assert fleet.counted() == {"list": 1, "read": 2}


def test_chosen_ids_are_read_without_a_list() -> None:
    fleet = Fleet()
    fleet.seed([COACH, MENTOR])
    (mentor,) = fleet.store.find("Mentor")
    assert imported(fleet, [mentor]) == [mentor]
    assert fleet.counted() == {"read": 1}


def test_an_id_that_is_bound_already_is_refused_with_its_address() -> None:
    fleet = Fleet()
    fleet.apply([COACH])
    with pytest.raises(RefusedError, match="is persona/coach"):
        imported(fleet, [fleet.bound("coach")])


def test_a_state_of_another_account_is_refused() -> None:
    fleet = Fleet()
    fleet.apply([COACH])
    fleet.store.reset()
    with pytest.raises(WrongTargetError):
        imported(fleet)


def test_an_id_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RefusedError, match="p00000000000"):
        imported(Fleet(), ["p00000000000"])


def test_what_was_imported_is_bound_and_the_next_plan_is_empty() -> None:
    documents = InMemory()
    ledger = Ledger(documents)
    ledger.begin()
    live = a_live("p1", COACH, greeting="Not in the definition")
    bind_imported(ledger, [COACH], {COACH.place.file: live})
    asyncio.run(ledger.flush())
    state = documents.document
    assert {at: binding.id for at, binding in state.bindings.items()} == {COACH.address: "p1"}
    assert not a_plan([COACH], [live], state).has_changes
