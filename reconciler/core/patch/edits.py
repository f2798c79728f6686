"""What happens to a value, as a tree, and how such a tree is written as operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from reconciler.core.patch.places import END, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json
    from reconciler.core.patch.measure import Cost
    from reconciler.core.patch.places import Place


@dataclass(frozen=True, slots=True)
class Keep:
    """The value stays as it is."""

    cost: Cost = 0


@dataclass(frozen=True, slots=True)
class Write:
    """The value is sent: a replace where there was one, an add where an element is inserted."""

    cost: Cost
    value: Json


@dataclass(frozen=True, slots=True)
class Delete:
    """The element goes."""

    cost: Cost


@dataclass(frozen=True, slots=True)
class Insert:
    """An element that was not there."""

    cost: Cost
    value: Json


@dataclass(frozen=True, slots=True)
class Members:
    """An object survives; its members change. Each group is sorted by name."""

    cost: Cost
    removed: tuple[str, ...]
    edited: tuple[tuple[str, Edit], ...]
    added: tuple[tuple[str, Json], ...]


@dataclass(frozen=True, slots=True)
class Elements:
    """A list survives; the steps tell, in order, what happens between its equal ends."""

    cost: Cost
    start: int
    """Elements before the first step, all equal."""
    steps: tuple[Edit | Delete | Insert, ...]
    length: int
    """Elements before any step was taken."""
    guard: Step | None = None
    """The test that fails once the first insert or remove has happened; place within the list."""

    @property
    def is_shifting(self) -> bool:
        """Whether elements are inserted or removed."""
        return any(isinstance(step, Delete | Insert) for step in self.steps)


Edit: TypeAlias = Keep | Write | Members | Elements
KEEP: Final = Keep()


def steps_of(edit: Edit, at: Place = ()) -> Iterator[Step]:
    """The steps that carry out an edit of the value at a place, each valid after those before it.

    In an object: removes, edits, adds, each by name. In a list: its guard, removes from the back,
    edits, inserts from the front.
    """
    if isinstance(edit, Write):
        yield Step("replace", at, edit.value)
    elif isinstance(edit, Members):
        for name in edit.removed:
            yield Step("remove", (*at, name))
        for name, inner in edit.edited:
            yield from steps_of(inner, (*at, name))
        for name, value in edit.added:
            yield Step("add", (*at, name), value)
    elif isinstance(edit, Elements):
        if edit.guard is not None:
            yield Step("test", (*at, *edit.guard.place), edit.guard.value)
        yield from _removes(edit, at)
        yield from _edits(edit, at)
        yield from _inserts(edit, at)


def _removes(edit: Elements, at: Place) -> Iterator[Step]:
    had = [step for step in edit.steps if not isinstance(step, Insert)]
    for offset in reversed(range(len(had))):
        if isinstance(had[offset], Delete):
            yield Step("remove", (*at, edit.start + offset))


def _edits(edit: Elements, at: Place) -> Iterator[Step]:
    index = edit.start
    for step in edit.steps:
        if not isinstance(step, Delete | Insert):
            yield from steps_of(step, (*at, index))
            index += 1


def _inserts(edit: Elements, at: Place) -> Iterator[Step]:
    index = edit.start
    length = edit.length - sum(isinstance(step, Delete) for step in edit.steps)
    for step in edit.steps:
        if isinstance(step, Insert):
            yield Step("add", (*at, index if index < length else END), step.value)
            length += 1
        index += not isinstance(step, Delete)
