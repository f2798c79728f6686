"""A changed prompt as blocks of a page: what changed, a neighbour on each side, the rest folded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from reconciler.core.prose.passage import Fate, Mark, Span
from reconciler.report.phrasing import count
from reconciler.report.prose import prose_headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.core.prose.passage import Passage, ProseDiff

NEIGHBOUR: Final = 200
"""Characters up to which an unchanged passage beside a changed one is shown."""

_GONE: Final = {Fate.REMOVED, Fate.MOVED_AWAY}
_ALONE: Final = {Fate.REWRAPPED, Fate.INVISIBLE}


@dataclass(frozen=True, slots=True)
class Row:
    """One passage: its runs, and where it stands."""

    spans: tuple[Span, ...]
    old_line: int
    new_line: int
    old: str = ""
    """How it was, where no run tells that."""
    anchor: str = ""
    """A name to link to; only for what another passage is linked with."""


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring passages of one fate."""

    fate: Fate
    rows: tuple[Row, ...]
    words: str = ""
    """What became of them."""
    section: str = ""
    link: str = ""
    """The anchor of where they stood, stand, or were copied from."""
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class ProseView:
    """A changed prompt as it is shown."""

    words: str
    blocks: tuple[Block, ...]


def prose_view(diff: ProseDiff, *, whole: bool = True) -> ProseView:
    """How a prose diff is shown; with whole=False unchanged passages are counted only."""
    anchors = _Anchors()
    for passage in diff.passages:
        anchors.want(passage)
    blocks = [_block(list(run), anchors) for _, run in groupby(diff.passages, key=_likeness)]
    shown = list(_folded(blocks, whole=whole))
    there = {row.anchor for block in shown for row in block.rows}
    linked = (block if block.link in there else replace(block, link="") for block in shown)
    return ProseView(prose_headline(diff), tuple(linked))


def _likeness(passage: Passage) -> tuple[object, ...]:
    """What passages of one block have in common; a note is told once for each that has one."""
    if passage.fate is Fate.SAME:
        return (Fate.SAME,)
    alone = passage if passage.fate in _ALONE else None
    return (passage.fate, passage.section, passage.other_section, alone)


@dataclass(slots=True)
class _Anchors:
    """Which passages are linked with another one; names are given once."""

    wanted: set[str] = field(default_factory=set)

    def want(self, passage: Passage) -> None:
        """Remember the other end of the passage's link."""
        if link := _link(passage):
            self.wanted.add(link)

    def of(self, passage: Passage) -> str:
        """The passage's own name, where a link leads to it."""
        gone = passage.fate in _GONE
        name = f"b{passage.before_line}" if gone else f"a{passage.after_line}"
        if name not in self.wanted:
            return ""
        self.wanted.remove(name)
        return name


def _link(passage: Passage) -> str:
    if not passage.other_line:
        return ""
    return f"{'b' if passage.fate is Fate.MOVED else 'a'}{passage.other_line}"


def _block(run: Sequence[Passage], anchors: _Anchors) -> Block:
    first = run[0]
    return Block(
        first.fate,
        tuple(_row(passage, anchors) for passage in run),
        _words(first, len(run)),
        first.section,
        _link(first),
        is_folded=first.fate is Fate.MOVED_AWAY,
    )


def _row(passage: Passage, anchors: _Anchors) -> Row:
    old = passage.before.rstrip("\n") if passage.fate in _ALONE else ""
    return Row(
        _trimmed(passage.spans or (_whole(passage),)),
        passage.before_line,
        passage.after_line,
        old,
        anchors.of(passage),
    )


def _whole(passage: Passage) -> Span:
    if passage.fate in {Fate.ADDED, Fate.DUPLICATED}:
        return Span(Mark.ADDED, passage.after)
    if passage.fate is Fate.REMOVED:
        return Span(Mark.REMOVED, passage.before)
    return Span(Mark.SAME, passage.after or passage.before)


def _trimmed(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Without the line ends behind the last word: passages are set apart by the page."""
    last = spans[-1]
    return (*spans[:-1], replace(last, text=last.text.rstrip("\n")))


def _words(passage: Passage, number: int) -> str:
    one = "passage" if number == 1 else f"{number:,} passages"
    where = f"line {passage.other_line:,}" if passage.other_line else "elsewhere"
    if passage.other_section and passage.other_section != passage.section:
        where += f", {passage.other_section}"
    return {
        Fate.ADDED: "added",
        Fate.REMOVED: "removed",
        Fate.DUPLICATED: f"{one} copied from {where}",
        Fate.MOVED: f"{one} moved here from {where}",
        Fate.MOVED_AWAY: f"{one} moved to {where}",
        Fate.REWRAPPED: f"wrapped anew, the words stay: {passage.note}".removesuffix(": "),
        Fate.INVISIBLE: f"only what nobody sees: {passage.note}",
    }.get(passage.fate, "")


def _folded(blocks: Sequence[Block], *, whole: bool) -> Iterator[Block]:
    """Unchanged passages folded, but for short neighbours of changed ones."""
    for at, block in enumerate(blocks):
        if block.fate is not Fate.SAME:
            yield block
            continue
        rows = block.rows
        before = rows[:1] if at > 0 and _is_short(rows[0]) else ()
        rest = rows[len(before) :]
        after = rest[-1:] if rest and at + 1 < len(blocks) and _is_short(rest[-1]) else ()
        middle = rest[: len(rest) - len(after)]
        if len(middle) == 1 and _is_short(middle[0]):
            before, middle = (*before, *middle), ()
        if before:
            yield replace(block, rows=before)
        if middle:
            yield _fold(block, middle, whole=whole)
        if after:
            yield replace(block, rows=after)


def _is_short(row: Row) -> bool:
    return len(row.spans[0].text) <= NEIGHBOUR


def _fold(block: Block, rows: tuple[Row, ...], *, whole: bool) -> Block:
    first, last = rows[0].new_line, rows[-1].new_line
    lines = f"from line {first:,}" if first == last else f"lines {first:,} to {last:,}"
    words = f"{count(len(rows), 'unchanged passage')}, {lines}"
    if not whole:
        return replace(block, rows=(), words=f"{words}; left out, the page would be too large")
    return replace(block, rows=rows, words=words, is_folded=True)
