"""What the test before an insert or a remove protects from."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from patch_applier import RefusedError, apply_strictly

from reconciler.core.patch import TAVUS, ListRules, PatchRules, Scope, minimal_patch

NAMES = st.lists(st.text("abcdefgh", min_size=30, max_size=40), min_size=3, max_size=9, unique=True)


@given(NAMES, st.data())
def test_a_remove_never_hits_another_element_that_was_moved_there_meanwhile(
    names: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(names) - 1))
    wanted = [name for index, name in enumerate(names) if index != at]
    patch = minimal_patch({"document_ids": names}, {"document_ids": wanted}, TAVUS)
    moved = list(names)
    moved.insert(data.draw(st.integers(0, at)), "somebody else's")
    if patch[0]["op"] == "replace":
        return
    try:
        result = apply_strictly({"document_ids": moved}, patch)
    except RefusedError:
        return
    raise AssertionError(f"{patch} was applied: {result}")


def test_a_tool_is_removed_by_name() -> None:
    def tool(name: str) -> dict[str, Any]:
        parameters = {"type": "object", "properties": {"x": {"type": "string"}}}
        return {"type": "function", "function": {"name": name, "parameters": parameters}}

    before = {"layers": {"llm": {"tools": [tool(name) for name in ("one", "two", "three")]}}}
    after = {"layers": {"llm": {"tools": [tool(name) for name in ("one", "three")]}}}
    assert minimal_patch(before, after, TAVUS) == (
        {"op": "test", "path": "/layers/llm/tools/1/function/name", "value": "two"},
        {"op": "remove", "path": "/layers/llm/tools/1"},
    )


def test_one_element_is_edited_where_it_is_if_that_is_shorter_with_the_test() -> None:
    around = "an element that is too long to be sent again for nothing" * 2
    before = {"k": [around, {"a": 1, "b": 2}, around]}
    after = {"k": [around, {"a": 5, "b": 6}, around]}
    free = PatchRules(Scope.MEMBERS)
    assert [one["op"] for one in minimal_patch(before, after, free)] == ["remove", "add"]
    guarded = PatchRules(Scope.MEMBERS, otherwise=ListRules(guarded=True))
    patch = minimal_patch(before, after, guarded)
    assert [one["path"] for one in patch] == ["/k/1/a", "/k/1/b"]


def test_which_value_is_tested_does_not_depend_on_the_order_of_members() -> None:
    around = "an element that is too long to be sent again for nothing" * 2
    element = {"one": 1, "two": 2}
    wanted = {"k": [around]}
    guarded = PatchRules(Scope.MEMBERS, otherwise=ListRules(guarded=True))
    turned = dict(reversed(element.items()))
    first = minimal_patch({"k": [around, element]}, wanted, guarded)
    assert first[0] == {"op": "test", "path": "/k/1/one", "value": 1}
    assert minimal_patch({"k": [around, turned]}, wanted, guarded) == first
