"""What has to change in a value of git so that it says what is live: as few members as will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.document import ABSENT, equal, get, is_unset, with_value
from reconciler.core.fields import Compare, field_at
from reconciler.core.same import tools_by_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Absent, Json, Object, Path

At = tuple[str | int, ...]


def to_write(path: Path, ours: Json | Absent, live: Json | Absent) -> Json | Absent:
    """The value to write for a live one: of tools, the order and the descriptions git has.

    Neither makes a difference to the server, and some accounts lose descriptions.
    """
    if is_unset(live):
        return ABSENT
    if field_at(path).compare is not Compare.TOOLS or not isinstance(live, list):
        return live
    known = tools_by_name(ours) if isinstance(ours, list) else None
    have = tools_by_name(live)
    if known is None or have is None:
        return live
    names = [name for name in known if name in have]
    names += [name for name in have if name not in known]
    return [_described(have[name], known.get(name, {})) for name in names]


def _described(tool: Object, known: Object) -> Object:
    at = ("function", "description")
    text = get(known, at)
    if is_unset(get(tool, at)) and isinstance(text, str):
        tool = with_value(tool, at, text)
    return tool if "type" in known or tool.get("type") != "function" else _without_type(tool)


def _without_type(tool: Object) -> Object:
    return {name: value for name, value in tool.items() if name != "type"}


def smallest(
    ours: Json | Absent, wanted: Json | Absent, at: At = ()
) -> Iterator[tuple[At, Json | Absent]]:
    """Places and values: members of objects, and elements of lists that keep their length."""
    if isinstance(ours, dict) and isinstance(wanted, dict) and wanted:
        for name in dict.fromkeys((*ours, *wanted)):
            yield from smallest(ours.get(name, ABSENT), wanted.get(name, ABSENT), (*at, name))
    elif isinstance(ours, list) and isinstance(wanted, list) and len(ours) == len(wanted):
        for position, both in enumerate(zip(ours, wanted, strict=True)):
            yield from smallest(*both, (*at, position))
    elif not equal(ours, wanted):
        yield at, wanted
