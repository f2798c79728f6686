"""The cheapest way from one list to another: a search that prices only the pairs it needs."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, TypeAlias

from reconciler.core.patch.edits import KEEP, Delete, Insert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.patch.edits import Edit
    from reconciler.core.patch.measure import Cost
    from reconciler.core.patch.pairs import Pairs

Node: TypeAlias = tuple[int, int]
"""So many elements of the old list and so many of the new one are dealt with."""
Alignment: TypeAlias = "tuple[Edit | Delete | Insert, ...]"

_REACHED: Final = 0
_PRICING: Final = 1


def total(steps: Alignment) -> Cost:
    """The price of all steps."""
    return sum(step.cost for step in steps)


def in_place(pairs: Pairs) -> Alignment | None:
    """Each element edited where it is; None where that cannot be."""
    if len(pairs.before) != len(pairs.after):
        return None
    steps: list[Edit | Delete | Insert] = []
    for index, (have, want) in enumerate(zip(pairs.before, pairs.after, strict=True)):
        edit = KEEP if have == want else pairs.edit(index, index)
        if edit is None:
            return None
        steps.append(edit)
    return tuple(steps)


class TooMuchWorkError(Exception):
    """The search was given up."""


@dataclass(slots=True)
class Work:
    """How many steps may still be taken, in all searches of a call together."""

    left: int

    def spend(self, steps: int, floor: int) -> None:
        """Take steps. Raises TooMuchWorkError where fewer than floor would be left."""
        self.left -= steps
        if self.left < floor:
            raise TooMuchWorkError


class Search:
    """Best first over the nodes of the edit graph (A*); the estimate never says too much.

    Where the next two elements are equal they are kept without looking further: no alignment is
    cheaper than the best of those that keep them. The edit of a pair is entered with its bound,
    and priced only when no cheaper way is open.
    """

    def __init__(self, pairs: Pairs, limit: Cost, work: Work, share: int) -> None:
        self._pairs = pairs
        self._goal = len(pairs.before), len(pairs.after)
        self._limit = limit
        self._work = work
        self._floor = max(0, work.left - share)
        self._cost: dict[Node, Cost] = {}
        self._came: dict[Node, tuple[Node, Edit | Delete | Insert]] = {}
        self._heap: list[tuple[Cost, int, int, int, int]] = []

    def run(self) -> Alignment | None:
        """The cheapest alignment; None where each costs more than the limit.

        Raises TooMuchWorkError.
        """
        self._reach((0, 0), 0, None)
        done: set[tuple[int, int, int]] = set()
        while self._heap:
            _, _, i, j, task = heappop(self._heap)
            if (i, j, task) in done:
                continue
            done.add((i, j, task))
            if (i, j) == self._goal:
                return tuple(reversed([*self._back((i, j))]))
            self._work.spend(1, self._floor)
            if task == _PRICING:
                self._price(i, j)
            else:
                self._expand(i, j)
        return None

    def _expand(self, i: int, j: int) -> None:
        pairs, (n, m) = self._pairs, self._goal
        cost = self._cost[i, j]
        if i < n and j < m:
            bound = pairs.bound(i, j)
            if bound is not None:
                self._push(cost + bound + self._estimate(i + 1, j + 1), (i, j), _PRICING)
        if i < n:
            self._reach((i + 1, j), cost + pairs.delete, ((i, j), Delete(pairs.delete)))
        if j < m:
            insert = Insert(pairs.inserts[j], pairs.region.after[j])
            self._reach((i, j + 1), cost + insert.cost, ((i, j), insert))

    def _price(self, i: int, j: int) -> None:
        self._work.spend(self._pairs.weight(i, j), self._floor)
        edit = self._pairs.edit(i, j)
        if edit is not None:
            self._reach((i + 1, j + 1), self._cost[i, j] + edit.cost, ((i, j), edit))

    def _reach(
        self, node: Node, cost: Cost, come: tuple[Node, Edit | Delete | Insert] | None
    ) -> None:
        """Note a way to a node; equal elements after it are kept at once."""
        (i, j), (n, m) = node, self._goal
        before, after = self._pairs.before, self._pairs.after
        while i < n and j < m and before[i] == after[j]:
            i, j = i + 1, j + 1
        known = self._cost.get((i, j))
        if known is None or cost < known:
            self._cost[i, j] = cost
            if come is not None:
                self._came[i, j] = come
            self._push(cost + self._estimate(i, j), (i, j), _REACHED)

    def _push(self, least: Cost, node: Node, task: int) -> None:
        if least <= self._limit:
            # Among equals the node that is farther on first: the goal is found sooner.
            heappush(self._heap, (least, -node[0] - node[1], *node, task))

    def _estimate(self, i: int, j: int) -> Cost:
        n, m = self._goal
        return self._pairs.still_needed[j] + max(0, n - i - m + j) * self._pairs.delete

    def _back(self, node: Node) -> Iterator[Edit | Delete | Insert]:
        """The steps that led to a node, last first."""
        while node in self._came:
            come, step = self._came[node]
            i = come[0] + (not isinstance(step, Insert))
            yield from [KEEP] * (node[0] - i)
            yield step
            node = come
        yield from [KEEP] * node[0]
