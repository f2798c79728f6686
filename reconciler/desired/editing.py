"""One value in the text of a definition set or removed; every other line stays as it is.

The value is spliced in where it stands, so comments, order, quoting, anchors and indentation are
kept; a text that would read as anything else than what was asked for is never given back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.document import ABSENT, equal
from reconciler.desired.splicing import NotEditableError, Splicing
from reconciler.desired.yaml_source import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Absent, Json
    from reconciler.desired.source import At


def edited_yaml(text: str, at: At, value: Json | Absent) -> str:
    """YAML or JSON text in which the value at a path is this one; ABSENT removes it.

    Objects on the way are made, and go with their last member. Line ends stay what they are.
    Raises NotEditableError where an alias or an anchor is in the way, or the text cannot hold the
    value there.
    """
    if "\r\n" in text:
        return edited_yaml(text.replace("\r\n", "\n"), at, value).replace("\n", "\r\n")
    before = read_yaml(text, "").value
    for place, one in _smaller(_value_at(before, at), at, value):
        text = Splicing(text).edited(place, one)
    if not _same(read_yaml(text, "").value, _changed(before, at, value)):
        detail = ".".join(map(str, at))
        raise NotEditableError("The value cannot be written where it stands", detail)
    return text


def _smaller(
    known: Json | Absent, at: At, value: Json | Absent
) -> Iterator[tuple[At, Json | Absent]]:
    """The same as changes of single members, where an object takes the place of another."""
    if not (isinstance(known, dict) and isinstance(value, dict) and value):
        yield at, value
        return
    for name, child in value.items():
        if not (name in known and equal(known[name], child)):
            yield from _smaller(known.get(name, ABSENT), (*at, name), child)
    for name in known.keys() - value.keys():
        yield (*at, name), ABSENT


def _value_at(value: Json | Absent, at: At) -> Json | Absent:
    for step in at:
        if isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        elif isinstance(value, dict):
            value = value.get(str(step), ABSENT)
        else:
            return ABSENT
    return value


def _changed(before: Json | Absent, at: At, value: Json | Absent) -> Json | Absent:
    """What the text has to read as."""
    if not at:
        return value
    if isinstance(before, list) and isinstance(at[0], int):
        inner = _changed(before[at[0]], at[1:], value)
        return [*before[: at[0]], inner, *before[at[0] + 1 :]]
    known = before if isinstance(before, dict) else {}
    name = str(at[0])
    inner = _changed(known.get(name, ABSENT), at[1:], value)
    if inner is ABSENT:
        return {other: child for other, child in known.items() if other != name} or ABSENT
    return {**known, name: inner}


def _same(found: Json, wanted: Json | Absent) -> bool:
    return equal({} if found is None else found, {} if wanted is ABSENT else wanted)
