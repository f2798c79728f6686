"""The JSON Schema of reconciler.yaml, for completion, hover text and checks in editors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.core.lint.settings import LIMITED_REF, LIMITED_SWITCH, project_switches_schema
from reconciler.core.project import Project
from reconciler.desired.json_schema import schema_text

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object

PROJECT_SCHEMA_ID: Final = "project.schema.json"
"""The $id of the schema of the project file, and its file name."""


_MAPS: Final = frozenset({"properties", "patternProperties", "$defs"})
_SOURCE: Final = re.compile(r" \(persona-api [\d., ]+\)")
"""Where we know it from, which says nothing to the reader of a hover text."""


def project_schema() -> Object:
    """The schema of the project file."""
    schema: Object = _tidy(Project.model_json_schema())
    schema["properties"]["lint"] |= project_switches_schema()
    schema["$defs"][LIMITED_REF] = LIMITED_SWITCH
    return {
        **schema,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": PROJECT_SCHEMA_ID,
        "title": "Project file",
        "description": "What belongs to which Tavus account, and how carefully it is treated.",
    }


def project_schema_text() -> str:
    """The text of schemas/project.schema.json."""
    return schema_text(project_schema())


def _tidy(value: Json, *, names: bool = False) -> Json:
    """Without generated titles and defaults that are no plain value; descriptions on one line.

    names says that value maps names to schemas, and is no schema itself.
    """
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for word, said in value.items():
        if not names and (word == "title" or (word == "default" and _is_no_hint(said, value))):
            continue
        if not names and word == "description":
            kept[word] = " ".join(_SOURCE.sub("", said).split())
        else:
            kept[word] = _tidy(said, names=not names and word in _MAPS)
    return kept


def _is_no_hint(default: Json, schema: Object) -> bool:
    """Whether a default is nothing one would write: a whole block, or in another form."""
    return not isinstance(default, str | int | float) or schema.get("type") == "object"
