"""A field change as it is shown: words and small values in a line, prose in blocks, JSON folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.prose.passage import Mark
from reconciler.report.html.prose import prose_view
from reconciler.report.html.text import json_text
from reconciler.report.phrasing import count, secret_words, short, spelled
from reconciler.report.prose import LONG, prose_of
from reconciler.report.tags import ATTRIBUTION, place_of
from reconciler.report.values import details, headline

if TYPE_CHECKING:
    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Absent, Json
    from reconciler.core.plan import Change
    from reconciler.core.sides import Attribution
    from reconciler.report.html.prose import ProseView

_FOLDED: Final = 2_000
"""From so many characters on, a text that came or went is folded."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole value below the line of its field."""

    mark: Mark
    title: str
    text: str
    is_json: bool
    is_folded: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a field's two values."""

    words: str = ""
    """What can be said in words; empty where before and after say it."""
    before: str | None = None
    after: str | None = None
    lines: tuple[str, ...] = ()
    """What differs inside a list: each begins with +, - or ~."""
    prose: ProseView | None = None
    wholes: tuple[Whole, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field change as it is shown."""

    name: str
    sign: str
    attribution: Attribution
    note: str
    """Who moved, where that was not git alone."""
    where: str
    told: Told


def field_view(field: FieldChange, change: Change | None, *, whole: bool = True) -> FieldView:
    """How a field change is shown; with whole=False without the text that did not change."""
    return FieldView(
        spelled(field.path, change.spellings if change else {}),
        "-" if field.removes else "+" if field.adds else "~",
        field.attribution,
        ATTRIBUTION[field.attribution],
        place_of(field.path, change).strip() if change else "",
        _told(field, change.model if change else "", whole=whole),
    )


def _told(field: FieldChange, model: str, *, whole: bool) -> Told:
    before, after = field.before, field.after
    if field.sensitive:
        return Told(secret_words(field))
    if field.adds or field.removes:
        return _one(Mark.ADDED, after) if field.adds else _one(Mark.REMOVED, before)
    if (prose := prose_of(field, model)) is not None:
        return Told(prose=prose_view(prose, whole=whole))
    if isinstance(before, list | dict) or isinstance(after, list | dict):
        both = (_whole(Mark.REMOVED, before), _whole(Mark.ADDED, after))
        return Told(headline(field), lines=tuple(details(field)), wholes=both)
    return Told(before=short(before), after=short(after))


def _one(mark: Mark, value: Json | Absent) -> Told:
    """A value that came or went."""
    if _is_prose(value) or isinstance(value, list | dict):
        return Told(wholes=(_whole(mark, value),))
    if mark is Mark.ADDED:
        return Told(after=short(value))
    return Told(before=short(value))


def _is_prose(value: Json | Absent) -> bool:
    return isinstance(value, str) and ("\n" in value or len(value) > LONG)


def _whole(mark: Mark, value: Json | Absent) -> Whole:
    is_json = not isinstance(value, str)
    text = value if isinstance(value, str) else json_text(value)
    words = "before" if mark is Mark.REMOVED else "after"
    size = f"{count(text.count(chr(10)) + 1, 'line')}, {count(len(text), 'character')}"
    return Whole(mark, f"{words}: {size}", text, is_json, is_json or len(text) > _FOLDED)
