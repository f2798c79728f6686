"""A small judge of JSON Schema: the few keywords ours use, and a KeyError for any other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.core.document import Json, Object

TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
    "null": type(None),
}

ANNOTATIONS: Final = {
    *("$schema", "$id", "$defs", "title", "description", "examples", "default", "deprecated")
}


def fits(value: Json, schema: Object) -> bool:
    """Whether value is valid under schema."""
    return _fits(value, schema, schema)


def _fits(value: Json, schema: Any, root: Object) -> bool:
    if isinstance(schema, bool):
        return schema
    judged = set(schema) - ANNOTATIONS - {"properties"}
    return all(_RULES[word](schema[word], value, schema, root) for word in judged) and (
        _members(schema.get("properties", {}), value, schema, root)
    )


def _at(root: Object, ref: str) -> Json:
    found: Json = root
    for step in ref.removeprefix("#/").split("/"):
        found = found[step]
    return found


def _is(kind: str, value: Json) -> bool:
    if kind in {"integer", "number"} and isinstance(value, bool):
        return False
    return isinstance(value, TYPES[kind])


def _members(properties: Object, value: Json, _: Object, root: Object) -> bool:
    return not isinstance(value, dict) or all(
        _fits(value[name], schema, root) for name, schema in properties.items() if name in value
    )


def _others(schema: Json, value: Json, around: Object, root: Object) -> bool:
    known = around.get("properties", {})
    return not isinstance(value, dict) or all(
        _fits(member, schema, root) for name, member in value.items() if name not in known
    )


_RULES: Final[Mapping[str, Callable[[Any, Json, Object, Object], bool]]] = {
    "type": lambda kinds, v, _, __: any(
        _is(kind, v) for kind in (kinds if isinstance(kinds, list) else [kinds])
    ),
    "$ref": lambda ref, v, _, root: _fits(v, _at(root, ref), root),
    "enum": lambda known, v, _, __: v in known,
    "anyOf": lambda forms, v, _, root: any(_fits(v, form, root) for form in forms),
    "items": lambda items, v, _, root: (
        not isinstance(v, list) or all(_fits(item, items, root) for item in v)
    ),
    "additionalProperties": _others,
    "required": lambda names, v, _, __: not isinstance(v, dict) or set(names) <= set(v),
    "pattern": lambda text, v, _, __: not isinstance(v, str) or bool(re.search(text, v)),
    "maxItems": lambda most, v, _, __: not isinstance(v, list) or len(v) <= most,
    "maxLength": lambda most, v, _, __: not isinstance(v, str) or len(v) <= most,
    "minLength": lambda least, v, _, __: not isinstance(v, str) or len(v) >= least,
}
