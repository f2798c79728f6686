from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from typing import Any, Final

import pytest
from builders import document
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.document import ABSENT, parse_pointer, pointer
from reconciler.core.fields import FIELDS, Compare
from reconciler.core.same import canonical_text, equal_json, name_key, same, tools_by_name
from reconciler.core.secret import Secret
from reconciler.core.service.behaviour import defaults
from reconciler.core.service.defaults import NOT_KNOWN
from reconciler.core.service.profile import Answer, Profile
from reconciler.core.service.question import Confidence

UNSET: Final[list[Any]] = [ABSENT, None, "", [], {}]
FLOW: Final = "/layers/conversational_flow"
TOOLS: Final = "/layers/llm/tools"
NAME: Final = "/persona_name"
ACTIVE: Final = document({f"{FLOW}/wake_phrase": "Hey"})


def a_tool(name: str, description: Any = "Books a table.", **properties: Any) -> dict[str, Any]:
    function: dict[str, Any] = {"name": name, "parameters": {"properties": properties}}
    if description is not ABSENT:
        function["description"] = description
    return {"type": "function", "function": function}


def same_at(at: str, desired: Any, live: Any, live_document: Any = None) -> bool:
    return same(parse_pointer(at), desired, live, live_document or {})


@pytest.mark.parametrize("path", [p for p, f in FIELDS.items() if f.compare is not Compare.OBJECT])
def test_the_five_shapes_of_not_set_are_one(path: tuple[str, ...]) -> None:
    for desired, live in product(UNSET, UNSET):
        assert same(path, desired, live, {})
        assert same(path, desired, live, ACTIVE)


DEFAULTS: Final = [
    ("/pipeline_mode", "full", "echo"),
    ("/disclosure_type", "auto", "off"),
    ("/is_template", False, True),
    ("/layers/llm/model", "tavus-gemma-4", "tavus-gpt-oss"),
    ("/layers/llm/speculative_inference", True, False),
    ("/layers/tts/tts_emotion_control", True, False),
    ("/layers/perception/perception_model", "raven-1", "off"),
    ("/layers/perception/emotion_recognition", "auto", "full"),
    ("/layers/stt/stt_engine", "tavus-auto", "tavus-whisper"),
]


@pytest.mark.parametrize(("at", "default", "other"), DEFAULTS)
@pytest.mark.parametrize("unset", UNSET)
def test_absent_equals_the_default(at: str, default: Any, other: Any, unset: Any) -> None:
    assert same_at(at, default, unset)
    assert same_at(at, unset, default)
    assert not same_at(at, other, unset)
    assert not same_at(at, unset, other)


def test_the_voice_engine_has_no_default_that_could_be_assumed() -> None:
    for engine in ("cartesia", "tavus-auto"):
        assert not same_at("/layers/tts/tts_engine", engine, ABSENT)


FLOW_DEFAULTS: Final = {
    "turn_detection_model": "sparrow-2",
    "turn_taking_patience": "medium",
    "replica_interruptibility": "medium",
    "voice_isolation": "near",
    "idle_engagement": "off",
    "idle_end_behavior": "wait",
}


@pytest.mark.parametrize(("name", "default"), FLOW_DEFAULTS.items())
def test_the_flow_layer_has_defaults_only_once_it_is_active(name: str, default: str) -> None:
    at = f"{FLOW}/{name}"
    assert same_at(at, default, ABSENT, ACTIVE)
    for inactive in ({}, {"layers": None}, document({FLOW: {}}), document({FLOW: None})):
        assert not same_at(at, default, ABSENT, inactive)


def test_wake_and_sleep_phrases_have_none() -> None:
    for name in ("wake_phrase", "sleep_phrase"):
        assert same_at(f"{FLOW}/{name}", ABSENT, None, ACTIVE)
        assert not same_at(f"{FLOW}/{name}", "Hey", None, ACTIVE)


@pytest.mark.parametrize(
    ("at", "desired", "live", "are_same"),
    [
        (NAME, "Coach (1)", "Coach (1)", True),
        (NAME, "Coach (1)", "Coach 1", False),
        (NAME, "Coach", "coach", False),
        ("/persona_description", "A.", "A", False),
        ("/document_ids", ["a", "b"], ["b", "a"], True),
        ("/document_ids", ["a", "b"], ["b", "a", "a"], True),
        ("/document_ids", ["a"], ["a", "b"], False),
        ("/document_ids", ["a"], "a", False),
        ("/guardrail_tags", ["x"], ["X"], False),
        ("/languages", ["en", "de"], ["de", "en"], False),
        ("/layers/perception/visual_awareness_queries", ["a", "b"], ["b", "a"], False),
        ("/layers/conferencing/allowlist", ["a@b", "c@d"], ["c@d", "a@b"], True),
        ("/layers/llm/extra_body/temperature", 1, 1.0, True),
        ("/layers/llm/extra_body/temperature", 1, True, False),
        ("/layers/llm/extra_body/temperature", 0, False, False),
        ("/layers/llm/extra_body/temperature", 0.1 + 0.2, 0.3, True),
        ("/layers/llm/extra_body/temperature", 0.3, 0.3001, False),
        ("/layers/llm/extra_body/x", {"a": 1, "b": [2]}, {"b": [2.0], "a": 1}, True),
        ("/layers/llm/extra_body/x", {"a": 1}, {"a": 1, "b": None}, False),
        ("/layers/sts", {"a": [1, 2]}, {"a": [2, 1]}, False),
        ("/layers/llm/base_url", "https://x", "https://X", False),
        ("/layers/llm/api_key", Secret("k"), Secret("k"), True),
        ("/layers/llm/api_key", Secret("k"), "k", True),
        ("/layers/llm/api_key", Secret("k"), Secret("l"), False),
        ("/layers/llm/extra_body/x", [Secret("k")], ["k"], True),
        ("/layers/llm/extra_body/x", Secret("1"), 1, False),
        ("/x_unknown", "a", "a", True),
        ("/x_unknown", "a", "b", False),
    ],
)
def test_same_meaning(at: str, desired: Any, live: Any, are_same: bool) -> None:
    assert same_at(at, desired, live) is are_same


BOOK, CALL = a_tool("book", day={"type": "string"}), a_tool("call", "Calls.")


@pytest.mark.parametrize(
    ("desired", "live", "are_same"),
    [
        ([BOOK, CALL], [BOOK, CALL], True),
        ([BOOK, CALL], [CALL, BOOK], True),
        ([BOOK], [a_tool("book", ABSENT, day={"type": "string"})], True),
        ([BOOK], [a_tool("book", "", day={"type": "string"})], True),
        ([BOOK], [a_tool("book", "Other words.", day={"type": "string"})], False),
        ([a_tool("book", ABSENT)], [a_tool("book", "Added outside.")], False),
        ([BOOK], [a_tool("book", day={"type": "number"})], False),
        ([BOOK], [BOOK, CALL], False),
        ([BOOK, CALL], [BOOK], False),
        ([{"function": CALL["function"]}], [CALL], True),
        ([CALL], [{"function": CALL["function"]}], True),
        ([BOOK, BOOK], [BOOK, BOOK], True),
        ([BOOK, BOOK], [BOOK], False),
        ([{"name": "odd"}], [{"name": "odd"}], True),
        ([BOOK], ["odd"], False),
        ([BOOK], [{"function": "odd"}], False),
        ([BOOK], "odd", False),
    ],
)
def test_tools_are_compared_by_name(desired: Any, live: Any, are_same: bool) -> None:
    assert same_at(TOOLS, desired, live) is are_same


@pytest.mark.parametrize(
    ("tools", "names"),
    [
        ([BOOK, CALL], ["book", "call"]),
        ([], []),
        ([BOOK, BOOK], None),
        ([{"function": {}}], None),
        ([{"function": {"name": 1}}], None),
        (["x"], None),
        ([None], None),
    ],
)
def test_tools_without_a_name_of_their_own_have_no_names(
    tools: Any, names: list[str] | None
) -> None:
    found = tools_by_name(tools)
    assert (None if found is None else list(found)) == names


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.just(1.0), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=5,
)
PATHS = st.sampled_from([p for p, f in FIELDS.items() if f.compare is not Compare.OBJECT])


@given(PATHS, VALUES, VALUES)
def test_same_is_symmetric_but_for_descriptions_that_live_lost(
    path: tuple[str, ...], left: Any, right: Any
) -> None:
    assert same(path, left, left, {})
    assert same(path, left, right, {}) is same(path, right, left, {})


@given(VALUES, VALUES)
def test_canonical_text_is_equal_exactly_where_values_are(left: Any, right: Any) -> None:
    assert (canonical_text(left) == canonical_text(right)) is equal_json(left, right)


def test_canonical_text_is_compact_sorted_json() -> None:
    assert canonical_text({"b": 1.0, "a": ["é", None]}) == '{"a":["é",null],"b":1}'
    assert json.loads(canonical_text({"a": Secret("k")})) == {"a": "k"}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Coach Rook (chess)", "coachrookchess"),
        ("  ", "  "),
        ("✨", "✨"),
        ("", ""),
        ("Ünïcode 2", "ünïcode2"),
    ],
)
def test_the_key_of_a_name(name: str, key: str) -> None:
    assert name_key(name) == key


def test_what_an_absent_member_stands_for_is_for_the_profile_to_say() -> None:
    path = ("layers", "perception", "perception_model")
    said = Answer("raven-2", Confidence.SEEN)
    ours = defaults(Profile("ours", answers={pointer(path): said}))
    assert same(path, "raven-1", ABSENT, {})
    assert not same(path, "raven-1", ABSENT, {}, ours)
    assert same(path, "raven-2", ABSENT, {}, ours)
    nothing = defaults(Profile("ours", answers={pointer(path): replace(said, value=NOT_KNOWN)}))
    assert not same(path, "raven-1", ABSENT, {}, nothing)
    assert same(path, None, ABSENT, {}, nothing)
