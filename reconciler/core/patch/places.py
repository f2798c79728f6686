"""Operations on places of a document, strictly and on a copy that shares what does not change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from reconciler.core.document import ABSENT, equal, parse_pointer, pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reconciler.core.document import Absent, Json, Object

Place: TypeAlias = tuple[str | int, ...]
"""Where a value is: member names, and positions in lists as numbers."""

Kind: TypeAlias = Literal["test", "remove", "replace", "add", "move", "copy"]
END: Final = "-"
"""The position after the last element."""


class NoPlaceError(Exception):
    """A place that an operation needs is not there, or one that it makes is there already."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation before it is written down."""

    kind: Kind
    place: Place
    value: Json = None
    source: Place = ()

    def written(self) -> Object:
        """The operation of RFC 6902."""
        operation: Object = {"op": self.kind}
        if self.kind in {"move", "copy"}:
            operation["from"] = _pointer(self.source)
        operation["path"] = _pointer(self.place)
        if self.kind in {"add", "replace", "test"}:
            operation["value"] = self.value
        return operation


def _pointer(place: Place) -> str:
    return pointer(tuple(map(str, place)))


def place_of(document: Json, text: str) -> Place:
    """The place that a JSON Pointer names in a document."""
    place: Place = ()
    for token in parse_pointer(text):
        is_position = isinstance(look(document, place), list) and token.isdecimal()
        place = (*place, int(token) if is_position else token)
    return place


def carried(place: Place, step: Step) -> Place:
    """Where the value at a place is after a step that did not touch it: lists may have shifted."""
    if step.kind in {"remove", "move"}:
        place = _shifted(place, step.source if step.kind == "move" else step.place, -1)
    if step.kind in {"add", "move", "copy"}:
        place = _shifted(place, step.place, 1)
    return place


def _shifted(place: Place, at: Place, by: int) -> Place:
    depth = len(at) - 1
    if 0 <= depth < len(place) and place[:depth] == at[:depth]:
        here, there = place[depth], at[depth]
        if isinstance(here, int) and isinstance(there, int) and here >= there + (by < 0):
            return (*place[:depth], here + by, *place[depth + 1 :])
    return place


def look(document: Json, place: Place) -> Json | Absent:
    """The value at place, or ABSENT."""
    for token in place:
        if isinstance(document, dict):
            document = document.get(token, ABSENT)
        elif isinstance(document, list) and isinstance(token, int) and token < len(document):
            document = document[token]
        else:
            return ABSENT
    return document


def run(document: Json, steps: Iterable[Step]) -> Json:
    """The document after the steps. Raises NoPlaceError where one of them does not fit.

    An add names a new place and a replace an existing one; move and copy may overwrite.
    """
    for step in steps:
        document = take(document, step)
    return document


def take(document: Json, step: Step) -> Json:
    """The document after one step; as run()."""
    if step.kind == "test":
        if not equal(look(document, step.place), step.value):
            raise NoPlaceError(f"a test fails at {_pointer(step.place)}")
        return document
    if step.kind == "remove":
        return _changed(document, step.place, _removed)
    if step.kind == "add":
        return _changed(document, step.place, partial(_added, value=step.value))
    if step.kind == "replace":
        if not step.place:
            return step.value
        return _changed(document, step.place, partial(_replaced, value=step.value))
    value = look(document, step.source)
    if value is ABSENT:
        raise NoPlaceError(f"there is nothing at {_pointer(step.source)}")
    if step.kind == "move":
        if step.place[: len(step.source)] == step.source != step.place:
            raise NoPlaceError("a value cannot move into itself")
        document = _changed(document, step.source, _removed)
    return _changed(document, step.place, partial(_set, value=value))


_Change: TypeAlias = "Callable[[Json, str | int], Json]"


def _changed(document: Json, place: Place, change: _Change) -> Json:
    """A copy in which the object or list that holds place is changed; the rest is shared."""
    if not place:
        raise NoPlaceError("nothing holds the root")
    if len(place) == 1:
        return change(document, place[0])
    token = place[0]
    child = look(document, (token,))
    if child is ABSENT:
        raise NoPlaceError(f"there is nothing at {token}")
    return _replaced(document, token, _changed(child, place[1:], change))


def _removed(holder: Json, token: str | int) -> Json:
    _require(holder, token)
    if isinstance(holder, dict):
        return {name: value for name, value in holder.items() if name != token}
    return holder[: int(token)] + holder[int(token) + 1 :]


def _replaced(holder: Json, token: str | int, value: Json) -> Json:
    _require(holder, token)
    if isinstance(holder, dict):
        return {**holder, token: value}
    return [*holder[: int(token)], value, *holder[int(token) + 1 :]]


def _added(holder: Json, token: str | int, value: Json) -> Json:
    if isinstance(holder, dict) and token in holder:
        raise NoPlaceError(f"there is something at {token}")
    return _set(holder, token, value)


def _set(holder: Json, token: str | int, value: Json) -> Json:
    if isinstance(holder, dict):
        return {**holder, str(token): value}
    index = len(holder) if token == END and isinstance(holder, list) else token
    if not isinstance(holder, list) or not isinstance(index, int) or index > len(holder):
        raise NoPlaceError(f"there is no place {token}")
    return [*holder[:index], value, *holder[index:]]


def _require(holder: Json, token: str | int) -> None:
    if look(holder, (token,)) is ABSENT:
        raise NoPlaceError(f"there is nothing at {token}")
