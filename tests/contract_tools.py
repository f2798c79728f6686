"""Answers against a schema of the vendor's OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

Schema: TypeAlias = dict[str, Any]

_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def problems(schema: Schema, value: object, at: str = "") -> Iterator[str]:
    """Where a value is not what the schema says; list items all have the pointer part *."""
    kind = schema.get("type")
    if kind and not isinstance(value, _TYPES[kind]):
        yield f"{at}: not {kind}"
    elif isinstance(value, dict) and (members := schema.get("properties")):
        for name, member in value.items():
            if name in members:
                yield from problems(members[name], member, f"{at}/{name}")
            else:
                yield f"{at}/{name}: not documented"
    elif isinstance(value, list) and (items := schema.get("items")):
        for item in value:
            yield from problems(items, item, f"{at}/*")
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at}: not a documented value"


def leaves(schema: Schema, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """Every documented member that has no documented members of its own, with its path."""
    members = schema.get("properties") if schema.get("type") == "object" else None
    if members:
        for name, member in members.items():
            yield from leaves(member, (*at, name))
    else:
        yield at, schema


def samples(schema: Schema) -> list[Any]:
    """Values the document allows: all of an enumeration, or one of the type and the example."""
    if "enum" in schema:
        return list(schema["enum"])
    blank = {"string": "text", "boolean": False, "integer": 1, "array": [], "object": {}}
    examples = [schema["example"]] if "example" in schema else []
    return [blank[schema["type"]], *examples]


def findings(operation: str, documented: Schema, reply: httpx.Response) -> Iterator[str]:
    """What an answer has that the document does not, and the other way round."""
    what = f"{operation} {reply.status_code}"
    response = documented["responses"].get(str(reply.status_code))
    if response is None:
        yield f"{what}: not documented"
        return
    content = response.get("content", {}).get("application/json")
    if content and not reply.content:
        yield f"{what}: no body"
    elif content:
        schema, body = content["schema"], reply.json()
        if operation == "getPersona" and reply.status_code == 200 and "data" not in body:
            yield f"{what}: no data around the record"
            schema = schema["properties"]["data"]["items"]
        yield from (f"{what} {problem}" for problem in problems(schema, body))
