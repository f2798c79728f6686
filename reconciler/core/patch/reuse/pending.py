"""What a plan has yet to do, each with its place in the document as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.document import ABSENT
from reconciler.core.patch.edits import Delete, Elements, Insert, Keep, Members, Write, steps_of
from reconciler.core.patch.places import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.core.document import Absent, Json
    from reconciler.core.patch.edits import Edit
    from reconciler.core.patch.places import Place


@dataclass(frozen=True, slots=True)
class Pending:
    """One thing to do, which can be done before anything else of the plan."""

    place: Place
    have: Json | Absent
    want: Json | Absent
    edit: Edit | None = None
    """The plan of a value that survives; None where a value is sent or removed."""

    @property
    def is_write(self) -> bool:
        """Whether the value is sent."""
        return self.edit is None and self.want is not ABSENT

    @property
    def is_loss(self) -> bool:
        """Whether the value that is there goes."""
        return self.edit is None and self.have is not ABSENT

    def steps(self) -> Iterator[Step]:
        """The operations that do it."""
        if self.edit is not None:
            yield from steps_of(self.edit, self.place)
        elif self.want is ABSENT:
            yield Step("remove", self.place)
        else:
            kind = "add" if self.have is ABSENT else "replace"
            yield Step("add" if kind == "add" else "replace", self.place, self.want)


Open: TypeAlias = "Callable[[Json, Json, Place], Edit | None]"
"""How a value could become another without being sent whole."""


def pending(edit: Edit, have: Json, want: Json, place: Place, opened: Open) -> Iterator[Pending]:
    """Everything that a plan for a value does: outer before inner, in document order.

    Where a value is sent whole, also what would be done if it were not.
    """
    if isinstance(edit, Write):
        yield Pending(place, have, want)
        inner = opened(have, want, place)
        if inner is not None and not isinstance(inner, Write):
            yield from pending(inner, have, want, place, opened)
    elif isinstance(edit, Members):
        yield Pending(place, have, want, edit)
        for name in edit.removed:
            yield Pending((*place, name), have[name], ABSENT)
        for name, inner in edit.edited:
            yield from pending(inner, have[name], want[name], (*place, name), opened)
        for name, value in edit.added:
            yield Pending((*place, name), ABSENT, value)
    elif isinstance(edit, Elements):
        yield Pending(place, have, want, edit)
        yield from _in_list(edit, have, want, (place, opened))


def _in_list(
    edit: Elements, have: list[Json], want: list[Json], at: tuple[Place, Open]
) -> Iterator[Pending]:
    place, opened = at
    i = j = edit.start
    for step in edit.steps:
        if isinstance(step, Delete):
            yield Pending((*place, i), have[i], ABSENT)
        elif isinstance(step, Insert):
            yield Pending((*place, i), ABSENT, want[j])
        elif not isinstance(step, Keep):
            yield from pending(step, have[i], want[j], (*place, i), opened)
        i += not isinstance(step, Insert)
        j += not isinstance(step, Delete)
