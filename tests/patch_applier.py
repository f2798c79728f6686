"""A strict applier of JSON Patch (RFC 6902), written from the text of the standard.

Strict beyond it where strict_form is asked for: an add of a member names a new one, and the root
is only replaced.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

INDEX = re.compile(r"0|[1-9][0-9]*")


class RefusedError(Exception):
    """An operation cannot be applied; nothing was changed."""


def apply_strictly(document: Any, operations: Iterable[Any], *, strict_form: bool = False) -> Any:
    """A patched copy. Raises RefusedError."""
    holder = {"": copy.deepcopy(document)}
    for operation in operations:
        if not isinstance(operation, dict):
            raise RefusedError("an operation is an object")
        _apply(holder, operation, strict_form=strict_form)
    return holder[""]


def same_json(left: Any, right: Any) -> bool:
    """Equality as section 4.6 defines it."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_json(left[n], right[n]) for n in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_json, left, right))
    numbers = [isinstance(v, int | float) and not isinstance(v, bool) for v in (left, right)]
    if any(numbers):
        return all(numbers) and bool(left == right)
    return type(left) is type(right) and bool(left == right)


def _apply(holder: dict[str, Any], operation: dict[str, Any], *, strict_form: bool) -> None:
    kind, path = operation.get("op"), _tokens(operation.get("path"))
    if kind in {"add", "replace", "test"} and "value" not in operation:
        raise RefusedError("a value is needed")
    value = copy.deepcopy(operation.get("value"))
    if kind == "test":
        if not same_json(_get(holder, path), value):
            raise RefusedError("a test fails")
    elif kind == "remove":
        _remove(holder, path)
    elif kind == "replace":
        _get(holder, path)
        _put(holder, path, value)
    elif kind == "add":
        if strict_form and (len(path) == 1 or _is_member(holder, path)):
            raise RefusedError("an add names a new place")
        _add(holder, path, value)
    elif kind in {"move", "copy"}:
        _transfer(holder, operation, path)
    else:
        raise RefusedError("an unknown operation")


def _transfer(holder: dict[str, Any], operation: dict[str, Any], path: list[str]) -> None:
    source = _tokens(operation.get("from"))
    value = copy.deepcopy(_get(holder, source))
    if operation["op"] == "move":
        if path[: len(source)] == source and path != source:
            raise RefusedError("a value cannot move into itself")
        _remove(holder, source)
    _add(holder, path, value)


def _tokens(pointer: Any) -> list[str]:
    """The tokens of a pointer, and before them the member of the holder that is the root."""
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise RefusedError("a pointer is needed")
    if re.search(r"~(?![01])", pointer):
        raise RefusedError("a tilde is written ~0")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")]


def _step(value: Any, token: str) -> Any:
    if isinstance(value, dict) and token in value:
        return value[token]
    if isinstance(value, list) and INDEX.fullmatch(token) and int(token) < len(value):
        return value[int(token)]
    raise RefusedError(f"there is no {token}")


def _get(holder: Any, path: list[str]) -> Any:
    for token in path:
        holder = _step(holder, token)
    return holder


def _is_member(holder: Any, path: list[str]) -> bool:
    parent = _get(holder, path[:-1])
    return isinstance(parent, dict) and path[-1] in parent


def _put(holder: Any, path: list[str], value: Any) -> None:
    parent = _get(holder, path[:-1])
    parent[path[-1] if isinstance(parent, dict) else int(path[-1])] = value


def _remove(holder: Any, path: list[str]) -> None:
    _get(holder, path)
    parent = _get(holder, path[:-1])
    del parent[path[-1] if isinstance(parent, dict) else int(path[-1])]


def _add(holder: Any, path: list[str], value: Any) -> None:
    parent, token = _get(holder, path[:-1]), path[-1]
    if isinstance(parent, dict):
        parent[token] = value
    elif isinstance(parent, list) and token == "-":
        parent.append(value)
    elif isinstance(parent, list) and INDEX.fullmatch(token) and int(token) <= len(parent):
        parent.insert(int(token), value)
    else:
        raise RefusedError(f"there is no place {token}")
