"""A plan's Markdown in so many bytes: what is shortened, in which order, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.report.markdown_change import Length, section
from reconciler.report.phrasing import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reconciler.core.plan import Change

_TABLE: Final = "| | persona | action | what |\n|---|---|---|---|"
_NOTICE: Final = 300
"""Bytes kept for saying what was left out."""
_FEW: Final = 3
"""Changes that are shown unfolded: nobody has to look for them."""
_TABLES_SHARE: Final = 0.6
"""Of the room, what the table may take before the addresses are only listed."""


@dataclass(slots=True)
class _Room:
    left: int

    def take(self, text: str) -> bool:
        """Whether the text fits; then it is taken."""
        size = _size(text) + 2
        if size > self.left:
            return False
        self.left -= size
        return True


def fit(
    head: Sequence[str],
    changes: Sequence[Change],
    tail: Sequence[str],
    row: Callable[[Change], str],
    limit: int,
) -> str:
    """Head, table, sections and tail as one text of at most limit bytes.

    Sections become shorter from the last one on: less context around changed words, then only the
    headlines of the fields, then nothing but the row of the table; then the table becomes a list of
    addresses.
    """
    room = _Room(limit - _NOTICE - sum(_size(block) + 2 for block in (*head, *tail)) - 1)
    table, unnamed = _names(changes, row, room)
    sections, shortened, dropped = _sections(changes, room)
    notice = _notice(shortened, dropped, unnamed)
    blocks = [*head, *notice, *table, *sections, *tail]
    return "\n\n".join(blocks) + "\n"


def _size(text: str) -> int:
    return len(text.encode("utf-8"))


def _names(
    changes: Sequence[Change], row: Callable[[Change], str], room: _Room
) -> tuple[list[str], int]:
    """Every address: as a table, or else as a list for each action; and how many did not fit."""
    if not changes:
        return [], 0
    table = "\n".join([_TABLE, *map(row, changes)])
    if _size(table) <= room.left * _TABLES_SHARE and room.take(table):
        return [table], 0
    blocks, unnamed = [], 0
    for action in dict.fromkeys(change.action for change in changes):
        addresses = [change.address for change in changes if change.action is action]
        title = f"**{action.value}** ({len(addresses):,}): "
        allowed = max(0, room.left - len(title) - 2)
        kept = _fitting((f"`{address}`" for address in addresses), allowed)
        unnamed += len(addresses) - len(kept)
        block = title + " ".join(kept)
        if room.take(block):
            blocks.append(block)
    return blocks, unnamed


def _fitting(words: Iterable[str], allowed: int) -> list[str]:
    kept = []
    for word in words:
        allowed -= len(word) + 1
        if allowed < 0:
            break
        kept.append(word)
    return kept


def _sections(changes: Sequence[Change], room: _Room) -> tuple[list[str], int, int]:
    """The sections that fit, how many of them are shortened, and how many are left out."""
    told = [change for change in changes if _has_details(change)]
    brief: list[str] = []
    for change in told:
        text = section(change, Length.BRIEF)
        if not room.take(text):
            break
        brief.append(text)
    sections, shortened = [], 0
    for change, least in zip(told, brief, strict=False):
        text, length = _longest(change, least, room, unfolded=len(told) <= _FEW)
        sections.append(text)
        shortened += length is not Length.FULL
    return sections, shortened, len(told) - len(brief)


def _has_details(change: Change) -> bool:
    return bool(change.fields or change.conflicts or change.reason)


def _longest(change: Change, least: str, room: _Room, *, unfolded: bool) -> tuple[str, Length]:
    """The longest form that fits in place of the least one."""
    for length in (Length.FULL, Length.CLOSE):
        text = section(change, length, unfolded=unfolded)
        more = _size(text) - _size(least)
        if more <= room.left:
            room.left -= more
            return text, length
    return least, Length.BRIEF


def _notice(shortened: int, dropped: int, unnamed: int) -> list[str]:
    parts = []
    if shortened:
        parts.append(f"{count(shortened, 'change')} shortened")
    if dropped:
        parts.append(f"the details of {count(dropped, 'change')} left out")
    if unnamed:
        parts.append(f"{unnamed:,} of the addresses not even named")
    if not parts:
        return []
    return [
        f"⚠️ **Too long for a comment: {', '.join(parts)}.** The JSON and HTML reports have all."
    ]
