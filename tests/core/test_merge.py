"""Laws of laying one document over another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.core.merge import laid_over, merge_patch

if TYPE_CHECKING:
    from reconciler.core.document import Json

NAMES = st.sampled_from("abc")
LEAVES = st.one_of(st.none(), st.integers(0, 3), st.lists(st.integers(0, 1), max_size=2))
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=3)


@pytest.mark.parametrize(
    ("target", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_does_what_the_rfc_says(target: Json, patch: Json, expected: Json) -> None:
    assert merge_patch(target, patch) == expected


def builds_on_nothing(below: Json, above: Json) -> bool:
    """Whether an object is laid over a value that is none: no merge patch can say «only this»."""
    if not isinstance(above, dict):
        return False
    if not isinstance(below, dict):
        return True
    return any(builds_on_nothing(below[name], v) for name, v in above.items() if name in below)


@given(OBJECTS, OBJECTS, OBJECTS)
def test_what_is_laid_over_does_to_live_what_both_do_one_after_the_other(
    live: Json, below: Json, above: Json
) -> None:
    assume(not builds_on_nothing(below, above))
    both = merge_patch(merge_patch(live, below), above)
    assert merge_patch(live, laid_over(below, above)) == both


@given(OBJECTS, OBJECTS, OBJECTS)
def test_it_does_not_matter_which_two_of_three_are_laid_over_one_another_first(
    a: Json, b: Json, c: Json
) -> None:
    assume(not builds_on_nothing(a, b) and not builds_on_nothing(b, c))
    assert laid_over(laid_over(a, b), c) == laid_over(a, laid_over(b, c))


@given(VALUES, OBJECTS)
def test_nothing_changes_by_nothing_or_by_the_same_again(value: Json, document: Json) -> None:
    assert laid_over(document, {}) == document
    assert laid_over({}, document) == document
    assert laid_over(laid_over(document, value), value) == laid_over(document, value)


@given(OBJECTS, OBJECTS)
def test_what_lies_above_wins_and_neither_is_changed(below: Json, above: Json) -> None:
    before = repr(below), repr(above)
    result = laid_over(below, above)
    for name, value in above.items():
        if not isinstance(value, dict):
            assert result[name] == value
    assert all(result[name] == below[name] for name in below.keys() - above.keys())
    assert (repr(below), repr(above)) == before


def test_null_stays_so_that_it_still_empties_the_field_of_the_live_persona() -> None:
    assert laid_over({"greeting": "Hi"}, {"greeting": None}) == {"greeting": None}
    assert laid_over({}, {"greeting": None}) == {"greeting": None}
