"""Lists too long for the exact search: elements that are equal and unique hold them together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.patch.edits import KEEP, Delete, Insert
from reconciler.core.sequences import longest_increasing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.core.patch.edits import Edit
    from reconciler.core.patch.pairs import Pairs

    Alignment: TypeAlias = tuple[Edit | Delete | Insert, ...]


def anchored(pairs: Pairs) -> Alignment:
    """A good alignment, not always the cheapest: O(n log n), and one edit per element.

    Equal elements that occur once in both lists are kept, as many as stay in order (patience
    sorting). Between them neighbours are kept while they are equal, the rest goes by position.
    """
    once_before, once_after = _unique(pairs.before), _unique(pairs.after)
    common = [(i, once_after[n]) for n, i in once_before.items() if n in once_after]
    steps: list[Edit | Delete | Insert] = []
    i = j = 0
    ends = (len(pairs.before), len(pairs.after))
    for index in [*longest_increasing([j for _, j in common]), None]:
        i_end, j_end = ends if index is None else common[index]
        steps += _between(pairs, (i, i_end), (j, j_end))
        if index is not None:
            steps.append(KEEP)
        i, j = i_end + 1, j_end + 1
    return tuple(steps)


def _unique(numbers: Sequence[int]) -> dict[int, int]:
    counts = Counter(numbers)
    return {number: index for index, number in enumerate(numbers) if counts[number] == 1}


def _between(
    pairs: Pairs, old: tuple[int, int], new: tuple[int, int]
) -> Iterator[Edit | Delete | Insert]:
    (i, i_end), (j, j_end) = old, new
    tail = 0
    while i < i_end and j < j_end and pairs.before[i] == pairs.after[j]:
        yield KEEP
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and pairs.before[i_end - 1] == pairs.after[j_end - 1]:
        i_end, j_end, tail = i_end - 1, j_end - 1, tail + 1
    yield from _by_position(pairs, range(i, i_end), range(j, j_end))
    yield from [KEEP] * tail


def _by_position(pairs: Pairs, old: range, new: range) -> Iterator[Edit | Delete | Insert]:
    for i, j in zip(old, new, strict=False):
        edit = pairs.edit(i, j) if pairs.before[i] != pairs.after[j] else KEEP
        apart = (Delete(pairs.delete), Insert(pairs.inserts[j], pairs.region.after[j]))
        if edit is not None and edit.cost <= apart[0].cost + apart[1].cost:
            yield edit
        else:
            yield from apart
    yield from [Delete(pairs.delete)] * (len(old) - len(new))
    for j in new[len(old) :]:
        yield Insert(pairs.inserts[j], pairs.region.after[j])
