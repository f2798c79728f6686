"""What two sequences have in common, in order; fast also where both are long and repeat much."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

_SMALL: Final = 10_000
"""Pairs of elements up to which a stretch is searched thoroughly: cubic at the worst."""


class _Stretch(NamedTuple):
    """A part of the one and the part of the other that may go with it, as half-open ranges."""

    i: int
    i_end: int
    j: int
    j_end: int


def common_pairs(
    before: Sequence[Hashable], after: Sequence[Hashable], *, thorough: bool = True
) -> list[tuple[int, int]]:
    """Positions of equal elements, ascending on both sides; O(n log n) for all practical input.

    Both ends first. Then the elements that occur equally often on both sides are paired, the first
    with the first and so on, and as many are kept as stay in order (patience sorting); the same
    again between them. What has no such element is searched thoroughly while it is small, and
    taken as different where it is large. Without thorough it ends with both ends.
    """
    found: list[tuple[int, int]] = []
    open_stretches = [_Stretch(0, len(before), 0, len(after))]
    while open_stretches:
        ends, rest = _trimmed(before, after, open_stretches.pop())
        found += ends
        if not thorough or rest.i == rest.i_end or rest.j == rest.j_end:
            continue
        if anchors := _anchors(before, after, rest):
            found += anchors
            open_stretches += _between(anchors, rest)
        elif (rest.i_end - rest.i) * (rest.j_end - rest.j) <= _SMALL:
            found += _thorough(before, after, rest)
    return sorted(found)


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    """Where the longest increasing subsequence is, as positions; numbers are distinct."""
    tails: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for position, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(at[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        at[length : length + 1] = [position]
    found: list[int] = []
    position = at[-1] if at else -1
    while position >= 0:
        found.append(position)
        position = before[position]
    return found[::-1]


def _trimmed(
    before: Sequence[Hashable], after: Sequence[Hashable], stretch: _Stretch
) -> tuple[list[tuple[int, int]], _Stretch]:
    i, i_end, j, j_end = stretch
    ends = []
    while i < i_end and j < j_end and before[i] == after[j]:
        ends.append((i, j))
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and before[i_end - 1] == after[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
        ends.append((i_end, j_end))
    return ends, _Stretch(i, i_end, j, j_end)


def _anchors(
    before: Sequence[Hashable], after: Sequence[Hashable], stretch: _Stretch
) -> list[tuple[int, int]]:
    old = _places(before, range(stretch.i, stretch.i_end))
    new = _places(after, range(stretch.j, stretch.j_end))
    pairs = sorted(
        pair
        for element, places in old.items()
        if len(there := new.get(element, ())) == len(places)
        for pair in zip(places, there, strict=True)
    )
    return [pairs[index] for index in longest_increasing([j for _, j in pairs])]


def _places(elements: Sequence[Hashable], within: range) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = defaultdict(list)
    for index in within:
        places[elements[index]].append(index)
    return places


def _between(anchors: list[tuple[int, int]], stretch: _Stretch) -> Iterator[_Stretch]:
    i, j = stretch.i, stretch.j
    for i_next, j_next in [*anchors, (stretch.i_end, stretch.j_end)]:
        if i < i_next and j < j_next:
            yield _Stretch(i, i_next, j, j_next)
        i, j = i_next + 1, j_next + 1


def _thorough(
    before: Sequence[Hashable], after: Sequence[Hashable], stretch: _Stretch
) -> Iterator[tuple[int, int]]:
    i, i_end, j, j_end = stretch
    matcher = SequenceMatcher(None, before[i:i_end], after[j:j_end], autojunk=False)
    for start, other, size in matcher.get_matching_blocks():
        yield from ((i + start + step, j + other + step) for step in range(size))
