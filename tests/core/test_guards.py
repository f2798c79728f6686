"""What a plan may do without being asked twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from builders import a_desired

from reconciler.core.action import Action
from reconciler.core.guards import FLOOR, Guards, refusals
from reconciler.core.limit import Limit
from reconciler.core.plan import Change, Plan
from reconciler.core.project import GuardSettings
from reconciler.core.resource import Address

PATCH: Final = (({"op": "remove", "path": "/greeting"},),)


def a_plan_of(
    *, updates: int = 0, deletes: int = 0, adopts: int = 0, creates: int = 0, total: int = 100
) -> Plan:
    counts = {
        Action.UPDATE: updates,
        Action.DELETE: deletes,
        Action.ADOPT: adopts,
        Action.CREATE: creates,
    }
    changes = tuple(
        Change(
            Address("persona", f"{action.value}-{number}"),
            action,
            patches=PATCH if action in {Action.UPDATE, Action.ADOPT} else (),
        )
        for action, count in counts.items()
        for number in range(count)
    )
    return Plan("test", "sandbox", "lineage", 1, changes, "fingerprint", definitions=9, bound=total)


def guards(updates: str = "30%", deletes: str = "5") -> Guards:
    return Guards(GuardSettings(max_updates=Limit.parse(updates), max_deletes=Limit.parse(deletes)))


@pytest.mark.parametrize(
    ("limit", "total", "updates", "is_refused"),
    [
        ("30%", 100, 30, False),
        ("30%", 100, 31, True),
        ("30%", 5, FLOOR, False),
        ("30%", 5, FLOOR + 1, True),
        ("30%", 0, FLOOR, False),
        ("0%", 1000, FLOOR, False),
        ("100%", 4, 4, False),
        ("33%", 10, 3, False),
        ("33%", 10, 4, True),
        ("5", 100, 5, False),
        ("5", 100, 6, True),
        ("0", 100, 1, True),
        ("0", 100, 0, False),
    ],
)
def test_more_updates_than_the_limit_are_refused(
    limit: str, total: int, updates: int, is_refused: bool
) -> None:
    found = refusals(a_plan_of(updates=updates, total=total), guards(updates=limit))
    assert [refusal.guard for refusal in found] == (["max_updates"] if is_refused else [])


@pytest.mark.parametrize(
    ("limit", "deletes", "is_refused"),
    [("5", 5, False), ("5", 6, True), ("0", 1, True), ("10%", 10, False), ("10%", 11, True)],
)
def test_more_deletes_than_the_limit_are_refused(
    limit: str, deletes: int, is_refused: bool
) -> None:
    found = refusals(a_plan_of(deletes=deletes), guards(deletes=limit))
    assert [refusal.guard for refusal in found] == (["max_deletes"] if is_refused else [])


def test_creates_and_adoptions_that_send_nothing_are_not_guarded() -> None:
    assert refusals(a_plan_of(creates=500, total=0), guards("0", "0")) == ()
    bare = Change(Address("persona", "a"), Action.ADOPT)
    plan = Plan("test", "sandbox", "lineage", 1, (bare,), "f", bound=0)
    assert refusals(plan, guards("0", "0")) == ()


def test_an_adoption_that_sends_something_counts_as_an_update() -> None:
    (refusal,) = refusals(a_plan_of(adopts=2, updates=2, total=0), guards("3"))
    assert "4 updates" in refusal.text


def test_adopted_personas_count_into_the_whole() -> None:
    assert refusals(a_plan_of(adopts=20, total=0), guards("100%")) == ()


@pytest.mark.parametrize(
    ("count", "confirmed", "is_refused"),
    [(40, 40, False), (40, 39, True), (40, 41, True), (2, 3, True), (2, 2, False), (0, 0, False)],
)
def test_a_confirmed_number_has_to_be_exactly_the_plans(
    count: int, confirmed: int, is_refused: bool
) -> None:
    updates = refusals(a_plan_of(updates=count), Guards(GuardSettings(), allow_updates=confirmed))
    deletes = refusals(a_plan_of(deletes=count), Guards(GuardSettings(), allow_deletes=confirmed))
    assert bool(updates) is bool(deletes) is is_refused


def test_a_refusal_names_the_guard_the_counts_and_the_way_round() -> None:
    (refusal,) = refusals(a_plan_of(deletes=7, total=9), guards())
    assert refusal.guard == "max_deletes"
    assert refusal.text == "7 deletes are more than max_deletes (5) allows for 9 existing personas"
    assert refusal.way_round == "if all of them are meant: --allow-deletes 7"


def test_a_wrong_confirmation_says_both_numbers() -> None:
    (refusal,) = refusals(a_plan_of(updates=40), Guards(GuardSettings(), allow_updates=39))
    assert refusal.text == "--allow-updates 39 was given, but the plan has 40 updates"
    assert refusal.way_round == "read the plan, then give --allow-updates 40"


def test_a_protected_persona_is_never_deleted_whatever_was_confirmed() -> None:
    change = Change(a_desired("vip").address, Action.DELETE, protected=True)
    plan = Plan("test", "sandbox", "lineage", 1, (change,), "f", definitions=1, bound=1)
    (refusal,) = refusals(plan, Guards(GuardSettings(), allow_deletes=1))
    assert refusal.guard == "protect"
    assert "persona/vip" in refusal.text


def test_no_definition_at_all_is_no_reason_to_delete_anything() -> None:
    plan = replace(a_plan_of(deletes=1), definitions=0)
    (refusal,) = refusals(plan, Guards(GuardSettings(), allow_deletes=1))
    assert refusal.guard == "no_definitions"
    assert "not one definition" in refusal.text
    assert refusals(replace(a_plan_of(), definitions=0), guards()) == ()


def test_every_guard_is_told_at_once() -> None:
    plan = a_plan_of(updates=40, deletes=6)
    assert [refusal.guard for refusal in refusals(plan, guards())] == ["max_updates", "max_deletes"]


@pytest.mark.parametrize("action", [Action.NO_OP, Action.ORPHAN, Action.CONFLICT])
def test_what_sends_nothing_is_not_guarded(action: Action) -> None:
    changes = tuple(Change(Address("persona", f"p{n}"), action, protected=True) for n in range(50))
    assert refusals(Plan("t", "s", "l", 1, changes, "f", bound=50), guards("0", "0")) == ()


@pytest.mark.parametrize(
    ("text", "total", "allowed"),
    [("30%", 10, 3), ("30%", 9, 2), ("5", 1, 5), ("100%", 7, 7), ("0%", 7, 0)],
)
def test_a_limit_is_a_count_or_a_share_rounded_down(text: str, total: int, allowed: int) -> None:
    limit = Limit.parse(text)
    assert limit.of(total) == allowed
    assert str(limit) == text


@pytest.mark.parametrize("wrong", ["", "-1", "101%", "5.5", "many", True, None, 2.5])
def test_anything_else_is_no_limit(wrong: object) -> None:
    with pytest.raises(ValueError, match="a count such as 5"):
        Limit.parse(wrong)
