"""The rules of RFC 6902 and 6901, one row each, for the applier that patches are simulated with.

Where the jsonpatch package is laxer than the standard, the row says so in DEVIATIONS; a patch of
ours never comes near it, because `build` and `minimal` name only places that are there.
"""

from __future__ import annotations

from typing import Any

import pytest
from patch_applier import RefusedError, apply_strictly

from reconciler.core.document import equal
from reconciler.core.patch import PatchRefusedError, apply_patch

REFUSED = object()
Row = tuple[Any, list[dict[str, Any]], Any]


def op(kind: str, path: str, *value: Any, source: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"op": kind, "path": path}
    if value:
        made["value"] = value[0]
    if source is not None:
        made["from"] = source
    return made


ROWS: dict[str, Row] = {
    "no operations change nothing": ({"a": 1}, [], {"a": 1}),
    "add makes a member": ({}, [op("add", "/a", 1)], {"a": 1}),
    "add puts null": ({}, [op("add", "/a", None)], {"a": None}),
    "add overwrites a member": ({"a": 1}, [op("add", "/a", 2)], {"a": 2}),
    "add inserts before a position": ({"a": [1, 3]}, [op("add", "/a/1", 2)], {"a": [1, 2, 3]}),
    "add appends at the length": ({"a": [1]}, [op("add", "/a/1", 2)], {"a": [1, 2]}),
    "add appends at the dash": ({"a": [1]}, [op("add", "/a/-", 2)], {"a": [1, 2]}),
    "add past the length is refused": ({"a": [1]}, [op("add", "/a/2", 2)], REFUSED),
    "add replaces the root": ({"a": 1}, [op("add", "", [2])], [2]),
    "add does not make parents": ({}, [op("add", "/a/b", 1)], REFUSED),
    "add below text is refused": ({"a": "x"}, [op("add", "/a/b", 1)], REFUSED),
    "add of a list nests it": ({"a": [1]}, [op("add", "/a/-", [2])], {"a": [1, [2]]}),
    "remove takes a member": ({"a": 1, "b": 2}, [op("remove", "/a")], {"b": 2}),
    "remove closes the gap": ({"a": [1, 2, 3]}, [op("remove", "/a/1")], {"a": [1, 3]}),
    "remove of an absent member is refused": ({}, [op("remove", "/a")], REFUSED),
    "remove past the end is refused": ({"a": [1]}, [op("remove", "/a/1")], REFUSED),
    "remove at the dash is refused": ({"a": [1]}, [op("remove", "/a/-")], REFUSED),
    "replace changes a member": ({"a": 1}, [op("replace", "/a", 2)], {"a": 2}),
    "replace changes an element": ({"a": [1, 2]}, [op("replace", "/a/0", 9)], {"a": [9, 2]}),
    "replace of an absent member is refused": ({}, [op("replace", "/a", 1)], REFUSED),
    "replace past the end is refused": ({"a": []}, [op("replace", "/a/0", 1)], REFUSED),
    "replace changes the root": ({"a": 1}, [op("replace", "", "x")], "x"),
    "replace to null keeps the member": ({"a": 1}, [op("replace", "/a", None)], {"a": None}),
    "move renames": ({"a": 1}, [op("move", "/b", source="/a")], {"b": 1}),
    "move reorders": ({"a": [1, 2, 3]}, [op("move", "/a/2", source="/a/0")], {"a": [2, 3, 1]}),
    "move into itself is refused": (
        {"a": {"b": 1}},
        [op("move", "/a/b/c", source="/a")],
        REFUSED,
    ),
    "move of what is absent is refused": ({}, [op("move", "/b", source="/a")], REFUSED),
    "copy makes a second": ({"a": [1]}, [op("copy", "/b", source="/a")], {"a": [1], "b": [1]}),
    "a copy is its own": (
        {"a": [1]},
        [op("copy", "/b", source="/a"), op("add", "/b/-", 2)],
        {"a": [1], "b": [1, 2]},
    ),
    "copy of what is absent is refused": ({}, [op("copy", "/b", source="/a")], REFUSED),
    "test passes on equal": ({"a": {"b": [1]}}, [op("test", "/a", {"b": [1]})], {"a": {"b": [1]}}),
    "test passes on equal numbers": ({"a": 1}, [op("test", "/a", 1.0)], {"a": 1}),
    "test fails on another value": ({"a": 1}, [op("test", "/a", 2)], REFUSED),
    "test tells true from one": ({"a": True}, [op("test", "/a", 1)], REFUSED),
    "test tells zero from false": ({"a": 0}, [op("test", "/a", False)], REFUSED),
    "test tells null from absent": ({}, [op("test", "/a", None)], REFUSED),
    "test tells text from number": ({"a": "1"}, [op("test", "/a", 1)], REFUSED),
    "test of a list counts order": ({"a": [1, 2]}, [op("test", "/a", [2, 1])], REFUSED),
    "test of an object does not": (
        {"a": {"x": 1, "y": 2}},
        [op("test", "/a", {"y": 2, "x": 1})],
        {"a": {"x": 1, "y": 2}},
    ),
    "operations follow one another": (
        {},
        [op("add", "/a", {}), op("add", "/a/b", 1), op("replace", "/a/b", 2)],
        {"a": {"b": 2}},
    ),
    "one refusal refuses all": ({"a": 1}, [op("remove", "/a"), op("remove", "/a")], REFUSED),
    "~1 is a slash": ({"a/b": 1}, [op("replace", "/a~1b", 2)], {"a/b": 2}),
    "~0 is a tilde": ({"~": 1}, [op("remove", "/~0")], {}),
    "~01 is a tilde and a one": ({"~1": 1}, [op("remove", "/~01")], {}),
    "the empty name is a name": ({"": 1}, [op("replace", "/", 2)], {"": 2}),
    "a position may be a name": ({"0": 1}, [op("replace", "/0", 2)], {"0": 2}),
    "the dash may be a name": ({"-": 1}, [op("remove", "/-")], {}),
    "leading zeros are no position": ({"a": [1, 2]}, [op("remove", "/a/01")], REFUSED),
    "a sign is no position": ({"a": [1]}, [op("remove", "/a/+0")], REFUSED),
    "a word is no position": ({"a": [1]}, [op("add", "/a/x", 2)], REFUSED),
    "a pointer starts with a slash": ({"a": 1}, [op("remove", "a")], REFUSED),
    "an unknown operation is refused": ({"a": 1}, [op("spam", "/a")], REFUSED),
    "any Unicode is a name": ({"ключ🎈": 1}, [op("replace", "/ключ🎈", "ü")], {"ключ🎈": "ü"}),
}

DEVIATIONS: dict[str, str] = {}
"""Row → what the jsonpatch package does in place of the standard. None in the versions allowed."""


@pytest.mark.parametrize(("document", "patch", "expected"), ROWS.values(), ids=ROWS.keys())
def test_the_simulation_applies_by_the_letter(
    document: Any, patch: list[dict[str, Any]], expected: Any
) -> None:
    if expected is REFUSED:
        with pytest.raises(PatchRefusedError):
            apply_patch(document, patch)
    else:
        assert equal(apply_patch(document, patch), expected)


@pytest.mark.parametrize(("document", "patch", "expected"), ROWS.values(), ids=ROWS.keys())
def test_the_second_applier_applies_by_the_letter(
    document: Any, patch: list[dict[str, Any]], expected: Any
) -> None:
    if expected is REFUSED:
        with pytest.raises(RefusedError):
            apply_strictly(document, patch)
    else:
        assert equal(apply_strictly(document, patch), expected)


def test_what_is_one_value_in_memory_is_two_in_the_document() -> None:
    """As an alias in YAML gives it."""
    shared = [1]
    document = {"a": shared, "b": shared}
    patch = [op("add", "/a/-", 2), op("add", "/c", [shared, shared]), op("add", "/c/0/-", 3)]
    assert apply_patch(document, patch) == {"a": [1, 2], "b": [1], "c": [[1, 3], [1]]}
    assert shared == [1]
