"""Move and copy on 2,000 pairs that are the same every time, and the pairs that went wrong once."""

from __future__ import annotations

import random
from functools import cache
from typing import Any, Final

import jsonpatch
import pytest
from patch_applier import apply_strictly, same_json
from patch_scope import breaks_scope
from patch_search import wire_size
from small_documents import pairs, shuffled

from reconciler.core.patch import SURGICAL, WIRE, PatchRules, Scope, apply_patch, minimal_patch

PAIRS: Final = 2_000
SHARES: Final = 4
LONG: Final = "a text that is long enough to be worth a move"
SCOPES: Final = pytest.mark.parametrize("scope", [Scope.SURGICAL, Scope.WIRE])


@cache
def known_pairs() -> list[tuple[Any, Any]]:
    return list(pairs(PAIRS, 21))


@SCOPES
@pytest.mark.parametrize("share", range(SHARES))
def test_right_in_scope_never_longer_and_the_same_for_any_order_of_members(
    scope: Scope, share: int
) -> None:
    source = random.Random(share)  # noqa: S311 - test data
    plain, reuse = PatchRules(scope), PatchRules(scope, reuse=True)
    for before, after in known_pairs()[share::SHARES]:
        ours, without = minimal_patch(before, after, reuse), minimal_patch(before, after, plain)
        assert same_json(apply_patch(before, ours), after)
        assert same_json(apply_strictly(before, ours, strict_form=True), after)
        assert wire_size(ours) <= min(map(wire_size, (without, *rivals(scope, before, after))))
        assert scope is Scope.WIRE or not breaks_scope(before, ours)
        other = shuffled(before, source), shuffled(after, source)
        assert same_json([*ours], [*minimal_patch(*other, reuse)])
        assert same_json([*without], [*minimal_patch(*other, plain)])


def rivals(scope: Scope, before: Any, after: Any) -> list[Any]:
    """What the jsonpatch package sends, with and without move, where the scope allows it."""
    found = [
        jsonpatch.JsonPatch.from_diff(before, after, optimization=moves).patch
        for moves in (True, False)
    ]
    return [p for p in found if scope is Scope.WIRE or not breaks_scope(before, p)]


def test_a_move_out_of_an_object_is_no_leave_to_replace_it() -> None:
    """What somebody else put there meanwhile would be gone."""
    before = {"a": {"p": "a longer thing", "q": LONG}}
    after = {"a": {"q": 1}, "c": LONG}
    ways = {rules.scope: minimal_patch(before, after, rules) for rules in (reusing(WIRE), SURGICAL)}
    assert ways[Scope.WIRE][1] == {"op": "replace", "path": "/a", "value": {"q": 1}}
    patch = minimal_patch(before, after, reusing(SURGICAL))
    assert [(one["op"], one["path"]) for one in patch] == [
        ("move", "/c"),
        ("remove", "/a/p"),
        ("add", "/a/q"),
    ]


def test_no_object_moves_over_another_in_the_scope_of_members() -> None:
    before, after = {"a": {"x": 1}, "b": {"y": LONG}}, {"a": {"y": LONG}}
    assert minimal_patch(before, after, reusing(SURGICAL)) == (
        {"op": "move", "from": "/b", "path": "/a"},
    )
    patch = minimal_patch(before, after, PatchRules(Scope.MEMBERS, reuse=True))
    assert {"op": "move", "from": "/b/y", "path": "/a/y"} in patch
    assert not breaks_scope(before, patch, members=True)


def test_the_package_is_followed_where_it_finds_the_shorter_way() -> None:
    asked = "Is anybody there, and who is it?"
    before = ["word", 2, {"~/": {"~/": "y"}, "b": asked}]
    after = ["word", 2, {"b": asked, "a": {"~/": "y"}}, {"~/": {"~/": [None]}, "b": asked}]
    theirs = jsonpatch.make_patch(before, after).patch
    assert wire_size(minimal_patch(before, after, reusing(WIRE))) <= wire_size(theirs)


def test_numbers_that_are_equal_are_left_alone_on_the_way_of_the_package_too() -> None:
    before = {"n": 1, "b": [{"a": {}}, {"a": 0, "description": True}]}
    after = {"n": 1.0, "b": [{"a": {}}, {"a": 0, "name": True}]}
    assert minimal_patch(before, after, reusing(SURGICAL)) == (
        {"op": "move", "from": "/b/1/description", "path": "/b/1/name"},
    )


def reusing(rules: PatchRules) -> PatchRules:
    return PatchRules(rules.scope, reuse=True)
