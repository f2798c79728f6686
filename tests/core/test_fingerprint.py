"""Equal fingerprints mean equal requests: nothing more, nothing less."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from builders import DIGESTS, a_desired, a_live, a_plan, bound
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.action import Action
from reconciler.core.diagnostics import Place, warning
from reconciler.core.diff import FieldChange
from reconciler.core.digest import digests_for
from reconciler.core.document import ABSENT
from reconciler.core.fingerprint import approval_digests, digest_of, fingerprint
from reconciler.core.plan import Change
from reconciler.core.resource import Address
from reconciler.core.secret import Secret
from reconciler.core.sides import Attribution

if TYPE_CHECKING:
    from collections.abc import Callable

ADDRESS: Final = Address("persona", "a")


def put(value: Any, at: str = "/greeting") -> dict[str, Any]:
    return {"op": "replace", "path": at, "value": value}


UPDATE: Final = Change(ADDRESS, Action.UPDATE, id="p1", patches=((put("Hi"),),))
CREATE: Final = Change(ADDRESS, Action.CREATE, body={"persona_name": "A", "greeting": "Hi"})
ADOPT: Final = replace(UPDATE, action=Action.ADOPT)
DELETE: Final = Change(ADDRESS, Action.DELETE, id="p1")


def of(*changes: Change) -> str:
    return fingerprint(changes, DIGESTS)


def test_it_is_32_hexadecimal_digits_even_for_nothing() -> None:
    for changes in ((), (UPDATE,), (CREATE, replace(UPDATE, address=Address("persona", "b")))):
        assert re.fullmatch("[0-9a-f]{32}", of(*changes))


@pytest.mark.parametrize("action", [Action.NO_OP, Action.ORPHAN, Action.CONFLICT])
def test_what_sends_nothing_does_not_count(action: Action) -> None:
    silent = Change(Address("persona", "b"), action, id="p2", reason="whatever")
    assert of(UPDATE, silent) == of(UPDATE)
    assert of(silent) == of()


@pytest.mark.parametrize(
    "other",
    [
        replace(UPDATE, id="p2"),
        replace(UPDATE, address=Address("persona", "b")),
        replace(UPDATE, action=Action.ADOPT),
        replace(UPDATE, patches=((put("Ho"),),)),
        replace(UPDATE, patches=((put("Hi", "/context"),),)),
        replace(UPDATE, patches=(({"op": "remove", "path": "/greeting"},),)),
        replace(UPDATE, patches=((put("Hi"), put("x", "/context")),)),
        replace(UPDATE, patches=((put("Hi"),), (put("x", "/context"),))),
        replace(UPDATE, patches=((put(Secret("Hi")),),)),
        replace(UPDATE, patches=()),
        CREATE,
        replace(CREATE, body={"persona_name": "A"}),
        DELETE,
    ],
)
def test_it_changes_with_everything_that_would_be_sent(other: Change) -> None:
    assert of(other) != of(UPDATE)


@pytest.mark.parametrize(
    "edit",
    [
        lambda change: replace(change, name="Renamed"),
        lambda change: replace(change, reason="for people"),
        lambda change: replace(change, place=Place("b.yaml", 3)),
        lambda change: replace(change, protected=True),
        lambda change: replace(change, equivalent=(("greeting",),)),
    ],
)
def test_it_does_not_change_with_what_is_only_said(edit: Callable[[Change], Change]) -> None:
    assert of(edit(UPDATE)) == of(UPDATE)


def test_one_patch_is_not_two() -> None:
    one = replace(UPDATE, patches=((put("Hi"), put("x", "/context")),))
    two = replace(UPDATE, patches=((put("Hi"),), (put("x", "/context"),)))
    assert of(one) != of(two)


def test_numbers_that_are_equal_and_members_in_another_order_are_one_request() -> None:
    one = replace(UPDATE, patches=((put({"a": 1, "b": 2}),),))
    other = replace(UPDATE, patches=((put({"b": 2.0, "a": 1.0}),),))
    assert of(one) == of(other)


def test_secrets_enter_as_keyed_digests() -> None:
    def with_key(value: str) -> Change:
        return replace(UPDATE, patches=((put(Secret(value), "/layers/llm/api_key"),),))

    assert of(with_key("one")) == of(with_key("one"))
    assert of(with_key("one")) != of(with_key("two"))
    other_key = digests_for("another lineage")
    assert fingerprint([with_key("one")], other_key) != of(with_key("one"))
    assert fingerprint([UPDATE], other_key) == of(UPDATE)


@given(st.permutations([UPDATE, replace(CREATE, address=Address("persona", "b")), DELETE]))
def test_the_order_of_changes_does_not_count(changes: list[Change]) -> None:
    assert of(*changes) == of(*reversed(changes))


def approving(*fields: FieldChange, **members: Any) -> frozenset[str]:
    return approval_digests(replace(UPDATE, fields=fields, **members), DIGESTS)


GREETING: Final = FieldChange(("greeting",), "Hello", "Hi")
CONTEXT: Final = FieldChange(("context",), ABSENT, "x")


def test_what_approves_is_a_digest_of_the_action_and_one_of_each_field() -> None:
    assert len(approving()) == 1
    assert approving() < approving(GREETING) < approving(GREETING, CONTEXT)
    assert len(approving(GREETING, CONTEXT)) == 3
    assert digest_of(UPDATE, DIGESTS) not in approving(GREETING)


def test_a_delete_has_a_digest_too() -> None:
    """Without one, «approved or less» would take it for less than any update."""
    assert approval_digests(DELETE, DIGESTS).isdisjoint(approving())
    assert approval_digests(DELETE, DIGESTS) != approval_digests(replace(DELETE, id="p2"), DIGESTS)


@pytest.mark.parametrize(
    "other",
    [
        replace(GREETING, path=("context",)),
        replace(GREETING, before="Hey"),
        replace(GREETING, after="Ho"),
        replace(GREETING, before=ABSENT),
        replace(GREETING, after=ABSENT),
        replace(GREETING, after=Secret("Hi")),
    ],
)
def test_another_path_before_or_after_is_another_approval(other: FieldChange) -> None:
    assert approving(other) != approving(GREETING)


def test_who_moved_does_not_count_for_approval() -> None:
    assert approving(replace(GREETING, attribution=Attribution.BOTH)) == approving(GREETING)


def test_the_fingerprint_of_a_plan_is_that_of_its_changes() -> None:
    coach = a_desired("coach", greeting="Hi")
    state = bound((coach, "p1"))
    live = a_live("p1", coach, greeting="Ho")
    plan = a_plan([coach], [live], state)
    assert plan.fingerprint == of(*plan.changes)
    quiet = a_desired("quiet")
    more = a_plan([coach, quiet], [live, a_live("p2", quiet)], bound((coach, "p1"), (quiet, "p2")))
    assert more.fingerprint == plan.fingerprint
    assert replace(plan, diagnostics=(warning("x"),)).fingerprint == plan.fingerprint
