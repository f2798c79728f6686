"""The laws of the shortest patch, for any two documents."""

from __future__ import annotations

import json
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strict_applier import RefusedError, same, strictly

from reconciler.core.patch import (
    SURGICAL,
    TAVUS,
    WIRE,
    PatchRefusedError,
    PatchRules,
    Scope,
    apply_patch,
    minimal_patch,
)

NAMES = st.one_of(
    st.sampled_from(["", "a", "b", "~", "/", "~1", "0", "-", "name"]), st.text(max_size=3)
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.sampled_from([0.5, 1.0, 1e100]),
    st.text(max_size=6),
)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=14,
)
RULES = pytest.mark.parametrize("rules", [SURGICAL, WIRE, TAVUS], ids=["surgical", "wire", "tavus"])


def size(patch: Any) -> int:
    return len(json.dumps(list(patch), ensure_ascii=False, separators=(",", ":")).encode())


@RULES
@given(before=JSON, after=JSON)
def test_two_appliers_give_the_other_document(rules: PatchRules, before: Any, after: Any) -> None:
    patch = minimal_patch(before, after, rules)
    assert same(apply_patch(before, patch), after)
    assert same(strictly(before, patch), after)


@RULES
@given(before=JSON, after=JSON)
def test_no_operations_exactly_where_documents_are_equal(
    rules: PatchRules, before: Any, after: Any
) -> None:
    assert (minimal_patch(before, after, rules) == ()) is same(before, after)


@RULES
@given(before=JSON, after=JSON)
def test_the_patch_does_not_depend_on_the_order_of_members(
    rules: PatchRules, before: Any, after: Any
) -> None:
    first = minimal_patch(before, after, rules)
    again = minimal_patch(_turned(before), _turned(after), rules)
    assert sorted(map(_text, first)) == sorted(map(_text, again))


def _text(operation: Any) -> str:
    return json.dumps(operation, sort_keys=True)


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _turned(child) for name, child in reversed(value.items())}
    return [_turned(child) for child in value] if isinstance(value, list) else value


@given(JSON, JSON)
def test_only_what_the_rules_allow_is_written(before: Any, after: Any) -> None:
    for rules in (SURGICAL, WIRE, TAVUS):
        document = before
        for operation in minimal_patch(before, after, rules):
            kinds = {"add", "remove", "replace"} | ({"test"} if rules is TAVUS else set())
            assert operation["op"] in kinds
            if operation["op"] == "replace" and rules.scope is not Scope.WIRE:
                _assert_allowed(document, operation, rules)
            document = strictly(document, [operation])


def _assert_allowed(document: Any, operation: Any, rules: PatchRules) -> None:
    there = document
    for part in operation["path"].split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        there = there[name] if isinstance(there, dict) else there[int(name)]
    if isinstance(there, dict) and isinstance(operation["value"], dict):
        assert rules.scope is Scope.SURGICAL
        assert not there.keys() & operation["value"].keys()


@given(JSON, JSON)
def test_a_guarded_patch_sent_again_changes_nothing_or_is_refused(before: Any, after: Any) -> None:
    patch = minimal_patch(before, after, TAVUS)
    assert same(_again(after, patch), after)


@given(JSON, JSON, st.integers(0, 8))
def test_a_guarded_patch_sent_after_a_part_of_it_took_effect_corrupts_nothing(
    before: Any, after: Any, number: int
) -> None:
    """A server that applied the first operations only: the whole is refused, or comes out right."""
    patch = minimal_patch(before, after, TAVUS)
    half = strictly(before, patch[:number])
    result = _again(half, patch)
    assert same(result, half) or same(result, after)


def _again(document: Any, patch: Any) -> Any:
    try:
        return strictly(document, patch)
    except RefusedError:
        return document


@given(JSON, JSON)
def test_never_longer_than_the_package_restricted_to_the_same_operations(
    before: Any, after: Any
) -> None:
    theirs = jsonpatch.JsonPatch.from_diff(before, after, optimization=False).patch
    try:
        if not same(apply_patch(before, theirs), after):
            return
    except PatchRefusedError:
        return
    assert _priced(minimal_patch(before, after, WIRE)) <= _priced(theirs)


def _priced(patch: Any) -> int:
    """Bytes with each list position counted as one character, as the price is defined."""
    total = size(patch)
    for operation in patch:
        total -= sum(len(part) - 1 for part in operation["path"].split("/") if part.isdecimal())
    return total


@given(JSON, JSON)
def test_a_coarser_form_is_never_shorter(before: Any, after: Any) -> None:
    whole = [{"op": "replace", "path": "", "value": after}]
    if not same(before, after):
        assert _priced(minimal_patch(before, after, WIRE)) <= _priced(whole)
        assert _priced(minimal_patch(before, after, WIRE)) <= _priced(
            minimal_patch(before, after, SURGICAL)
        )
        assert _priced(minimal_patch(before, after, SURGICAL)) <= _priced(
            minimal_patch(before, after, TAVUS)
        )
