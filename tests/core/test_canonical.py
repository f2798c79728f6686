from __future__ import annotations

from typing import Any

import pytest
from builders import document
from hypothesis import given
from hypothesis import strategies as st
from strategies import PERSONAS, live_documents

from reconciler.core.canonical import canonical, owned
from reconciler.core.document import equal, get
from reconciler.core.fields import FIELDS, READ_ONLY, Compare
from reconciler.core.secret import Secret

EMOTION = "/layers/tts/tts_emotion_control"
SMART = "/layers/stt/smart_turn_detection"
OLD, NEW = (f"/layers/perception/{n}_awareness_queries" for n in ("ambient", "visual"))


@pytest.mark.parametrize(
    ("at", "value", "result"),
    [
        ("/system_prompt", "a\r\nb\rc", "a\nb\nc"),
        ("/system_prompt", "  a  \n\n", "  a"),
        ("/greeting", "Hello \t", "Hello"),
        ("/layers/perception/visual_tool_prompt", "a\r\n", "a"),
        ("/persona_name", " A ", " A "),
        ("/layers/conferencing/username", "Coach-ROOK", "coach-rook"),
        (EMOTION, "true", True),
        (EMOTION, "false", False),
        (EMOTION, True, True),
        (EMOTION, "True", "True"),
        ("/layers/llm/base_url", "true", "true"),
        ("/document_ids", ["b", "a", "b"], ["b", "a"]),
        ("/languages", ["en", "de", "en"], ["en", "de", "en"]),
        ("/layers/llm/extra_body/stop", ["b\r\n", "b\r\n"], ["b\r\n", "b\r\n"]),
        ("/layers/llm/extra_body/x", 1.0, 1.0),
        ("/system_prompt", None, None),
        ("/document_ids", [1, 1], [1, 1]),
        ("/system_prompt", 7, 7),
    ],
)
def test_values_take_the_form_that_is_compared_and_sent(at: str, value: Any, result: Any) -> None:
    assert equal(canonical(document({at: value})), document({at: result}))


@pytest.mark.parametrize("value", [None, "", [], {}, [True], {"a": 1}, 0])
@pytest.mark.parametrize("at", [EMOTION, SMART, "/layers/llm/speculative_inference"])
def test_a_boolean_field_may_hold_anything_on_live(at: str, value: Any) -> None:
    assert equal(canonical(document({at: value})), document({at: value}))


@pytest.mark.parametrize("path", sorted(READ_ONLY))
def test_what_only_the_server_writes_is_dropped(path: tuple[str, ...]) -> None:
    at = "/" + "/".join(path)
    assert get(canonical(document({at: "x", "/greeting": "Hi"})), path) != "x"
    assert canonical(document({at: "x", "/greeting": "Hi"}))["greeting"] == "Hi"


@pytest.mark.parametrize(
    ("members", "result"),
    [
        ({OLD: ["a"]}, {NEW: ["a"]}),
        ({OLD: ["a"], NEW: []}, {NEW: ["a"]}),
        ({OLD: ["a"], NEW: None}, {NEW: ["a"]}),
        ({OLD: ["a"], NEW: ["b"]}, {NEW: ["b"]}),
        ({OLD: [], NEW: ["b"]}, {NEW: ["b"]}),
        ({OLD: None}, {NEW: None}),
    ],
)
def test_old_perception_names_become_the_new_ones_and_a_set_value_wins(
    members: dict[str, Any], result: dict[str, Any]
) -> None:
    assert canonical(document(members)) == document(result)


def test_unknown_members_are_kept_as_they_are() -> None:
    odd = {"x_new": {"A": "b\r\n"}, "layers": {"x_layer": {"k": "v\r\n"}, "llm": {"x_k": [2, 2]}}}
    assert canonical(odd) == odd


def test_a_layer_that_is_no_object_is_kept_as_it_is() -> None:
    for value in (None, "x", [1], 5):
        assert canonical({"layers": value}) == {"layers": value}
        assert canonical({"layers": {"llm": value}}) == {"layers": {"llm": value}}


@given(st.one_of(PERSONAS, live_documents()))
def test_canonical_twice_is_canonical_once(given_document: dict[str, Any]) -> None:
    once = canonical(given_document)
    assert equal(canonical(once), once)


@given(live_documents())
def test_no_list_element_ever_moves(live: dict[str, Any]) -> None:
    form = canonical(live)
    for path, field in FIELDS.items():
        before, after = get(live, path), get(form, path)
        if isinstance(before, list) and before and field.compare is not Compare.SET:
            assert before == after
        if isinstance(before, list) and field.compare is Compare.SET:
            assert after == list(dict.fromkeys(before))


def test_ownership_goes_down_to_known_members_and_members_of_maps() -> None:
    made = document(
        {
            "/system_prompt": "x",
            "/layers/llm/extra_body": {"temperature": 1, "nested": {"a": 1}},
            "/layers/llm/headers": {"X": Secret("s")},
            "/layers/llm/default_query": {},
            "/layers/stt": None,
            "/layers/tts": {},
            "/layers/sts": {"a": {"b": 1}},
            "/document_ids": [],
        }
    )
    assert dict(owned(made)) == {
        ("system_prompt",): "x",
        ("layers", "llm", "extra_body", "temperature"): 1,
        ("layers", "llm", "extra_body", "nested"): {"a": 1},
        ("layers", "llm", "headers", "X"): Secret("s"),
        ("layers", "llm", "default_query"): {},
        ("layers", "stt"): None,
        ("layers", "sts"): {"a": {"b": 1}},
        ("document_ids",): [],
    }


def test_an_empty_definition_owns_nothing() -> None:
    assert list(owned({})) == []
    assert list(owned({"layers": {"llm": {}}})) == []


@given(PERSONAS)
def test_no_owned_path_is_a_part_of_another(desired: dict[str, Any]) -> None:
    paths = [path for path, _ in owned(canonical(desired))]
    assert len(paths) == len(set(paths))
    for path in paths:
        assert not any(path[:length] in set(paths) for length in range(1, len(path)))
