"""The fewest moves that bring the elements of a list into their new order."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from reconciler.core.sequences import longest_increasing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json
    from reconciler.core.patch.numbering import Numbering

MOST: Final = 1_000
"""Elements of the longest list whose order is looked at."""
MOST_ALIKE: Final = 128
"""Elements without an equal one that are compared with each other."""


def reordered(numbering: Numbering, have: list[Json], want: list[Json]) -> list[tuple[int, int]]:
    """Moves (from, to), each valid after those before it; none where the order is right.

    Elements are paired with equal ones, then with those that share most scalars. All that lie on a
    longest increasing subsequence stay, so for a permutation no fewer moves are possible.
    """
    if max(len(have), len(want)) > MOST:
        return []
    pairs = sorted(_paired(numbering, have, want))
    stays = {pairs[k][0] for k in longest_increasing([j for _, j in pairs])}
    current = [*range(len(have))]
    moves: list[tuple[int, int]] = []
    last: int | None = None
    for i, _ in sorted(pairs, key=lambda pair: pair[1]):
        if i not in stays:
            start = current.index(i)
            del current[start]
            to = 0 if last is None else current.index(last) + 1
            current.insert(to, i)
            moves.append((start, to))
        last = i
    return moves


def _paired(numbering: Numbering, have: list[Json], want: list[Json]) -> Iterator[tuple[int, int]]:
    waiting: dict[int, list[int]] = defaultdict(list)
    for i in reversed(range(len(have))):
        waiting[numbering.number(have[i])].append(i)
    new: list[int] = []
    for j, value in enumerate(want):
        equals = waiting.get(numbering.number(value))
        if equals:
            yield equals.pop(), j
        elif isinstance(value, dict | list):
            new.append(j)
    old = [i for rest in waiting.values() for i in rest if isinstance(have[i], dict | list)]
    if old and new and max(len(old), len(new)) <= MOST_ALIKE:
        yield from _alike(numbering, {i: have[i] for i in old}, {j: want[j] for j in new})


def _alike(
    numbering: Numbering, have: dict[int, Json], want: dict[int, Json]
) -> Iterator[tuple[int, int]]:
    old = {i: numbering.leaves(value) for i, value in have.items()}
    scores = [
        (-sum(leaves[leaf] for leaf in leaves.keys() & known.keys()), i, j)
        for j, leaves in ((j, numbering.leaves(value)) for j, value in want.items())
        for i, known in old.items()
    ]
    done_old: set[int] = set()
    done_new: set[int] = set()
    for score, i, j in sorted(scores):
        if score and i not in done_old and j not in done_new:
            done_old.add(i)
            done_new.add(j)
            yield i, j
