"""The JSON Schema of a service profile, for completion, hover text and checks in editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.service.questions import QUESTIONS
from reconciler.desired.json_schema import schema_text
from reconciler.desired.profile_file import ProfileFile

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.core.service.question import Question

PROFILE_SCHEMA_ID: Final = "profile.schema.json"
"""The $id of the schema of a service profile, and its file name."""


def profile_schema() -> Object:
    """The schema of a service profile: each question with its answers."""
    schema: Object = ProfileFile.model_json_schema()
    answer = schema["$defs"]["AnswerBlock"]
    schema["properties"]["answers"] |= {
        "additionalProperties": False,
        "properties": {id_: _answer(question) for id_, question in QUESTIONS.items()},
    }
    return {
        **schema,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": PROFILE_SCHEMA_ID,
        "title": "Service profile",
        "description": "How one Tavus service behaves, as far as it is known.",
        "$defs": {"AnswerBlock": answer},
    }


def profile_schema_text() -> str:
    """The text of schemas/profile.schema.json."""
    return schema_text(profile_schema())


def _answer(question: Question) -> Object:
    value: Object = {"enum": list(question.values)} if question.values else {}
    return {
        "description": f"{question.asks} With another answer: {question.effect}.",
        "allOf": [{"$ref": "#/$defs/AnswerBlock"}, {"properties": {"value": value}}],
    }
