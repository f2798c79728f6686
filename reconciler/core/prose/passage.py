"""What a reviewer is told of a changed text: passages in reading order, and counts. Plain data.

One structure for every report. A passage is a paragraph, a heading, a list item or a fenced block;
its raw lines are kept, so that nothing is shown that does not stand in the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of a passage."""

    SAME = "same"
    CHANGED = "changed"
    """Words differ: see spans."""
    ADDED = "added"
    DUPLICATED = "duplicated"
    """Added, and a copy of another passage of the new text."""
    REMOVED = "removed"
    MOVED = "moved"
    """Stands here now, stood elsewhere before; spans tell words that changed on the way."""
    MOVED_AWAY = "moved away"
    """Stood here before; a MOVED passage tells where it is now."""
    REWRAPPED = "rewrapped"
    """The same words, with other line breaks or runs of spaces."""
    INVISIBLE = "invisible"
    """Differs only in what nobody sees: see note."""


class Mark(StrEnum):
    """What became of a run of characters inside a passage."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters of one mark."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of the text and what became of it."""

    fate: Fate
    before: str
    """Its raw lines in the old text; empty where it is new."""
    after: str
    """Its raw lines in the new text; empty where it is gone."""
    before_line: int = 0
    """First line in the old text, counted from 1; 0 where it is new."""
    after_line: int = 0
    """First line in the new text, counted from 1; 0 where it is gone."""
    section: str = ""
    """The headings above it, «Tone > Words»; those of the old text where it is gone."""
    other_line: int = 0
    """MOVED: where it stood; MOVED_AWAY: where it stands; DUPLICATED: where the original stands."""
    other_section: str = ""
    """The section of other_line."""
    spans: tuple[Span, ...] = ()
    """CHANGED, and MOVED with changed words: the whole passage, removed and added runs in it."""
    note: str = ""
    """INVISIBLE, and REWRAPPED: what differs, with escapes, in a few words."""


@dataclass(frozen=True, slots=True)
class ProseDiff:
    """The difference of two texts."""

    passages: tuple[Passage, ...]
    """In the order of the new text; what is gone stands where it stood."""
    sections: int
    """Sections of the new text and those that are gone; text before any heading counts as one."""
    changed_sections: int
    """Sections in which something other than SAME happened; those that are gone count."""
    words_added: int
    """Words in the new text that were written or copied; moved ones do not count."""
    words_removed: int
    words: int
    """Words of the new text less those of the old one."""
    tokens: int
    """Estimated tokens of the new text less those of the old one."""
    tokens_after: int
    """Estimated tokens of the new text."""
    window: int | None = None
    """Tokens that the persona's model takes in all; None where that is not known."""

    @property
    def share(self) -> float | None:
        """The part of the model's window that the new text fills, 0 to 1 and beyond."""
        return self.tokens_after / self.window if self.window else None
