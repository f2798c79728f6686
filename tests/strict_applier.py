"""A second applier of JSON Patch, strict and independent of the one the program simulates with."""

from __future__ import annotations

import copy
from typing import Any


class RefusedError(Exception):
    """The patch does not fit the document."""


def strictly(document: Any, operations: Any) -> Any:
    """A patched copy by the letter of RFC 6902; all of the patch or none."""
    result = copy.deepcopy(document)
    for operation in operations:
        result = _one(result, operation)
    return result


def _one(document: Any, operation: dict[str, Any]) -> Any:
    path = _parts(operation["path"])
    match operation["op"]:
        case "add":
            return _add(document, path, copy.deepcopy(operation["value"]))
        case "remove":
            return _remove(document, path)
        case "replace":
            _get(document, path)
            return _set(document, path, copy.deepcopy(operation["value"]))
        case "test":
            if not same(_get(document, path), operation["value"]):
                raise RefusedError("test")
            return document
        case "copy":
            return _add(document, path, copy.deepcopy(_get(document, _parts(operation["from"]))))
        case "move":
            source = _parts(operation["from"])
            if path[: len(source)] == source and path != source:
                raise RefusedError("into itself")
            value = _get(document, source)
            return document if path == source else _add(_remove(document, source), path, value)
        case other:
            raise RefusedError(f"no operation {other}")


def same(left: Any, right: Any) -> bool:
    """Equal as JSON: numbers by value, true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    return (numbers or type(left) is type(right)) and bool(left == right)


def _parts(pointer: str) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise RefusedError("pointer")
    return [p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]]


def _index(part: str, most: int) -> int:
    if not (part.isdecimal() and part.isascii()) or (part != "0" and part.startswith("0")):
        raise RefusedError("index")
    if int(part) > most:
        raise RefusedError("out of range")
    return int(part)


def _step(node: Any, part: str) -> Any:
    if isinstance(node, dict):
        if part not in node:
            raise RefusedError("absent")
        return node[part]
    if isinstance(node, list):
        return node[_index(part, len(node) - 1)]
    raise RefusedError("no container")


def _get(document: Any, path: list[str]) -> Any:
    for part in path:
        document = _step(document, part)
    return document


def _parent(document: Any, path: list[str]) -> Any:
    return _get(document, path[:-1])


def _add(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent, last = _parent(document, path), path[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list):
        parent.insert(len(parent) if last == "-" else _index(last, len(parent)), value)
    else:
        raise RefusedError("no container")
    return document


def _set(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent, last = _parent(document, path), path[-1]
    if isinstance(parent, dict):
        parent[last] = value
    else:
        parent[_index(last, len(parent) - 1)] = value
    return document


def _remove(document: Any, path: list[str]) -> Any:
    _get(document, path)
    if not path:
        raise RefusedError("the root stays")
    parent, last = _parent(document, path), path[-1]
    if isinstance(parent, dict):
        del parent[last]
    else:
        del parent[_index(last, len(parent) - 1)]
    return document
