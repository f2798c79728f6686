"""What holds for every pair of documents, whatever the rules."""

from __future__ import annotations

import copy
import json
from typing import Any, Final

import jsonpatch
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patch_applier import RefusedError, apply_strictly, same_json
from patch_scope import breaks_scope
from patch_search import wire_size
from small_documents import pairs

from reconciler.core.document import get, parse_pointer
from reconciler.core.patch import (
    ListMode,
    ListRules,
    PatchRefusedError,
    PatchRules,
    Scope,
    apply_patch,
    measured_patch,
    minimal_patch,
)

NAMES: Final = st.one_of(
    st.sampled_from(["", "a", "b", "~", "/", "~1", "0", "-", "é", "😀"]), st.text(max_size=3)
)
JSON: Final[st.SearchStrategy[Any]] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-2, 2),
        st.sampled_from([1.0, 0.5]),
        st.text(max_size=9),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
SEEDED: Final = st.integers(0, 10**6).map(lambda seed: next(pairs(1, seed)))
PAIRS: Final = st.one_of(st.tuples(JSON, JSON), SEEDED)
LISTS: Final = st.builds(
    ListRules,
    mode=st.sampled_from(ListMode),
    guarded=st.booleans(),
    identity=st.sampled_from([None, ("a",)]),
)
RULES: Final = st.builds(
    PatchRules, scope=st.sampled_from(Scope), reuse=st.booleans(), otherwise=LISTS
)
BARE: Final = st.builds(PatchRules, scope=st.sampled_from(Scope), reuse=st.booleans())
GUARDED: Final = ListRules(guarded=True)


@given(PAIRS, RULES)
def test_two_appliers_get_the_second_document(pair: tuple[Any, Any], rules: PatchRules) -> None:
    before, after = pair
    patch = minimal_patch(before, after, rules)
    assert same_json(apply_patch(before, patch), after)
    assert same_json(apply_strictly(before, patch, strict_form=True), after)


@given(PAIRS, RULES)
def test_there_are_no_operations_exactly_where_documents_are_equal(
    pair: tuple[Any, Any], rules: PatchRules
) -> None:
    assert (minimal_patch(*pair, rules) == ()) is same_json(*pair)
    assert minimal_patch(pair[0], copy.deepcopy(pair[0]), rules) == ()


@given(PAIRS, RULES)
def test_the_order_of_members_does_not_count(pair: tuple[Any, Any], rules: PatchRules) -> None:
    first = minimal_patch(*pair, rules)
    again = minimal_patch(turned(pair[0]), turned(pair[1]), rules)
    assert same_json([*first], [*again])


def turned(value: Any) -> Any:
    """The value with the members of every object the other way round."""
    if isinstance(value, dict):
        return {name: turned(child) for name, child in reversed(value.items())}
    return [turned(child) for child in value] if isinstance(value, list) else value


@given(PAIRS, RULES)
def test_the_documents_are_left_alone(pair: tuple[Any, Any], rules: PatchRules) -> None:
    kept = json.dumps(pair)
    minimal_patch(*pair, rules)
    assert json.dumps(pair) == kept


@given(PAIRS, BARE)
def test_the_size_is_what_is_sent(pair: tuple[Any, Any], rules: PatchRules) -> None:
    """Lists here have at most ten elements, so a position is one character on the wire too."""
    found = measured_patch(*pair, rules)
    assert found.size == wire_size(found.operations)
    assert found.size <= found.plain_size
    assert found.is_exact


@given(PAIRS)
def test_with_reuse_no_patch_of_the_jsonpatch_package_is_shorter(pair: tuple[Any, Any]) -> None:
    before, after = pair
    theirs = jsonpatch.make_patch(before, after).patch
    for scope in (Scope.WIRE, Scope.SURGICAL):
        if scope is Scope.WIRE or not breaks_scope(before, theirs):
            ours = minimal_patch(before, after, PatchRules(scope, reuse=True))
            assert wire_size(ours) <= wire_size(theirs)


@given(PAIRS, st.sampled_from(Scope), st.booleans())
def test_no_coarser_form_is_shorter(pair: tuple[Any, Any], scope: Scope, guarded: bool) -> None:
    sizes = [
        measured_patch(*pair, PatchRules(scope=scope, otherwise=ListRules(mode, guarded))).size
        for mode in (ListMode.BY_INDEX, ListMode.IN_PLACE, ListMode.WHOLE)
    ]
    assert sizes == sorted(sizes)
    whole = wire_size([{"op": "replace", "path": "", "value": pair[1]}])
    assert scope is not Scope.WIRE or sizes[-1] <= whole
    assert measured_patch(*pair, PatchRules(scope=Scope.WIRE)).size <= sizes[0]


@given(PAIRS, RULES)
def test_no_detour_leaves_the_scope(pair: tuple[Any, Any], rules: PatchRules) -> None:
    if rules.scope is not Scope.WIRE:
        patch = minimal_patch(*pair, rules)
        assert not breaks_scope(pair[0], patch, members=rules.scope is Scope.MEMBERS)


@given(PAIRS)
def test_a_surgical_patch_never_overwrites_an_object_with_one_that_shares_a_name(
    pair: tuple[Any, Any],
) -> None:
    before, after = pair
    document = before
    for operation in minimal_patch(before, after):
        then = apply_patch(document, [operation])
        for path in shared_objects(before, after):
            held = get(then, path)
            assert isinstance(held, dict)
            assert held.keys() >= before_and_after(before, after, path)
        if operation["op"] == "replace" and isinstance(operation["value"], dict):
            old = value_at(document, operation["path"])
            assert not (isinstance(old, dict) and old.keys() & operation["value"].keys())
        document = then


def shared_objects(before: Any, after: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Where objects that share a name stand in both documents, outside of lists."""
    if not (isinstance(before, dict) and isinstance(after, dict) and before.keys() & after.keys()):
        return []
    found = [path]
    for name in before.keys() & after.keys():
        found += shared_objects(before[name], after[name], (*path, name))
    return found


def before_and_after(before: Any, after: Any, path: tuple[str, ...]) -> set[str]:
    """Names that an object has in both documents, and so at any time between."""
    old, new = get(before, path), get(after, path)
    assert isinstance(old, dict)
    assert isinstance(new, dict)
    return old.keys() & new.keys()


def value_at(document: Any, pointer: str) -> Any:
    for token in parse_pointer(pointer):
        document = document[int(token) if isinstance(document, list) else token]
    return document


@settings(max_examples=300)
@given(PAIRS, st.sampled_from(Scope), st.booleans())
def test_a_guarded_patch_sent_again_gives_the_same_or_is_refused(
    pair: tuple[Any, Any], scope: Scope, reuse: bool
) -> None:
    """Sent again to its own result, and to what any part of it left behind."""
    before, after = pair
    patch = minimal_patch(before, after, PatchRules(scope, reuse, otherwise=GUARDED))
    for length in range(1, len(patch) + 1):
        state = apply_patch(before, patch[:length])
        for apply, refused in ((apply_patch, PatchRefusedError), (apply_strictly, RefusedError)):
            try:
                again = apply(state, patch)
            except refused:
                continue
            assert same_json(again, after)


@given(PAIRS, st.sampled_from(Scope), st.booleans())
def test_lists_are_written_as_their_rules_say(
    pair: tuple[Any, Any], scope: Scope, reuse: bool
) -> None:
    before, after = pair
    whole = PatchRules(scope, reuse, otherwise=ListRules(ListMode.WHOLE))
    document = before
    for operation in minimal_patch(before, after, whole):
        for pointer in {operation["path"], operation.get("from", "")}:
            assert not crosses_a_list(document, pointer)
        document = apply_patch(document, [operation])
    in_place = PatchRules(scope, reuse, otherwise=ListRules(ListMode.IN_PLACE))
    document = before
    for operation in minimal_patch(before, after, in_place):
        if operation["op"] != "replace" and operation["path"]:
            holder = value_at(document, operation["path"].rpartition("/")[0])
            assert isinstance(holder, dict)
        document = apply_patch(document, [operation])


def crosses_a_list(document: Any, pointer: str) -> bool:
    for token in parse_pointer(pointer):
        if isinstance(document, list):
            return True
        document = document.get(token)
    return False


@pytest.mark.parametrize("reuse", [False, True])
def test_deep_documents_are_no_matter(reuse: bool) -> None:
    before: Any = 1
    after: Any = 2
    for _ in range(100):
        before, after = {"a": [before]}, {"a": [after]}
    (operation,) = minimal_patch(before, after, PatchRules(reuse=reuse))
    assert (
        operation == {"op": "replace", "path": "/a/0" * 100, "value": 2}
        or operation["op"] == "replace"
    )
