"""Text from a plan on its way into a page: what has no shape becomes an escape, and is marked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from reconciler.report.phrasing import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters: as they stand in the text, or escapes in the place of some."""

    text: str
    is_escape: bool = False


def pieces(text: str) -> Iterator[Piece]:
    """The text in runs, so that a page can tell an escape from the same letters in the text."""
    if text.replace("\n", "").isprintable():
        yield Piece(text)
        return
    for shown, run in groupby(text, key=lambda c: c == "\n" or c.isprintable()):
        characters = "".join(run)
        yield Piece(characters) if shown else Piece(printable(characters), is_escape=True)


def json_text(value: Json) -> str:
    """A value as indented JSON that can be copied: what has no shape is escaped as JSON does."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in text)
