"""Whether two values of a field mean the same to the server."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, equal, get, is_unset, without
from reconciler.core.fields import FLOW, Compare, field_at
from reconciler.core.secret import Secret
from reconciler.core.service.behaviour import SHIPPED_DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Absent, Json, Object, Path

_TOLERANCE: Final = 1e-9
_NO_LETTERS: Final = re.compile(r"[\W_]+")
"""What is neither a letter nor a digit."""


def name_key(name: str) -> str:
    """What is left of a name when punctuation, spaces and case are gone (persona-api 9.3, 11.5)."""
    return _NO_LETTERS.sub("", name.casefold()) or name


def same(
    path: Path,
    desired: Json | Absent,
    live: Json | Absent,
    document: Object,
    defaults: Mapping[Path, Json] = SHIPPED_DEFAULTS,
) -> bool:
    """Whether two canonical values of the field mean the same to the server.

    Args:
        path: canonical path of the field.
        desired: what the definition says.
        live: what the live document says.
        document: the live document, which decides whether an absent member has a default.
        defaults: what an absent member stands for, by path.
    """
    if isinstance(desired, str) and desired and desired == live:
        return True
    if is_unset(desired) or is_unset(live):
        default = default_of(path, document, defaults)
        return equal_as(path, _or(desired, default), _or(live, default))
    return equal_as(path, desired, live)


def _or(value: Json | Absent, default: Json | Absent) -> Json | Absent:
    return default if is_unset(value) else value


def default_of(path: Path, document: Object, defaults: Mapping[Path, Json]) -> Json | Absent:
    """What the server takes where the member is not set in this live document, or ABSENT."""
    if path[: len(FLOW)] == FLOW and is_unset(get(document, FLOW)):
        return ABSENT
    return defaults.get(path, ABSENT)


def equal_as(path: Path, left: Json | Absent, right: Json | Absent) -> bool:
    """Equality under the field's rule of comparison; all unset values are equal."""
    if is_unset(left) or is_unset(right):
        return is_unset(left) and is_unset(right)
    match field_at(path).compare:
        case Compare.SET if isinstance(left, list) and isinstance(right, list):
            return set(map(canonical_text, left)) == set(map(canonical_text, right))
        case Compare.TOOLS if isinstance(left, list) and isinstance(right, list):
            return _same_tools(left, right)
        case _:
            return equal_json(left, right)


def equal_json(left: Json, right: Json) -> bool:
    """document.equal(), with a Secret equal to its value and numbers equal within 1e-9."""
    if isinstance(left, Secret) or isinstance(right, Secret):
        return _revealed(left) == _revealed(right) and isinstance(_revealed(left), str)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal_json(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal_json, left, right))
    if isinstance(left, float) and isinstance(right, int | float) and not isinstance(right, bool):
        return abs(left - right) <= _TOLERANCE
    return equal(left, right)


def _revealed(value: Json) -> Json:
    return value.reveal() if isinstance(value, Secret) else value


def tools_by_name(tools: list[Json]) -> dict[str, Object] | None:
    """Functions by name, or None where a tool has no name or two have the same one."""
    found: dict[str, Object] = {}
    for tool in tools:
        name = get(tool, ("function", "name"))
        if not isinstance(name, str) or name in found:
            return None
        found[name] = tool
    return found


def _same_tools(desired: list[Json], live: list[Json]) -> bool:
    want, have = tools_by_name(desired), tools_by_name(live)
    if want is None or have is None:
        return equal_json(desired, live)
    return want.keys() == have.keys() and all(
        equal_json(_tool(want[name], have[name]), _tool(have[name], have[name])) for name in want
    )


def reworded_tools(desired: list[Json], live: list[Json]) -> list[Json]:
    """The tools to send: without the descriptions that the live functions of that name lost.

    They would be lost again, and make a patch out of nothing. Where the descriptions are all that
    differs, they are sent: that is what the author changed.
    """
    have = tools_by_name(live)
    if have is None or tools_by_name(desired) is None:
        return desired
    names = [tool["function"]["name"] for tool in desired]
    sent = [
        _as_kept(tool, have[name]) if name in have else tool
        for tool, name in zip(desired, names, strict=True)
    ]
    return desired if equal_json(sent, live) else sent


def _as_kept(tool: Object, live: Object) -> Object:
    if not is_unset(get(live, ("function", "description"))):
        return tool
    return without(tool, ("function", "description"))


def _tool(tool: Object, live: Object) -> Object:
    # «type» has one value and a default. Some accounts lose the description on store.
    function = dict(tool["function"])
    if is_unset(get(live, ("function", "description"))):
        function.pop("description", None)
    return {**tool, "type": tool.get("type") or "function", "function": function}


def canonical_text(value: Json) -> str:
    """Compact JSON with sorted members in which 1 and 1.0 are one number; secrets in the clear."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Json) -> Json:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, dict):
        return {name: _plain(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
