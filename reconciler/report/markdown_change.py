"""One change as a folded section of Markdown, in three lengths."""

from __future__ import annotations

from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.core.prose.passage import Fate, Mark
from reconciler.report.creation import creation_paragraphs
from reconciler.report.fence import fenced
from reconciler.report.phrasing import count, printable, secret_words, short, spelled
from reconciler.report.prose import CONTEXT, prose_of, run_words, runs, windowed
from reconciler.report.tags import ATTRIBUTION, place_of, warnings
from reconciler.report.values import details, headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.core.diff import FieldChange
    from reconciler.core.plan import Change
    from reconciler.core.prose.passage import ProseDiff
    from reconciler.report.prose import Run

WIDTH: Final = 100
"""Columns that new text is wrapped to."""

LONGEST: Final = 200
"""Lines told of one field."""


class Length(Enum):
    """How much of a change is told. The value: characters of context around changed words."""

    FULL = CONTEXT
    CLOSE = 12
    BRIEF = 0
    """The headlines of the fields, and no more."""


_SYMBOLS: Final[Mapping[Fate, str]] = {
    Fate.ADDED: "+",
    Fate.DUPLICATED: "+",
    Fate.REMOVED: "-",
    Fate.MOVED: ">",
    Fate.MOVED_AWAY: "<",
    Fate.REWRAPPED: "≈",
    Fate.INVISIBLE: "!",
}
_MARKS: Final[Mapping[Mark, tuple[str, str]]] = {
    Mark.SAME: ("", ""),
    Mark.REMOVED: ("[-", "-]"),
    Mark.ADDED: ("{+", "+}"),
}


def section(change: Change, length: Length, *, unfolded: bool = False) -> str:
    """The section: a summary to unfold, and a fence that holds everything from outside."""
    notes = [change.action.value, f"<code>{change.address}</code>"]
    if change.fields:
        notes.append(count(len(change.fields), "field"))
    notes += warnings(change)
    title = " · ".join(notes)
    body = fenced(_lines(change, length), "diff")
    opened = " open" if unfolded else ""
    return f"<details{opened}><summary>{title}</summary>\n\n{body}\n\n</details>"


def field_section(title: str, fields: Iterable[FieldChange], change: Change) -> str:
    """A section of fields only, as drift has them."""
    body = fenced((line for f in fields for line in _field(f, change, Length.FULL)), "diff")
    return f"<details open><summary>{title}</summary>\n\n{body}\n\n</details>"


def _lines(change: Change, length: Length) -> Iterator[str]:
    known = [change.id, f"“{change.name}”" if change.name else ""]
    place = [str(change.place)] if change.place else []
    yield "  ".join(filter(None, [*known, *place]))
    if change.reason:
        yield change.reason
    if change.previous:
        yield f"moved from {change.previous}"
    if change.sources:
        yield f"made of {', '.join(change.sources)}"
    if change.action is Action.CREATE:
        yield from _creation(change, length)
    else:
        for field in change.fields:
            yield from _field(field, change, length)
    for conflict in change.conflicts:
        live = "(sensitive)" if conflict.sensitive else short(conflict.live)
        name = spelled(conflict.path, change.spellings)
        yield f"! {name}: removed in git, changed outside to {live}"


def _creation(change: Change, length: Length) -> Iterator[str]:
    if length is Length.BRIEF:
        names = ", ".join(spelled(field.path, change.spellings) for field in change.fields)
        yield f"+ {names}"
        return
    for first, *rest in creation_paragraphs(change, WIDTH):
        yield f"+ {first}"
        yield from (f"+     {line}" for line in rest)


def _field(field: FieldChange, change: Change, length: Length) -> Iterator[str]:
    name = spelled(field.path, change.spellings)
    tag = ATTRIBUTION[field.attribution]
    notes = "".join([f"  [{tag}]" if tag else "", place_of(field.path, change)])
    prose = prose_of(field, change.model)
    if prose is not None or isinstance(field.before, list):
        yield f"@@ {name}: {headline(field, prose)}{notes} @@"
        if length is not Length.BRIEF:
            told = _prose(prose, length.value) if prose else details(field)
            yield from islice(told, LONGEST)
            if rest := sum(1 for _ in told):
                yield f"… {rest:,} more lines"
        return
    if field.sensitive:
        yield f"! {name}: {secret_words(field)}{notes}"
        return
    if not field.adds:
        yield f"- {name}: {short(field.before)}"
    yield f"+ {name}: {short(field.after)}{notes}"


def _prose(diff: ProseDiff, context: int) -> Iterator[str]:
    for title, told in runs(diff):
        if diff.sections > 1:
            yield f"  § {printable(title) or '(before the first heading)'}"
        for run in told:
            yield from _run(run, context)


def _run(run: Run, context: int) -> Iterator[str]:
    """A changed passage as two lines, which are coloured; others as one."""
    if told := run_words(run):
        yield f"{_SYMBOLS[run.fate]} line {run.line:,}: {told}"
    if run.first.spans:
        pieces = windowed(run.first.spans, context)
        for symbol, mark, other in (
            ("-", Mark.REMOVED, Mark.ADDED),
            ("+", Mark.ADDED, Mark.REMOVED),
        ):
            if any(found is mark for _, found in pieces):
                words = "".join(
                    _marked(text, found) for text, found in pieces if found is not other
                )
                yield f"{symbol} line {run.line:,}: {words}"
    elif not told:
        text = " ".join((run.first.after or run.first.before).split())
        yield f"{_SYMBOLS[run.fate]} line {run.line:,}: {printable(text)}"


def _marked(text: str, mark: Mark) -> str:
    opening, closing = _MARKS[mark]
    words = text.strip(" ")
    return text.replace(words, f"{opening}{words}{closing}", 1) if words else text
