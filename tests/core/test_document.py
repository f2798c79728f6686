from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.document import (
    ABSENT,
    dotted,
    equal,
    get,
    is_unset,
    parse_pointer,
    pointer,
    walk,
    with_value,
    without,
)
from reconciler.core.secret import Secret

NAMES = st.text(max_size=5)
PATHS = st.lists(NAMES, max_size=4).map(tuple)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(-1, 1), NAMES),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
OBJECTS = st.dictionaries(NAMES, JSON, max_size=3)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("",), "/"),
        (("a", "b"), "/a/b"),
        (("a/b", "c"), "/a~1b/c"),
        (("~", "~1"), "/~0/~01"),
        (("0", "-"), "/0/-"),
    ],
)
def test_a_path_as_json_pointer(path: tuple[str, ...], text: str) -> None:
    assert pointer(path) == text
    assert parse_pointer(text) == path


@given(PATHS)
def test_a_pointer_reads_back_as_its_path(path: tuple[str, ...]) -> None:
    assert parse_pointer(pointer(path)) == path


def test_a_pointer_starts_with_a_slash() -> None:
    with pytest.raises(ValueError, match="starts with"):
        parse_pointer("layers/llm")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("layers", "llm", "model"), "layers.llm.model"),
        (("headers", "X-Auth"), "headers.X-Auth"),
        (("headers", "a.b"), 'headers."a.b"'),
        (("a b",), '"a b"'),
        (("",), '""'),
    ],
)
def test_a_path_for_people_quotes_what_would_be_misread(path: tuple[str, ...], text: str) -> None:
    assert dotted(path) == text


@pytest.mark.parametrize(
    ("document", "path", "value"),
    [
        ({"a": {"b": 1}}, ("a", "b"), 1),
        ({"a": None}, ("a",), None),
        ({"a": None}, ("a", "b"), ABSENT),
        ({"a": [1]}, ("a", "0"), ABSENT),
        ({}, ("a",), ABSENT),
        ([1], ("0",), ABSENT),
        ({"a": 1}, (), {"a": 1}),
    ],
)
def test_a_value_is_found_through_objects_only(
    document: Any, path: tuple[str, ...], value: Any
) -> None:
    assert equal(get(document, path), value) or get(document, path) is value


@pytest.mark.parametrize(
    ("document", "path", "result"),
    [
        ({}, ("a", "b"), {"a": {"b": 1}}),
        ({"a": None}, ("a", "b"), {"a": {"b": 1}}),
        ({"a": [2]}, ("a", "b"), {"a": {"b": 1}}),
        ({"a": {"c": 2}}, ("a", "b"), {"a": {"c": 2, "b": 1}}),
        ({"a": {"b": {"c": 2}}}, ("a", "b"), {"a": {"b": 1}}),
    ],
)
def test_setting_makes_the_objects_on_the_way(
    document: Any, path: tuple[str, ...], result: Any
) -> None:
    assert with_value(document, path, 1) == result


@given(OBJECTS, PATHS.filter(bool), JSON)
def test_what_was_set_is_read_and_the_original_is_untouched(
    document: Any, path: tuple[str, ...], value: Any
) -> None:
    before = copy.deepcopy(document)
    assert get(with_value(document, path, value), path) is value
    assert document == before


@given(OBJECTS, PATHS.filter(bool))
def test_what_was_taken_out_is_absent_and_the_original_is_untouched(
    document: Any, path: tuple[str, ...]
) -> None:
    before = copy.deepcopy(document)
    assert get(without(document, path), path) is ABSENT
    assert document == before


@given(OBJECTS, PATHS.filter(bool), JSON)
def test_setting_what_is_absent_and_taking_it_out_again_restores_flat_documents(
    document: Any, path: tuple[str, ...], value: Any
) -> None:
    name = path[0]
    if name not in document:
        assert without(with_value(document, (name,), value), (name,)) == document


@given(OBJECTS)
def test_the_leaves_make_the_document(document: Any) -> None:
    made: dict[str, Any] = {}
    for path, value in walk(document):
        assert not isinstance(value, dict) or value == {}
        made = with_value(made, path, value)
    assert made == document


def test_an_empty_object_is_a_leaf_and_an_empty_document_has_none() -> None:
    assert list(walk({"a": {}, "b": {"c": [1, {}]}})) == [(("a",), {}), (("b", "c"), [1, {}])]
    assert list(walk({})) == []


@pytest.mark.parametrize("value", [ABSENT, None, "", [], {}, Secret("")])
def test_five_shapes_and_the_empty_secret_mean_not_set(value: Any) -> None:
    assert is_unset(value)


@pytest.mark.parametrize("value", [False, 0, 0.0, " ", [None], {"a": None}, Secret(" ")])
def test_false_zero_and_white_space_are_values(value: Any) -> None:
    assert not is_unset(value)


@pytest.mark.parametrize(
    ("left", "right", "are_equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        (None, None, True),
        (None, False, False),
        (ABSENT, None, False),
        (ABSENT, ABSENT, True),
        ("1", 1, False),
        ([1, 2], [2, 1], False),
        ([1], [1.0], True),
        ([1], [True], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": None}, {}, False),
        ("\u00e9", "e\u0301", False),
        (Secret("a"), Secret("a"), True),
        (Secret("a"), "a", False),
    ],
)
def test_equality_of_json_values(left: Any, right: Any, are_equal: bool) -> None:
    assert equal(left, right) is are_equal
    assert equal(right, left) is are_equal


@given(JSON)
def test_every_value_equals_its_copy(value: Any) -> None:
    assert equal(value, copy.deepcopy(value))


def test_absent_is_one_value_false_and_named() -> None:
    assert copy.deepcopy(ABSENT) is copy.copy(ABSENT) is ABSENT
    assert not ABSENT
    assert repr(ABSENT) == "ABSENT"
