"""What was read from one text: plain values, and where each key and each value stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias

from reconciler.core.diagnostics import Diagnostic, Place, Severity
from reconciler.core.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.core.document import Json

At: TypeAlias = tuple[str | int, ...]
"""Member names and list positions from the root of a document down, in the author's spelling."""

DEEPEST: Final = 64
"""How deep values may nest, in a file and after inclusion."""

MOST_VALUES: Final = 20_000
"""How many values one text may hold, each use of an alias counted anew."""

MOST_PROBLEMS: Final = 100
"""How many problems of one text, or of one definition, are told."""


class Mark(Protocol):
    """A position in a text, counted from 0."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The column, in characters."""


class Position(NamedTuple):
    """A Mark of our own making."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Source:
    """One text, read."""

    file: str
    value: Json
    marks: Mapping[At, tuple[Mark, Mark]] = field(repr=False)
    """Where the key and the value of each member stand; in a list, the element for both. () is
    the whole."""
    directives: tuple[At, ...] = ()
    """Where the objects with a `$` key are, outer ones first."""
    unclear: tuple[At, ...] = ()
    """The values that problems are about, so that nothing more is to be said of them."""
    problems: tuple[Diagnostic, ...] = ()
    """What is wrong with the text, short of being unreadable."""
    verbatim: Mapping[At, Mark] = field(default_factory=dict, repr=False)
    """Where texts begin whose lines are lines of the file, indented as far as the first one."""

    def key_place(self, at: At) -> Place:
        """Where the key of the member at `at` stands; the value around it where there is none."""
        exact = self.marks.get(at)
        return self._place(exact[0]) if exact else self.value_place(at)

    def value_place(self, at: At) -> Place:
        """Where the value at `at` starts, or the nearest value around it."""
        for length in range(len(at), -1, -1):
            if (marks := self.marks.get(at[:length])) is not None:
                return self._place(marks[1])
        return Place(self.file)

    def character_place(self, at: At, text: str, offset: int) -> Place:
        """Where a character of the text at `at` stands; the text itself where that is unknown."""
        if (start := self.verbatim.get(at)) is None:
            return self.value_place(at)
        line_start = text.rfind("\n", 0, offset) + 1
        lines = text.count("\n", 0, offset)
        return self._place(Position(start.line + lines, start.column + offset - line_start))

    def part(self, at: At) -> Source:
        """The value at `at` as a Source of its own."""
        value, depth = self.value, len(at)
        for step in at:
            value = value[step]
        return Source(
            self.file,
            value,
            {path[depth:]: marks for path, marks in self.marks.items() if path[:depth] == at},
            tuple(path[depth:] for path in self.directives if path[:depth] == at),
            verbatim={p[depth:]: mark for p, mark in self.verbatim.items() if p[:depth] == at},
        )

    def _place(self, mark: Mark) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)


def unreadable(
    summary: str, detail: str = "", place: Place | None = None, hint: str = ""
) -> DefinitionError:
    """The error for a text that gives no value at all, to be raised."""
    return DefinitionError((Diagnostic(Severity.ERROR, summary, detail, place, hint),))


def printable(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The same with every character that could disturb a terminal written as an escape."""
    return [
        replace(d, summary=_escaped(d.summary), detail=_escaped(d.detail), hint=_escaped(d.hint))
        for d in found
    ]


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
