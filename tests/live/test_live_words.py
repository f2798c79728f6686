"""The two vocabularies: translated at known fields, and nowhere else."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.vocabulary import Vocabulary
from reconciler.live.words import from_route, operation_to_route, to_route

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object

_EVERY_NAME = [
    *("persona_id", "pal_id", "persona_name", "pal_name", "default_replica_id", "default_face_id"),
    *("persona_type", "pal_type", "replica_interruptibility", "pal_interruptibility"),
    *("face_interruptibility", "layers", "llm", "conversational_flow", "perception"),
    *("extra_body", "visual_tools", "ambient_awareness_queries"),
]
_NAMES = st.sampled_from(_EVERY_NAME) | st.text(max_size=5)
_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
_FREE: st.SearchStrategy[Json] = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


def _object(*fields: str) -> st.SearchStrategy[Object]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(fields, _FREE))


_LAYERS = st.fixed_dictionaries(
    {},
    optional={
        "conversational_flow": _SCALARS | _object("replica_interruptibility", "wake_phrase"),
        "llm": _object("extra_body", "tools", "pal_name", "headers"),
        "perception": _object("ambient_awareness_queries", "visual_tools", "pal_id"),
    },
)
_DOCUMENTS: st.SearchStrategy[Object] = st.builds(
    lambda top, layers: {**top, "layers": layers},
    _object("persona_id", "persona_name", "default_replica_id", "system_prompt", "skills"),
    _LAYERS,
)


@given(_DOCUMENTS, st.sampled_from(Vocabulary))
def test_a_document_sent_and_read_back_is_the_same(doc: Object, words: Vocabulary) -> None:
    before = copy.deepcopy(doc)
    back = from_route(to_route(doc, words), words)
    assert list(map(repr, back.items())) == list(map(repr, before.items()))
    assert doc == before


@given(_FREE, st.sampled_from(Vocabulary))
def test_free_form_members_are_left_as_they_are(value: Json, words: Vocabulary) -> None:
    document = {"layers": {"llm": {"extra_body": value, "tools": [value]}}, "skills": value}
    assert repr(to_route(document, words)) == repr(document)
    assert repr(from_route(document, words)) == repr(document)


@given(_FREE)
def test_a_value_deep_inside_a_field_is_never_translated(value: Json) -> None:
    operation = {"op": "add", "path": "/layers/llm/extra_body/persona_name", "value": value}
    assert operation_to_route(operation, Vocabulary.PAL) == operation


def test_the_pal_route_is_told_pal_words() -> None:
    document = {
        "persona_name": "Ada",
        "default_replica_id": "r1",
        "layers": {"conversational_flow": {"replica_interruptibility": "low"}},
    }
    assert to_route(document, Vocabulary.PAL) == {
        "pal_name": "Ada",
        "default_face_id": "r1",
        "layers": {"conversational_flow": {"pal_interruptibility": "low"}},
    }
    assert to_route(document, Vocabulary.PERSONA) == document


@pytest.mark.parametrize("words", Vocabulary)
@pytest.mark.parametrize("name", ["pal", "face", "replica"])
def test_interruptibility_is_read_in_each_spelling(words: Vocabulary, name: str) -> None:
    flow = {"wake_phrase": None, f"{name}_interruptibility": "high"}
    assert from_route({"layers": {"conversational_flow": flow}}, words) == {
        "layers": {"conversational_flow": {"wake_phrase": None, "replica_interruptibility": "high"}}
    }


def test_of_two_spellings_the_one_of_the_route_counts() -> None:
    flow = {
        "face_interruptibility": "low",
        "replica_interruptibility": "medium",
        "pal_interruptibility": "high",
    }
    document = {"layers": {"conversational_flow": flow}}
    for words, expected in ((Vocabulary.PAL, "high"), (Vocabulary.PERSONA, "medium")):
        read = from_route(document, words)["layers"]["conversational_flow"]
        assert read == {"replica_interruptibility": expected}


def test_old_perception_names_stay() -> None:
    document = {"layers": {"perception": {"ambient_awareness_queries": ["Is it raining?"]}}}
    for words in Vocabulary:
        assert from_route(document, words) == document
        assert to_route(document, words) == document


@pytest.mark.parametrize(
    ("canonical", "sent"),
    [
        ("/persona_name", "/pal_name"),
        ("/default_replica_id", "/default_face_id"),
        (
            "/layers/conversational_flow/replica_interruptibility",
            "/layers/conversational_flow/pal_interruptibility",
        ),
        ("/layers/perception/perception_tools/0", "/layers/perception/perception_tools/0"),
        ("/layers/llm/headers/persona_name", "/layers/llm/headers/persona_name"),
        ("/layers/llm/headers/a~1b~01", "/layers/llm/headers/a~1b~01"),
    ],
)
def test_both_paths_of_an_operation_are_translated(canonical: str, sent: str) -> None:
    moved = operation_to_route({"op": "move", "from": canonical, "path": canonical}, Vocabulary.PAL)
    assert moved == {"op": "move", "from": sent, "path": sent}


@pytest.mark.parametrize(
    ("path", "value", "sent"),
    [
        ("/layers/conversational_flow", {"replica_interruptibility": "low"}, "pal"),
        ("/layers", {"conversational_flow": {"replica_interruptibility": "low"}}, "pal"),
        ("", {"persona_name": "Ada"}, "pal"),
        ("/layers/llm", {"persona_name": "Ada"}, "persona"),
    ],
)
def test_the_value_is_translated_by_where_it_will_stand(path: str, value: Json, sent: str) -> None:
    operation = {"op": "add", "path": path, "value": value}
    translated = repr(operation_to_route(operation, Vocabulary.PAL)["value"])
    assert f"'{sent}_" in translated
    assert translated.count("_") == repr(value).count("_")
