"""Which block of the old text is which block of the new one: in order first, then moved ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from reconciler.core.prose.invisible import visible
from reconciler.core.prose.words import likeness, words
from reconciler.core.sequences import common_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reconciler.core.prose.blocks import Block

ALIKE: Final = 0.5
"""Share of words that two blocks have in common from which one is an edit of the other."""

_MOVED_ALIKE: Final = 0.7
"""The same for a block that also stands elsewhere: less would be coincidence."""

_TELLING: Final = 20
"""Visible characters from which a block is found again elsewhere; less stands in many places.
Headings are found whatever their length."""

_FEW: Final = 1_600
"""Pairs of blocks up to which every pair is compared."""

_HINT: Final = 4
"""Words at the start or the end of a block by which blocks are paired where there are many."""


class Blocks:
    """The blocks of one text with what is compared of them, each computed once."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.seen = [visible(block.text) for block in blocks]
        self._words: dict[int, list[str]] = {}
        self._bags: dict[int, Counter[str]] = {}

    def __len__(self) -> int:
        return len(self.blocks)

    def is_telling(self, index: int) -> bool:
        """Whether a block is worth finding again at another place."""
        return self.blocks[index].heads or len(self.seen[index]) >= _TELLING

    def words(self, index: int) -> list[str]:
        """The words of a block."""
        if index not in self._words:
            self._words[index] = words(self.seen[index])
        return self._words[index]

    def bag(self, index: int) -> Counter[str]:
        """The words of a block, counted."""
        if index not in self._bags:
            self._bags[index] = Counter(self.words(index))
        return self._bags[index]


def in_order(old: Blocks, new: Blocks) -> list[tuple[int, int]]:
    """Pairs that are equal or alike, ascending on both sides."""
    pairs = common_pairs(old.seen, new.seen)
    for hint in (_start, _end):
        pairs += [
            pair
            for rows, columns in _gaps(pairs, old, new)
            for pair in _hinted(old, new, rows, columns, hint)
        ]
        pairs.sort()
    found = list(pairs)
    for rows, columns in _gaps(pairs, old, new):
        found += _alike_in_order(old, new, rows, columns)
    return sorted(found)


def moved(
    old: Blocks, new: Blocks, gone: Iterable[int], come: Iterable[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of blocks that left one place and stand at another: equal ones, then alike ones."""
    left = [i for i in gone if old.is_telling(i)]
    right = [j for j in come if new.is_telling(j)]
    waiting: dict[str, list[int]] = defaultdict(list)
    for i in left:
        waiting[old.seen[i]].append(i)
    unknown = []
    for j in right:
        if places := waiting.get(new.seen[j]):
            yield places.pop(0), j
        else:
            unknown.append(j)
    rest = [i for places in waiting.values() for i in places]
    if len(rest) * len(unknown) <= _FEW:
        yield from _alike_anywhere(old, new, rest, unknown)


def original_of(new: Blocks, copies: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(copy, original) for blocks that stand elsewhere in the new text as well."""
    copies = set(copies)
    first: dict[str, int] = {}
    for j in sorted(range(len(new)), key=lambda j: (j in copies, j)):
        if not new.is_telling(j):
            continue
        original = first.setdefault(new.seen[j], j)
        if j in copies and original != j:
            yield j, original


def _gaps(pairs: list[tuple[int, int]], old: Blocks, new: Blocks) -> Iterator[tuple[range, range]]:
    i = j = 0
    for i_next, j_next in [*pairs, (len(old), len(new))]:
        if i < i_next and j < j_next:
            yield range(i, i_next), range(j, j_next)
        i, j = i_next + 1, j_next + 1


def _start(found: list[str]) -> tuple[str, ...]:
    return tuple(found[:_HINT])


def _end(found: list[str]) -> tuple[str, ...]:
    return tuple(found[-_HINT:])


def _hinted(
    old: Blocks,
    new: Blocks,
    rows: range,
    columns: range,
    hint: Callable[[list[str]], tuple[str, ...]],
) -> Iterator[tuple[int, int]]:
    """Where comparing every pair would take too long: those that start, or end, alike."""
    if len(rows) * len(columns) <= _FEW:
        return
    before = [hint(old.words(i)) for i in rows]
    after = [hint(new.words(j)) for j in columns]
    for row, column in common_pairs(before, after):
        i, j = rows[row], columns[column]
        if likeness(old.bag(i), new.bag(j)) >= ALIKE:
            yield i, j


def _alike_in_order(
    old: Blocks, new: Blocks, rows: range, columns: range
) -> Iterator[tuple[int, int]]:
    """The pairs that together are most alike, in order; by position where there are too many."""
    if len(rows) * len(columns) > _FEW:
        for i, j in zip(rows, columns, strict=False):
            if likeness(old.bag(i), new.bag(j)) >= ALIKE:
                yield i, j
        return
    best = [[0.0] * (len(columns) + 1) for _ in range(len(rows) + 1)]
    value: dict[tuple[int, int], float] = {}
    for row in reversed(range(len(rows))):
        for column in reversed(range(len(columns))):
            alike = _value(old, new, rows[row], columns[column])
            value[row, column] = alike
            best[row][column] = max(
                best[row + 1][column],
                best[row][column + 1],
                alike and alike + best[row + 1][column + 1],
            )
    row = column = 0
    while row < len(rows) and column < len(columns):
        alike = value[row, column]
        if alike and best[row][column] == alike + best[row + 1][column + 1]:
            yield rows[row], columns[column]
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1


def _value(old: Blocks, new: Blocks, i: int, j: int) -> float:
    """How alike two blocks are; 0 where they are no pair. A heading is paired with a heading."""
    if old.blocks[i].heads != new.blocks[j].heads:
        return 0.0
    alike = likeness(old.bag(i), new.bag(j))
    return alike if alike >= ALIKE else 0.0


def _alike_anywhere(
    old: Blocks, new: Blocks, gone: list[int], come: list[int]
) -> Iterator[tuple[int, int]]:
    ranked = sorted((-likeness(old.bag(i), new.bag(j)), i, j) for i in gone for j in come)
    used: tuple[set[int], set[int]] = (set(), set())
    for negative, i, j in ranked:
        if -negative < _MOVED_ALIKE:
            return
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            yield i, j
