"""Which action each address gets; a plan depends on nothing but its three sides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from builders import LINEAGE, a_desired, a_live, a_plan, bound, the_change
from hypothesis import given
from hypothesis import strategies as st
from strategies import PERSONAS

from reconciler.core.action import Action
from reconciler.core.canonical import canonical
from reconciler.core.diagnostics import Place, warning
from reconciler.core.digest import digests_for
from reconciler.core.document import equal, pointer
from reconciler.core.planning import Options, World, build_plan
from reconciler.core.resource import Address, Desired, Live, Reserved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.plan import Plan
    from reconciler.core.state import StateDocument

COACH: Final = a_desired("coach", greeting="Hello")
WITHOUT: Final = a_desired("coach")
MENTOR: Final = a_desired("mentor")
BOUND: Final = bound((COACH, "p1"))


def actions(plan: Plan) -> dict[str, str]:
    return {change.address.key: change.action.value for change in plan.changes}


@pytest.mark.parametrize(
    ("desired", "live", "state", "action"),
    [
        ([COACH], [], None, "create"),
        ([COACH], [a_live("p1", COACH)], None, "adopt"),
        ([COACH], [a_live("p1", COACH, greeting="Hi")], None, "adopt"),
        ([COACH], [a_live("p1", COACH), a_live("p2", COACH)], None, "conflict"),
        ([COACH], [a_live("p1", COACH)], BOUND, "no-op"),
        ([COACH], [a_live("p1", COACH, greeting="Hi")], BOUND, "update"),
        ([WITHOUT], [a_live("p1", COACH)], BOUND, "update"),
        ([WITHOUT], [a_live("p1", COACH, greeting="Hi")], BOUND, "conflict"),
        ([COACH], [], BOUND, "create"),
        ([], [a_live("p1", COACH)], BOUND, "orphan"),
    ],
)
def test_the_action_of_an_address(
    desired: Sequence[Desired], live: Sequence[Live], state: StateDocument | None, action: str
) -> None:
    assert actions(a_plan(desired, live, state)) == {"coach": action}


def test_nothing_of_an_unbound_unmentioned_persona_is_in_a_plan() -> None:
    plan = a_plan([COACH], [a_live("p1", COACH), a_live("p9", MENTOR)], BOUND)
    assert actions(plan) == {"coach": "no-op"}
    assert not plan.has_changes


# ------------------------------------------------------------------ create


def test_a_create_sends_what_is_set_and_always_a_name() -> None:
    nameless = replace(COACH, document={"system_prompt": "x", "greeting": "", "layers": {}})
    change = the_change(a_plan([nameless]))
    assert change.body == {"persona_name": "coach", "system_prompt": "x"}
    assert (change.id, change.patches, change.reason) == ("", (), "")


@given(PERSONAS)
def test_a_created_persona_differs_in_nothing(desired: dict[str, Any]) -> None:
    item = Desired(Address("persona", "p"), canonical(desired), Place("p.yaml"))
    body = the_change(a_plan([item])).body
    assert body is not None
    live = Live("p1", {**body, "persona_id": "p1"})
    (again,) = a_plan([item], [live]).changes
    assert (again.action, again.fields, again.patches) == (Action.ADOPT, (), ())


def test_a_vanished_persona_is_created_again_and_named() -> None:
    plan = a_plan([COACH], [], BOUND)
    assert "p1 was deleted outside" in the_change(plan).reason
    assert plan.vanished == (COACH.address,)
    assert plan.forgotten == ()


# ------------------------------------------------------------------ adopt, update, conflict


def test_adopting_makes_live_equal_the_definition_and_says_which_persona() -> None:
    change = the_change(a_plan([COACH], [a_live("p1", COACH, greeting="Hi")]))
    assert (change.id, change.reason) == ("p1", "a live persona has this name: p1")
    assert change.patches == (({"op": "replace", "path": "/greeting", "value": "Hello"},),)


def test_an_update_carries_the_field_changes_its_patch_was_made_of() -> None:
    change = the_change(a_plan([COACH], [a_live("p1", COACH, greeting="Hi")], BOUND))
    assert [pointer(field.path) for field in change.fields] == ["/greeting"]
    assert change.patches == (({"op": "replace", "path": "/greeting", "value": "Hello"},),)
    assert change.overwrites


def test_one_conflicting_field_stops_the_whole_persona() -> None:
    other = a_desired("coach", system_prompt="Another.")
    change = the_change(a_plan([other], [a_live("p1", COACH, greeting="Hi")], BOUND))
    assert change.action is Action.CONFLICT
    assert change.patches == ()
    assert [pointer(conflict.path) for conflict in change.conflicts] == ["/greeting"]


def test_overwrite_turns_a_conflict_into_an_update() -> None:
    plan = a_plan([WITHOUT], [a_live("p1", COACH, greeting="Hi")], BOUND, overwrite=True)
    assert the_change(plan).patches == (({"op": "remove", "path": "/greeting"},),)


def test_only_a_pair_the_server_made_equal_is_no_op_and_listed() -> None:
    address = COACH.address
    binding = BOUND.bindings[address]
    record = replace(
        binding.paths["greeting",], observed=digests_for(LINEAGE).of(("greeting",), "HELLO")
    )
    state = BOUND.with_binding(
        address, replace(binding, paths={**binding.paths, ("greeting",): record})
    )
    change = the_change(a_plan([COACH], [a_live("p1", COACH, greeting="HELLO")], state))
    assert (change.action, change.equivalent) == (Action.NO_OP, (("greeting",),))


# ------------------------------------------------------------------ without a definition


def test_a_definition_that_is_gone_leaves_an_orphan_or_with_prune_a_delete() -> None:
    live = [a_live("p1", COACH)]
    state = bound((COACH, "p1"), protect=["coach"])
    kept, deleted = (the_change(a_plan([], live, state, prune=prune)) for prune in (False, True))
    assert (kept.action, kept.reason) == (Action.ORPHAN, "its definition is gone; kept")
    assert (deleted.action, deleted.id, deleted.protected) == (Action.DELETE, "p1", True)
    assert not kept.action.writes


def test_a_binding_whose_persona_and_definition_are_gone_is_forgotten() -> None:
    plan = a_plan([], [], BOUND, prune=True)
    assert plan.changes == ()
    assert plan.forgotten == plan.vanished == (COACH.address,)


def test_a_moved_binding_is_neither_orphan_nor_delete() -> None:
    moved = a_desired("mentor", persona_name="Coach", greeting="Hello", reserved=Reserved("coach"))
    plan = a_plan([moved], [a_live("p1", COACH)], BOUND, prune=True)
    assert actions(plan) == {"mentor": "no-op"}
    assert the_change(plan).previous == COACH.address


# ------------------------------------------------------------------ targets


def test_targets_limit_the_changes_and_what_is_told() -> None:
    live = [a_live("p2", MENTOR, system_prompt="Moved.")]
    state = bound((COACH, "p1"), (MENTOR, "p2"))
    whole = a_plan([COACH, MENTOR], live, state)
    assert actions(whole) == {"coach": "create", "mentor": "update"}
    mentor = a_plan([COACH, MENTOR], live, state, targets=frozenset({MENTOR.address}))
    assert actions(mentor) == {"mentor": "update"}
    assert set(mentor.drift) == {MENTOR.address}
    coach = a_plan([COACH, MENTOR], live, state, targets=frozenset({COACH.address}))
    assert set(coach.drift) == set()


def test_a_persona_deleted_outside_is_not_told_where_another_one_is_the_target() -> None:
    live, state = [a_live("p2", MENTOR)], bound((COACH, "p1"), (MENTOR, "p2"))
    plan = a_plan([COACH, MENTOR], live, state, targets=frozenset({MENTOR.address}))
    assert plan.vanished == ()


def test_a_target_that_is_nowhere_leaves_nothing() -> None:
    plan = a_plan([COACH], [], None, targets=frozenset({Address("persona", "nobody")}))
    assert plan.changes == ()


# ------------------------------------------------------------------ the whole


FLEET: Final = [
    a_desired("create"),
    a_desired("adopt"),
    a_desired("update", greeting="Hello"),
    a_desired("vanished"),
    a_desired("away"),
    a_desired("twins", persona_name="Twin"),
    a_desired("same"),
]
STATE: Final = bound(
    (FLEET[2], "p2"),
    (FLEET[3], "p3"),
    (FLEET[4], "p4"),
    (FLEET[6], "p8"),
    (a_desired("orphan"), "p6"),
    (a_desired("forgotten"), "p7"),
    (a_desired("lost"), "p9"),
)
ROWS: Final = [
    a_live("p1", FLEET[1], greeting="Moved."),
    a_live("p2", FLEET[2], greeting="Moved."),
    a_live("p5", FLEET[5]),
    a_live("p50", FLEET[5]),
    a_live("p6", a_desired("orphan")),
    a_live("p8", FLEET[6]),
    a_live("p99", persona_name="Unmanaged"),
]


@given(st.permutations(FLEET), st.permutations(ROWS), st.permutations(list(STATE.bindings)))
def test_a_plan_does_not_depend_on_any_order(
    desired: list[Desired], rows: list[Live], addresses: list[Address]
) -> None:
    state = replace(STATE, bindings={address: STATE.bindings[address] for address in addresses})
    assert a_plan(desired, rows, state) == a_plan(FLEET, ROWS, STATE)


def test_changes_are_in_order_of_address_and_counted() -> None:
    plan = a_plan(FLEET, ROWS, STATE)
    assert [change.address for change in plan.changes] == sorted(c.address for c in plan.changes)
    assert {action.value: number for action, number in plan.summary.items()} == {
        "create": 3,
        "adopt": 1,
        "update": 1,
        "delete": 0,
        "orphan": 1,
        "conflict": 1,
        "no-op": 1,
    }
    assert plan.bound == 7
    assert [address.key for address in plan.forgotten] == ["forgotten", "lost"]


def test_a_plan_says_what_it_was_made_from_and_for() -> None:
    found = [warning("Mind the gap")]
    world = World([COACH], {}, replace(BOUND, serial=41), digests_for(LINEAGE))
    plan = build_plan(world, Options("prod", "https://tavusapi.com"), diagnostics=found)
    assert (plan.environment, plan.endpoint) == ("prod", "https://tavusapi.com")
    assert (plan.lineage, plan.serial, plan.diagnostics) == (LINEAGE, 41, tuple(found))


@pytest.mark.parametrize(
    ("desired", "live", "state", "ahead"),
    [
        ([COACH], [], None, True),
        ([COACH], [a_live("p1", COACH)], None, True),
        ([COACH], [a_live("p1", COACH, greeting="Hi")], BOUND, False),
        ([a_desired("coach", greeting="New")], [a_live("p1", COACH)], BOUND, True),
        ([a_desired("coach", greeting="New")], [a_live("p1", COACH, greeting="Hi")], BOUND, True),
        ([COACH], [], BOUND, False),
        ([COACH], [a_live("p1", COACH)], BOUND, False),
        ([WITHOUT], [a_live("p1", COACH)], BOUND, True),
    ],
)
def test_git_is_ahead_where_it_moved_and_an_apply_did_not_follow(
    desired: Sequence[Desired], live: Sequence[Live], state: StateDocument | None, ahead: bool
) -> None:
    assert a_plan(desired, live, state).ahead == ((COACH.address,) if ahead else ())


@given(PERSONAS, PERSONAS)
def test_the_same_sides_give_the_same_plan(one: dict[str, Any], other: dict[str, Any]) -> None:
    item = Desired(Address("persona", "p"), canonical(one), Place("p.yaml"))
    live = [Live("p1", {**other, "persona_id": "p1"})]
    first, again = a_plan([item], live), a_plan([item], live)
    assert first == again
    for a, b in zip(first.changes, again.changes, strict=True):
        assert equal(list(map(list, a.patches)), list(map(list, b.patches)))
