"""What it costs to insert, delete and edit the elements of two lists: exactly, or at least."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from reconciler.core.patch.edits import Write
from reconciler.core.patch.measure import add_cost, remove_cost, replace_cost

if TYPE_CHECKING:
    from collections.abc import Container

    from reconciler.core.document import Json, Path
    from reconciler.core.patch.edits import Edit
    from reconciler.core.patch.measure import Cost
    from reconciler.core.patch.numbering import Leaves, Numbering
    from reconciler.core.patch.rules import ListRules, PatchRules


@dataclass(frozen=True, slots=True)
class Region:
    """Two lists without their equal ends, and where they are."""

    before: list[Json]
    after: list[Json]
    at: int
    """Bytes of the pointer of an element."""
    path: Path
    """The path of the elements."""
    rules: ListRules


class Prices(Protocol):
    """What is known about values anywhere: the planner, as a region sees it."""

    rules: PatchRules
    numbering: Numbering

    def size(self, value: Json) -> int:
        """Bytes of a value."""

    def edit(self, have: Json, want: Json, at: int, path: Path) -> Edit:
        """The cheapest edit of one value into another."""


class Pairs:
    """The prices of a region. Bounds are quick; an edit is worked out only when asked for."""

    def __init__(self, prices: Prices, region: Region) -> None:
        self._prices = prices
        self.region = region
        number = prices.numbering.number
        self.before = [number(value) for value in region.before]
        self.after = [number(value) for value in region.after]
        self.delete = remove_cost(region.at)
        self.inserts = [add_cost(region.at, prices.size(value)) for value in region.after]
        self._leaves_before: list[Leaves | None] = [None] * len(region.before)
        self._leaves_after: list[Leaves | None] = [None] * len(region.after)
        self.needs = self._needs()
        self.still_needed = [*reversed([*accumulate(reversed(self.needs), initial=0)])]

    def edit(self, i: int, j: int) -> Edit | None:
        """What makes one element the other; None where the rules forbid it."""
        have, want, region = self.region.before[i], self.region.after[j], self.region
        if region.rules.same_element(have, want):
            return self._prices.edit(have, want, region.at, region.path)
        if self._prices.rules.may_replace(have, want):
            return Write(replace_cost(region.at, self._prices.size(want)), want)
        return None

    def bound(self, i: int, j: int) -> Cost | None:
        """The least that edit(i, j) can cost; None where it is forbidden."""
        have, want, region = self.region.before[i], self.region.after[j], self.region
        if _is_pair(have, want) and region.rules.same_element(have, want):
            return max(self.needs[j], self._sending(j, self.leaves_before(i)))
        if self._prices.rules.may_replace(have, want):
            return replace_cost(region.at, self._prices.size(want))
        return None

    def weight(self, i: int, j: int) -> int:
        """How much work edit(i, j) may be."""
        if _is_pair(self.region.before[i], self.region.after[j]):
            return len(self.leaves_before(i)) + len(self.leaves_after(j))
        return 0

    def leaves_before(self, i: int) -> Leaves:
        """The leaves of an element of the old list."""
        found = self._leaves_before[i]
        if found is None:
            found = self._prices.numbering.leaves(self.region.before[i])
            self._leaves_before[i] = found
        return found

    def leaves_after(self, j: int) -> Leaves:
        """The leaves of an element of the new list."""
        found = self._leaves_after[j]
        if found is None:
            found = self._prices.numbering.leaves(self.region.after[j])
            self._leaves_after[j] = found
        return found

    def _needs(self) -> list[Cost]:
        """For each new element the least it costs, whatever it is made from."""
        had = set(self.before)
        if not had or had.issuperset(self.after):
            return [0] * len(self.after)
        known: set[tuple[int, int]] = set()
        for i, value in enumerate(self.region.before):
            if isinstance(value, dict | list):
                known.update(self.leaves_before(i))
        return [0 if number in had else self._need(j, known) for j, number in enumerate(self.after)]

    def _need(self, j: int, known: set[tuple[int, int]]) -> Cost:
        if not isinstance(self.region.after[j], dict | list):
            return self.inserts[j]
        return self._sending(j, known)

    def _sending(self, j: int, known: Container[tuple[int, int]]) -> Cost:
        """The least that a new element costs where some leaves are known: it is not equal."""
        size = self._prices.numbering.least_sent(self.leaves_after(j), known)
        return self.delete if size is None else add_cost(self.region.at, size)


def _is_pair(have: Json, want: Json) -> bool:
    """Whether one is edited into the other rather than replaced by it."""
    return (isinstance(have, dict) and isinstance(want, dict)) or (
        isinstance(have, list) and isinstance(want, list)
    )
