"""The order of changes in reports."""

from __future__ import annotations

import scenarios
import showcase
from builders import a_desired, a_live, a_plan, bound

from reconciler.core.action import Action
from reconciler.core.masking import Mask
from reconciler.report.ordering import by_weight


def test_what_cannot_be_undone_comes_first_and_the_unchanged_are_left_out() -> None:
    found = [change.action.value for change in by_weight(Mask().plan(showcase.showcase()))]
    assert found == ["delete", "conflict", "create", "update", "update", "update"]
    assert [c.action for c in by_weight(scenarios.orphan())] == [Action.ORPHAN]
    assert by_weight(scenarios.empty_plan()) == []


def test_changes_come_by_how_much_of_them_differs_not_by_how_long_they_are() -> None:
    before = [
        a_desired("a-word-in-much", system_prompt="Listen. " * 900 + "Be kind. " + "Ask. " * 900),
        a_desired("b-sentence", system_prompt="Be kind."),
        a_desired("c-list", document_ids=["d1"]),
        a_desired("d-word", greeting="Hi"),
    ]
    after = [
        a_desired("a-word-in-much", system_prompt="Listen. " * 900 + "Be calm. " + "Ask. " * 900),
        a_desired("b-sentence", system_prompt="Be kind. Ask one question at a time, and listen."),
        a_desired("c-list", document_ids=["d1", "a-longer-one"]),
        a_desired("d-word", greeting="Ho"),
    ]
    live = [a_live(f"p{number}", desired) for number, desired in enumerate(before)]
    state = bound(*((desired, row.id) for desired, row in zip(before, live, strict=True)))
    found = by_weight(a_plan(after, live, state))
    keys = [change.address.key for change in found]
    assert keys == ["b-sentence", "c-list", "a-word-in-much", "d-word"]


def test_creates_come_in_order_of_address() -> None:
    plan = a_plan([a_desired("a"), a_desired("b", greeting="x" * 99), a_desired("c")])
    assert [change.address.key for change in by_weight(plan)] == ["a", "b", "c"]
