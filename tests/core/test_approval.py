"""Approved or less: the plan of now against what a person saw."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from builders import DIGESTS, a_desired, a_live, a_plan, bound
from hypothesis import given
from strategies import PERSONAS

from reconciler.core.approval import Approved, left_out, objections
from reconciler.core.canonical import canonical
from reconciler.core.diagnostics import Place
from reconciler.core.fingerprint import approval_digests
from reconciler.core.resource import Address, Desired, Live
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from typing import Any

    from reconciler.core.plan import Plan

COACH: Final = a_desired("coach", greeting="Hello", context="Old.")
EDITED: Final = a_desired("coach", greeting="Hi", context="New.")
LIVE: Final = a_live("p1", COACH)
STATE: Final = bound((COACH, "p1"))
APPROVED_PLAN: Final = a_plan([EDITED], [LIVE], STATE)


def approved(plan: Plan) -> Approved:
    """What a plan file of this plan says."""
    digests = {
        str(change.address): approval_digests(change, DIGESTS)
        for change in plan.changes
        if change.action.writes
    }
    return Approved(
        plan.environment, plan.endpoint, plan.lineage, plan.serial, plan.account, digests
    )


def objected(was: Plan, now: Plan) -> tuple[str, ...]:
    return objections(approved(was), now, DIGESTS)


def test_the_same_plan_is_approved() -> None:
    assert objected(APPROVED_PLAN, APPROVED_PLAN) == ()


def test_a_part_of_it_is_approved() -> None:
    now = a_plan([EDITED], [a_live("p1", COACH, greeting="Hi")], STATE)
    assert len(now.changes[0].patches[0]) == 1
    assert objected(APPROVED_PLAN, now) == ()


def test_nothing_to_do_any_more_is_approved() -> None:
    now = a_plan([EDITED], [a_live("p1", EDITED)], STATE)
    assert objected(APPROVED_PLAN, now) == ()


def test_an_address_less_is_approved_and_told() -> None:
    was = a_plan([EDITED, a_desired("other")], [LIVE], STATE)
    assert objected(was, APPROVED_PLAN) == ()
    assert left_out(approved(was), APPROVED_PLAN) == ("persona/other",)
    assert left_out(approved(was), was) == ()


def test_an_address_more_is_refused_by_name_and_action() -> None:
    now = a_plan([EDITED, a_desired("other")], [LIVE], STATE)
    assert objected(APPROVED_PLAN, now) == ("persona/other: create was not in the approved plan",)


def test_another_value_is_refused_naming_the_field_and_the_side() -> None:
    now = a_plan([a_desired("coach", greeting="Ho", context="New.")], [LIVE], STATE)
    assert objected(APPROVED_PLAN, now) == (
        "persona/coach: greeting is not what was approved (the definition moved)",
    )


def test_a_field_more_is_refused_naming_only_it() -> None:
    now = a_plan([EDITED], [a_live("p1", COACH, system_prompt="Moved.")], STATE)
    assert objected(APPROVED_PLAN, now) == (
        "persona/coach: system_prompt is not what was approved (live moved)",
    )


def test_an_edit_made_outside_since_the_approval_is_not_overwritten_by_it() -> None:
    now = a_plan([EDITED], [a_live("p1", COACH, greeting="Precious.")], STATE)
    assert objected(APPROVED_PLAN, now) == (
        "persona/coach: greeting is not what was approved (the definition moved, or live did)",
    )


def test_a_removal_for_a_replacement_is_refused() -> None:
    now = a_plan([a_desired("coach", context="New.")], [LIVE], STATE)
    assert objected(APPROVED_PLAN, now) == (
        "persona/coach: greeting is not what was approved (the definition moved)",
    )


def test_another_document_for_a_create_is_refused_by_its_fields() -> None:
    was, now = a_plan([COACH]), a_plan([EDITED])
    assert objected(was, now) == (
        "persona/coach: context is not what was approved (the definition moved)",
        "persona/coach: greeting is not what was approved (the definition moved)",
    )


ELSEWHERE: Final = a_plan([EDITED], [a_live("p2", COACH)], bound((COACH, "p2")))
DELETE: Final = a_plan([], [LIVE], STATE, prune=True)
ADOPT: Final = a_plan([COACH], [LIVE])


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [
        (APPROVED_PLAN, ELSEWHERE, "update p2"),
        (APPROVED_PLAN, a_plan([EDITED], [], STATE), "create"),
        (APPROVED_PLAN, DELETE, "delete p1"),
        (a_plan([COACH]), DELETE, "delete p1"),
        (a_plan([EDITED]), a_plan([EDITED], [LIVE]), "adopt p1"),
        (a_plan([EDITED], [LIVE]), APPROVED_PLAN, "update p1"),
        (ADOPT, a_plan([COACH], [a_live("p2", COACH)]), "adopt p2"),
        (
            DELETE,
            a_plan([], [a_live("p2", COACH)], bound((COACH, "p2")), prune=True),
            "delete p2",
        ),
    ],
)
def test_another_action_or_another_persona_is_refused(was: Plan, now: Plan, what: str) -> None:
    assert objected(was, now) == (f"persona/coach: {what} was not in the approved plan",)


@pytest.mark.parametrize("plan", [APPROVED_PLAN, DELETE, ADOPT, a_plan([COACH])])
def test_what_was_approved_stays_approved(plan: Plan) -> None:
    assert objected(plan, plan) == ()


def test_conflicts_and_orphans_need_no_approval() -> None:
    now = a_plan([COACH], [a_live("p1", COACH), a_live("p2", COACH)])
    assert objected(a_plan([EDITED], [LIVE]), now) == ()
    assert objected(APPROVED_PLAN, a_plan([], [LIVE], STATE)) == ()


def test_another_secret_is_refused_and_not_shown() -> None:
    def with_key(value: str) -> Plan:
        return a_plan([a_desired("coach", layers__llm__api_key=Secret(value))], [LIVE], STATE)

    assert objected(with_key("key-one-1"), with_key("key-one-1")) == ()
    (said,) = objected(with_key("key-one-1"), with_key("key-two-2"))
    assert "key-" not in said


@pytest.mark.parametrize("name", ["environment", "endpoint", "lineage"])
def test_a_plan_for_elsewhere_is_refused_whatever_it_holds(name: str) -> None:
    for now in (APPROVED_PLAN, a_plan([COACH], [LIVE], STATE)):
        (said,) = objected(replace(APPROVED_PLAN, **{name: "elsewhere"}), now)  # type: ignore[arg-type]
        assert said.startswith(f"it was made for another {name}: elsewhere, now ")


def test_an_empty_approval_approves_nothing() -> None:
    empty = Approved("test", "sandbox", APPROVED_PLAN.lineage)
    assert objections(empty, APPROVED_PLAN, DIGESTS) == (
        "persona/coach: update p1 was not in the approved plan",
    )


@given(PERSONAS, PERSONAS, PERSONAS)
def test_a_plan_is_approved_exactly_where_its_digests_are_among_the_approved(
    live: dict[str, Any], was: dict[str, Any], now: dict[str, Any]
) -> None:
    def plan(document: dict[str, Any]) -> Plan:
        item = Desired(Address("persona", "p"), canonical(document), Place("p.yaml"))
        row = Live("p1", {**live, "persona_id": "p1"})
        return a_plan([item], [row], bound((Desired(item.address, {}, item.place), "p1")))

    first, second = plan(was), plan(now)
    assert objected(first, first) == ()
    allowed, wanted = digests(first), digests(second)
    assert (objected(first, second) == ()) is (wanted <= allowed)


def digests(plan: Plan) -> set[str]:
    writing = [change for change in plan.changes if change.action.writes]
    return {digest for change in writing for digest in approval_digests(change, DIGESTS)}
