"""The JSON Schema of a definition, for completion, hover text and checks in editors.

Draft 2020-12, keeping to what editors that only know draft 7 understand as well.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from reconciler.core.document import dotted
from reconciler.core.persona.known import DEPRECATED_FIELDS, KNOWN, Status
from reconciler.core.persona.persona import Persona
from reconciler.core.persona.shape import fields, model_at
from reconciler.core.reference import REFERABLE
from reconciler.core.vocabulary import other_spellings, vocabulary_of
from reconciler.desired.reserved import ReservedBlock
from reconciler.desired.role import Role, refused_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from reconciler.core.document import Object, Path
    from reconciler.core.persona.known import Replaced, Values

SCHEMA_ID: Final = "persona.schema.json"
"""The $id of the persona schema."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DIRECTIVE: Final[Object] = {"$ref": "#/$defs/Directive"}
_ANNOTATIONS: Final = frozenset({"title", "description", "examples", "default"})


def schema_text(schema: Object) -> str:
    """The one text of a schema: sorted members, two spaces, a newline at the end."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def persona_schema_text() -> str:
    """The text of schemas/persona.schema.json."""
    return schema_text(persona_schema())


def persona_schema() -> Object:
    """The schema of a persona definition: YAML, JSON, or the front matter of a Markdown file."""
    schema = Persona.model_json_schema()
    at = _paths_of_models()
    defs = {name: _model(model, at.get(name)) for name, model in schema.pop("$defs").items()}
    root = _model(schema, ())
    root["properties"]["reconcile"] = {"$ref": "#/$defs/Reconcile"}
    return {
        **root,
        "$schema": _DIALECT,
        "$id": SCHEMA_ID,
        "title": "Persona definition",
        "description": "A Tavus persona (PAL) as persona-reconciler reads it. null clears a field.",
        "$defs": {**defs, "Directive": _directive(), "Reconcile": _reconcile()},
    }


def _paths_of_models() -> Mapping[str, Path]:
    """Name of a model → where it stands; what stands in several places has no path."""
    models = ((path, model_at(path)) for path in ((), *fields()))
    names = [(path, model.__name__) for path, model in models if model is not None]
    several = Counter(name for _, name in names)
    return {name: path for path, name in names if several[name] == 1}


def _model(schema: Object, at: Path | None) -> Object:
    properties: Object = {}
    for name, member in schema["properties"].items():
        path = None if at is None else (*at, name)
        properties[name] = _property(member, path)
        if path is not None:
            properties.update(_other_names(properties[name], path))
    return {**_on_one_line(schema), "properties": properties}


def _property(member: Object, path: Path | None) -> Object:
    notes: Object = {name: member[name] for name in ("description", "examples") if name in member}
    bare = {name: said for name, said in member.items() if name not in _ANNOTATIONS}
    forms = member.get("anyOf", [bare])
    if path is not None and path in KNOWN:
        forms = [{"enum": list(KNOWN[path].current)}, *forms]
        notes["description"] += _retired(KNOWN[path])
    if path is not None and path in DEPRECATED_FIELDS:
        notes["deprecated"] = True
        notes["description"] += _replaced(DEPRECATED_FIELDS[path])
    return {**_on_one_line(notes), "anyOf": [*map(_with_directives, forms), _DIRECTIVE]}


def _retired(values: Values) -> str:
    """The values that are known, but no longer to be written."""
    retired = [
        f"{known.value} ({f'{known.since}, ' if known.since else ''}use {known.instead})"
        for known in values.known
        if known.status is not Status.CURRENT
    ]
    return f" Retired: {', '.join(retired)}." if retired else ""


def _replaced(field: Replaced) -> str:
    since = f" in {field.since}" if field.since else ""
    by = " or ".join(map(dotted, field.by))
    return f" Replaced{since} by {by}." if by else f" {field.note}."


def _with_directives(form: Object) -> Object:
    """A form of a value in which every item of a list and every free member may be a directive."""
    wrapped = dict(form)
    for inner in ("items", "additionalProperties"):
        if isinstance(form.get(inner), dict):
            item = form[inner]
            wrapped[inner] = {"anyOf": [*item.get("anyOf", [item]), _DIRECTIVE]}
    return wrapped


def _other_names(member: Object, path: Path) -> Object:
    """The same member under each of its other names; those of no vocabulary are outdated."""
    found = {}
    for other in other_spellings(path):
        outdated = {} if vocabulary_of(other) else {"deprecated": True}
        what = "Older name of" if outdated else "PAL word for"
        text = f"{what} {path[-1]}. {member.get('description', '')}".strip()
        found[other[-1]] = {**member, **outdated, "description": text}
    return found


def _on_one_line(schema: Object) -> Object:
    """With the line breaks of our source text gone from the description."""
    return {k: " ".join(v.split()) if k == "description" else v for k, v in schema.items()}


def _directive() -> Object:
    kinds = "|".join(REFERABLE)
    return {
        "description": "A value from elsewhere.",
        "anyOf": [
            _one(
                "$file",
                "The text of a file, or the structure of a YAML or JSON file, by its path below "
                "the definitions directory.",
                "prompts/opening.md",
            ),
            _one(
                "$env",
                "The value of an environment variable: a secret, or a setting.",
                "MY_LLM_API_KEY",
            ),
            _one("$var", "A value from the vars of the environment in reconciler.yaml.", "face"),
            _one(
                "$ref",
                "The id of another resource, by its address.",
                "objectives/intake",
                pattern=f"^({kinds})/",
            ),
        ],
    }


def _one(name: str, description: str, example: str, **more: str) -> Object:
    argument = {"type": "string", "description": description, "examples": [example], **more}
    return {
        "type": "object",
        "properties": {name: argument},
        "required": [name],
        "additionalProperties": False,
    }


def overlay_schema_text() -> str:
    """The text of schemas/overlay.schema.json, which stands beside the persona schema."""
    return schema_text(
        {
            "$schema": _DIALECT,
            "$id": "overlay.schema.json",
            "title": "Overlay of a persona definition",
            "description": "What differs in one environment. Objects are merged member by member, "
            "lists are replaced, null clears a field.",
            "allOf": [{"$ref": SCHEMA_ID}],
            "properties": {"reconcile": _reconcile(without=refused_in(Role.OVERLAY))},
        }
    )


def _reconcile(without: Collection[str] = ()) -> Object:
    """The schema of the reserved block; members that are refused are left out."""
    schema = ReservedBlock.model_json_schema()
    members = ReservedBlock.model_fields.items()
    available = [n for n, field in members if field.annotation is not Any and n not in without]
    return {
        **_on_one_line(schema),
        "description": "What concerns the reconciler alone and is never sent to Tavus.",
        "properties": {
            name: _on_one_line(_without_title_and_default(schema["properties"][name]))
            for name in available
        },
    }


def _without_title_and_default(schema: Object) -> Object:
    return {name: said for name, said in schema.items() if name not in {"title", "default"}}
