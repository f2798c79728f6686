"""A field change as it is shown: words and small values in a line, prose in blocks, JSON folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.prose.diff import prose_diff
from reconciler.core.prose.passage import Mark
from reconciler.core.sides import Attribution
from reconciler.core.tokens import window_of
from reconciler.report.html.prose import prose_view
from reconciler.report.html.text import json_text
from reconciler.report.phrasing import count, secret_words, short, spelled
from reconciler.report.values import details, headline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Absent, Json, Path
    from reconciler.core.plan import Change
    from reconciler.report.html.prose import ProseView

ATTRIBUTION: Final[Mapping[Attribution, str]] = {
    Attribution.GIT: "changed in git",
    Attribution.OUTSIDE: "changed outside",
    Attribution.BOTH: "overwrites an outside change",
}

_WIDE: Final = 80
"""Longer texts, and those of several lines, are prose."""
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
    attribution = field.attribution
    return FieldView(
        spelled(field.path, change.spellings if change else {}),
        "-" if field.removes else "+" if field.adds else "~",
        attribution,
        "" if attribution is Attribution.GIT else ATTRIBUTION[attribution],
        _where(field.path, change) if change else "",
        _told(field, change.model if change else "", whole=whole),
    )


def _told(field: FieldChange, model: str, *, whole: bool) -> Told:
    before, after = field.before, field.after
    if field.sensitive:
        return Told(secret_words(field))
    if field.adds or field.removes:
        return _one(Mark.ADDED, after) if field.adds else _one(Mark.REMOVED, before)
    if isinstance(before, str) and isinstance(after, str) and (is_prose(before) or is_prose(after)):
        diff = prose_diff(before, after, window=window_of(model))
        return Told(prose=prose_view(diff, whole=whole))
    if isinstance(before, list | dict) or isinstance(after, list | dict):
        both = (_whole(Mark.REMOVED, before), _whole(Mark.ADDED, after))
        return Told(headline(field), lines=tuple(details(field)), wholes=both)
    return Told(before=short(before), after=short(after))


def _one(mark: Mark, value: Json | Absent) -> Told:
    """A value that came or went."""
    if is_prose(value) or isinstance(value, list | dict):
        return Told(wholes=(_whole(mark, value),))
    if mark is Mark.ADDED:
        return Told(after=short(value))
    return Told(before=short(value))


def is_prose(value: Json | Absent) -> bool:
    """Whether a value is a text to be read, not a word or two."""
    return isinstance(value, str) and ("\n" in value or len(value) > _WIDE)


def _whole(mark: Mark, value: Json | Absent) -> Whole:
    is_json = not isinstance(value, str)
    text = value if isinstance(value, str) else json_text(value)
    words = "before" if mark is Mark.REMOVED else "after"
    size = f"{count(text.count(chr(10)) + 1, 'line')}, {count(len(text), 'character')}"
    return Whole(mark, f"{words}: {size}", text, is_json, is_json or len(text) > _FOLDED)


def _where(path: Path, change: Change) -> str:
    """Where git says so: a line of the definition, or a place in a file that it is made of."""
    known = (change.places.get(path[:length]) for length in range(len(path), 0, -1))
    place = next((place for place in known if place is not None), None)
    if place is None or not place.line:
        return ""
    is_own = change.place is not None and place.file == change.place.file
    return f"line {place.line}" if is_own else f"{place.file}:{place.line}"
