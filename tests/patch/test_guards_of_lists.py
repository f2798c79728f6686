"""What the test before an insert or a remove protects from."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from patch_applier import RefusedError, apply_strictly

from reconciler.core.patch import TAVUS, minimal_patch

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
