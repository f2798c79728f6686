"""A changed text as lines of a terminal: a line number, a symbol, and words marked as git does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.prose.passage import Fate, Mark
from reconciler.report.phrasing import plain, printable
from reconciler.report.prose import run_words, runs, windowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.core.prose.passage import ProseDiff
    from reconciler.report.phrasing import Paint
    from reconciler.report.prose import Run

SYMBOLS: Final[Mapping[Fate, tuple[str, str]]] = {
    Fate.CHANGED: ("~", "change"),
    Fate.ADDED: ("+", "add"),
    Fate.DUPLICATED: ("+", "add"),
    Fate.REMOVED: ("-", "remove"),
    Fate.MOVED: (">", "change"),
    Fate.MOVED_AWAY: ("<", "dim"),
    Fate.REWRAPPED: ("≈", "dim"),
    Fate.INVISIBLE: ("·", "warn"),
}
"""Fate → its symbol, and the role of its paint."""

_MARKS: Final[Mapping[Mark, tuple[str, str, str]]] = {
    Mark.SAME: ("", "", ""),
    Mark.REMOVED: ("[-", "-]", "remove"),
    Mark.ADDED: ("{+", "+}", "add"),
}
_NARROWEST: Final = 24
_MARGIN: Final = 8
"""Columns of symbol and line number."""


def prose_lines(diff: ProseDiff, paint: Paint = plain, width: int = 100) -> Iterator[str]:
    """What changed, section by section; lines of at most width columns, long words apart."""
    room = max(_NARROWEST, width - _MARGIN)
    for section, told in runs(diff):
        if diff.sections > 1:
            yield paint(f"§ {printable(section) or '(before the first heading)'}", "strong")
        for run in told:
            yield from _run_lines(run, paint, room)


def _run_lines(run: Run, paint: Paint, room: int) -> Iterator[str]:
    symbol, role = SYMBOLS[run.fate]
    first = f"{paint(symbol, role)} {paint(f'{run.line:>5}', 'dim')} "
    lines = list(_wrapped(_pieces(run, role), paint, room))
    yield f"{first}{lines[0]}" if lines else first.rstrip()
    yield from (f"{'':{_MARGIN}}{line}" for line in lines[1:])


def _pieces(run: Run, role: str) -> Iterator[tuple[str, str]]:
    """(text, role of its paint) of all that is shown of a run."""
    if told := run_words(run):
        yield told, "dim" if role == "dim" else ""
    if run.first.spans:
        if told:
            yield ": ", ""
        for text, mark in windowed(run.first.spans):
            yield from _marked(text, mark)
    elif not told:
        yield printable(" ".join((run.first.after or run.first.before).split())), role


def _marked(text: str, mark: Mark) -> Iterator[tuple[str, str]]:
    """A piece between its marks; spaces at its ends stand outside."""
    opening, closing, role = _MARKS[mark]
    words = text.strip(" ")
    if not opening or not words:
        yield text, role
        return
    left, _, right = text.partition(words)
    yield from ((left, ""), (f"{opening}{words}{closing}", role), (right, ""))


def _wrapped(pieces: Iterable[tuple[str, str]], paint: Paint, room: int) -> Iterator[str]:
    """The pieces in lines, broken at spaces; each line's runs of one role painted by themselves."""
    line: list[tuple[str, str]] = []
    used = 0
    for word, role in _words(pieces):
        if used and used + len(word.rstrip()) > room:
            yield _painted(line, paint)
            line, used = [], 0
        line.append((word, role))
        used += len(word)
    if line:
        yield _painted(line, paint)


def _words(pieces: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Words with the spaces after them."""
    for text, role in pieces:
        start = 0
        while (space := text.find(" ", start)) >= 0:
            yield text[start : space + 1], role
            start = space + 1
        if start < len(text):
            yield text[start:], role


def _painted(line: list[tuple[str, str]], paint: Paint) -> str:
    line[-1] = (line[-1][0].rstrip(), line[-1][1])
    merged: list[tuple[str, str]] = []
    for word, role in line:
        if merged and merged[-1][1] == role:
            merged[-1] = (merged[-1][0] + word, role)
        else:
            merged.append((word, role))
    return "".join(paint(text, role) if role else text for text, role in merged)
