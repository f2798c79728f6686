from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from persona_checking import at
from schema_fitting import fits

from reconciler.core.document import with_value
from reconciler.core.persona.known import DEPRECATED_FIELDS
from reconciler.core.persona.shape import fields
from reconciler.core.vocabulary import other_spellings
from reconciler.desired.json_schema import (
    overlay_schema_text,
    persona_schema,
    persona_schema_text,
    schema_text,
)
from reconciler.desired.markdown import read_markdown
from reconciler.desired.yaml_source import read_yaml

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object

PROJECT: Final = Path(__file__).parents[2]
EXAMPLES: Final = sorted((PROJECT / "personas").glob("*.*"))
SCHEMA: Final = persona_schema()


def property_at(path: tuple[str, ...]) -> Object:
    """The schema of the property at a path in any spelling."""
    found: Object = {"anyOf": [SCHEMA]}
    for name in path:
        forms = [
            SCHEMA["$defs"][form["$ref"].rpartition("/")[2]] if "$ref" in form else form
            for form in found["anyOf"]
        ]
        found = next(f["properties"][name] for f in forms if name in f.get("properties", {}))
    return found


def test_the_committed_schema_is_current() -> None:
    committed = (PROJECT / "schemas" / "persona.schema.json").read_text("utf-8")

    assert committed == persona_schema_text(), "it is out of date: run `make schemas`"


def test_the_text_of_a_schema_is_stable_and_ends_with_a_newline() -> None:
    assert schema_text({"b": 1, "a": "é"}) == '{\n  "a": "é",\n  "b": 1\n}\n'
    assert json.loads(persona_schema_text()) == SCHEMA


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_the_examples_fit_the_schema_they_name(file: Path) -> None:
    text = file.read_text("utf-8")
    source = (read_markdown if file.suffix == ".md" else read_yaml)(text, file.name)

    assert fits(source.value, SCHEMA)
    assert "# yaml-language-server: $schema=../schemas/persona.schema.json\n" in text


def test_there_are_six_examples() -> None:
    assert [file.stem for file in EXAMPLES] == [
        "announcer",
        "concierge",
        "interviewer",
        "life-coach",
        "narrator",
        "support-desk",
    ]


@pytest.mark.parametrize("path", list(fields()))
def test_every_field_has_hover_text_and_takes_a_directive_in_every_spelling(
    path: tuple[str, ...],
) -> None:
    for spelling in (path, *other_spellings(path)):
        found = property_at(spelling)

        assert found["description"].endswith(".")
        assert "\n" not in found["description"]
        assert found.get("deprecated", False) in {path in DEPRECATED_FIELDS, spelling != path}
        for directive in (
            *({"$file": "x.md"}, {"$env": "X"}),
            *({"$var": "x"}, {"$ref": "objectives/x"}),
        ):
            assert fits(with_value({}, spelling, directive), SCHEMA)


def test_old_perception_names_are_deprecated_and_pal_words_are_not() -> None:
    assert property_at(at("layers.perception.perception_tools"))["deprecated"]
    assert "deprecated" not in property_at(("pal_name",))


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"pal_name": "Mara", "default_face_id": "r1"},
        {"layers": {"conversational_flow": {"pal_interruptibility": "high"}}},
        {"layers": {"perception": {"ambient_awareness_queries": ["Who?"]}}},
        {"layers": {"llm": {"model": "a-model-of-next-year", "api_key": {"$env": "KEY"}}}},
        {"layers": {"llm": {"headers": {"Authorization": {"$env": "KEY"}, "X": None}}}},
        {"layers": {"llm": {"extra_body": {"anything": [1]}}}},
        {"layers": {"llm": {"tools": [{"$file": "tools/a.yaml"}, {"function": {"name": "a"}}]}}},
        {"layers": {"tts": {"voice_settings": {"speed": "fast", "pitch": 2}}}},
        {"layers": {"tts": {"tts_emotion_control": "true"}, "stt": None}},
        {"reconcile": {"key": "mara", "moved_from": "old", "protect": True}},
        {"reconcile": {"extends": ["bases/b.yaml"], "labels": {"a": None}}},
        {"reconcile": {"labels": {"a": "b"}, "ignore": ["/greeting"], "environments": ["prod"]}},
    ],
)
def test_the_schema_takes(definition: Json) -> None:
    assert fits(definition, SCHEMA)


@pytest.mark.parametrize(
    "definition",
    [
        {"greting": "x"},
        {"layers": None},
        {"persona_name": 5},
        {"persona_name": {"$ref": "x"}},
        {"persona_name": {"$var": 1}},
        {"persona_name": {"$include": "x"}},
        {"reconcile": {"extends": "bases/b.yaml"}},
        {"persona_name": {"$file": "x", "$env": "Y"}},
        {"layers": {"vqa": {}}},
        {"layers": {"llm": {"temperature": 1}}},
        {"layers": {"llm": {"tools": [{"name": "flat"}]}}},
        {"guardrail_ids": ["g"] * 51},
        {"guardrail_tags": ["x" * 33]},
        {"reconcile": {"protected": True}},
        {"reconcile": {"key": "no spaces"}},
    ],
)
def test_the_schema_refuses(definition: Json) -> None:
    assert not fits(definition, SCHEMA)


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ({"greeting": "x", "layers": {"stt": None}}, True),
        ({"default_replica_id": {"$var": "face"}}, True),
        ({"reconcile": {"labels": {"stage": "live", "old": None}, "protect": True}}, True),
        ({"greting": "x"}, False),
        ({"reconcile": {"key": "a"}}, False),
        ({"reconcile": {"extends": []}}, False),
        ({"reconcile": {"environments": ["prod"]}}, False),
    ],
)
def test_an_overlay_is_a_definition_without_what_only_that_can_say(
    overlay: Json, expected: bool
) -> None:
    schema = json.loads(overlay_schema_text())
    assert schema["allOf"] == [{"$ref": SCHEMA["$id"]}]
    own = {name: said for name, said in schema.items() if name != "allOf"}
    assert (fits(overlay, SCHEMA) and fits(overlay, own)) is expected


def test_known_values_are_offered_and_removed_ones_are_not() -> None:
    offered = property_at(at("layers.llm.model"))["anyOf"][0]["enum"]

    assert offered[0] == "tavus-gemma-4"
    assert "tavus-llama" not in offered
