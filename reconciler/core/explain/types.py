"""The type of a field in words, read from the schema of its model."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from reconciler.core.document import Object

_WORDS: Final[Mapping[str, str]] = {
    "string": "text",
    "boolean": "true or false",
    "number": "number",
    "integer": "whole number",
    "object": "object",
    "null": "",
}
_MANY: Final[Mapping[str, str]] = {"text": "texts", "object": "objects", "tool": "tools"}
_SWITCHES: Final = ["true", "false"]


@cache
def properties(model: type[BaseModel]) -> Mapping[str, Object]:
    """Member → its schema."""
    schema: Mapping[str, Any] = model.model_json_schema()
    found: Mapping[str, Object] = schema.get("properties", {})
    return found


def type_of(model: type[BaseModel], name: str) -> str:
    """The type of a member: «text», «list of texts, at most 50», «number, or one of slow, fast»."""
    return _words(properties(model)[name])


def _words(form: Object) -> str:
    forms = [found for one in form.get("anyOf", [form]) if (found := _one(one))]
    return ", or ".join(dict.fromkeys(forms))


def _one(form: Object) -> str:
    if "$ref" in form:
        return "tool" if form["$ref"].endswith("/Tool") else "object"
    if "enum" in form:
        return "" if form["enum"] == _SWITCHES else f"one of {', '.join(form['enum'])}"
    match form.get("type"):
        case list() as several:
            return ", or ".join(_WORDS[one] for one in several if _WORDS[one])
        case "array":
            return _list(form)
        case "object" if isinstance(form.get("additionalProperties"), dict):
            return f"object of {_MANY[_words(form['additionalProperties'])]}"
        case str() as one:
            return _WORDS[one]
        case _:
            return "any JSON"


def _list(form: Object) -> str:
    item = _words(form["items"])
    words = f"list of {_MANY.get(item, item)}"
    if "maxItems" in form:
        words += f", at most {form['maxItems']}"
    if "maxLength" in form["items"]:
        words += f" of at most {form['items']['maxLength']} characters"
    return words
