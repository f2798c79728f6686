"""The exact plan: what survives of a document, and what is removed, replaced and added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.patch.alignment import Search, TooMuchWorkError, Work, in_place, total
from reconciler.core.patch.anchors import anchored
from reconciler.core.patch.edits import KEEP, Delete, Elements, Insert, Members, Write
from reconciler.core.patch.guarding import guard_for
from reconciler.core.patch.measure import (
    POSITION,
    add_cost,
    name_size,
    remove_cost,
    replace_cost,
    size_of,
)
from reconciler.core.patch.numbering import Numbering, same
from reconciler.core.patch.pairs import Pairs, Region
from reconciler.core.patch.rules import ListMode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json, Object, Path
    from reconciler.core.patch.alignment import Alignment
    from reconciler.core.patch.edits import Edit
    from reconciler.core.patch.measure import Cost
    from reconciler.core.patch.rules import PatchRules

EXACT_CELLS: Final = 1 << 16
"""Lists of up to so many pairs of differing elements (256 by 256) get the whole of WORK."""
OPENED_CELLS: Final = 1 << 10
"""Pairs of elements of the longest lists that are opened although they are sent whole."""
QUICK_WORK: Final = 1 << 13
"""Search steps for longer lists: enough where little differs."""
WORK: Final = 1 << 17
"""Search steps of one call. A step is a node of the search, or a scalar of a pair compared."""


class Planner:
    """Plans edits between values of two documents, under rules.

    The documents must not change while the planner is in use: containers are known by id.
    """

    def __init__(self, rules: PatchRules) -> None:
        self.rules = rules
        self.numbering = Numbering()
        self.work = Work(WORK)
        self.bounded = 0
        """Lists whose alignment was too much work to be proven the cheapest."""
        self._plans: dict[tuple[int, int, int, Path], tuple[Edit, Json, Json]] = {}
        self._sizes: dict[int, tuple[int, Json]] = {}
        self._name_sizes: dict[str, int] = {}

    def edit(self, have: Json, want: Json, at: int, path: Path) -> Edit:
        """The cheapest edit of a value whose pointer has so many bytes; KEEP where they are equal.

        path is for the rules: member names, and «*» for a position.
        """
        if have is want:
            return KEEP
        key = id(have), id(want), at, path
        known = self._plans.get(key)
        if known is not None:
            return known[0]
        if isinstance(have, dict) and isinstance(want, dict):
            edit = self._members(have, want, at, path)
        elif isinstance(have, list) and isinstance(want, list):
            edit = self._elements(have, want, at, path)
        else:
            return KEEP if same(have, want) else self._write(want, at)
        self._plans[key] = edit, have, want
        return edit

    def size(self, value: Json) -> int:
        """Bytes of a value."""
        if not isinstance(value, dict | list):
            return size_of(value)
        known = self._sizes.get(id(value))
        if known is None:
            known = self._sizes[id(value)] = size_of(value), value
        return known[0]

    def name_size(self, name: str) -> int:
        """Bytes of a member name in a pointer, with its slash."""
        size = self._name_sizes.get(name)
        if size is None:
            size = self._name_sizes[name] = name_size(name)
        return size

    def _write(self, want: Json, at: int) -> Write:
        return Write(replace_cost(at, self.size(want)), want)

    def opened(self, have: Json, want: Json, at: int, path: Path) -> Edit | None:
        """How one value becomes the other without being sent whole, be it longer than that.

        None where it cannot, and for long lists.
        """
        if isinstance(have, dict) and isinstance(want, dict):
            return self._inner(have, want, at, path)
        if not (isinstance(have, list) and isinstance(want, list)):
            return None
        rules = self.rules.list_at(path)
        if rules.mode is not ListMode.BY_INDEX or len(have) * len(want) > OPENED_CELLS:
            return None
        region = Region(have, want, at + POSITION, (*path, "*"), rules)
        steps = self._aligned(Pairs(self, region), 1 << 64)
        return None if steps is None else Elements(total(steps), 0, steps, len(have))

    def _members(self, have: Object, want: Object, at: int, path: Path) -> Edit:
        inner = self._inner(have, want, at, path)
        if self.rules.may_replace(have, want) and inner.cost > replace_cost(at, 2):
            return _cheapest(inner, self._write(want, at))
        return inner

    def _inner(self, have: Object, want: Object, at: int, path: Path) -> Edit:
        edited: list[tuple[str, Edit]] = []
        for name in sorted(_unlike(have, want)):
            edit = self.edit(have[name], want[name], at + self.name_size(name), (*path, name))
            if edit is not KEEP:
                edited.append((name, edit))
        removed = sorted(have.keys() - want.keys())
        added = sorted(want.keys() - have.keys())
        if not (edited or removed or added):
            return KEEP
        cost = sum(edit.cost for _, edit in edited)
        cost += sum(remove_cost(at + self.name_size(name)) for name in removed)
        cost += sum(add_cost(at + self.name_size(name), self.size(want[name])) for name in added)
        return Members(cost, tuple(removed), tuple(edited), tuple((n, want[n]) for n in added))

    def _elements(self, have: list[Json], want: list[Json], at: int, path: Path) -> Edit:
        start = end = 0
        least = min(len(have), len(want))
        while start < least and same(have[start], want[start]):
            start += 1
        while end < least - start and same(have[-1 - end], want[-1 - end]):
            end += 1
        if start + end == len(have) == len(want):
            return KEEP
        whole = self._write(want, at)
        rules = self.rules.list_at(path)
        if rules.mode is ListMode.WHOLE:
            return whole
        middle = have[start : len(have) - end], want[start : len(want) - end]
        region = Region(*middle, at + POSITION, (*path, "*"), rules)
        forms: list[Edit] = [*self._forms(region, whole.cost, start, len(have))]
        if rules.guarded:
            forms = [guard_for(form, have, at, self.size, rules.identity) for form in forms]
        return _cheapest(*forms, whole)

    def _forms(self, region: Region, limit: Cost, start: int, length: int) -> list[Edit]:
        """The cheapest alignment, and the cheapest without inserts and removes where it counts."""
        if len(region.before) == 1 == len(region.after) and not region.rules.identity:
            return self._single(region, start, length)
        pairs = Pairs(self, region)
        found: list[Alignment | None] = []
        only_in_place = region.rules.mode is ListMode.IN_PLACE
        if only_in_place or region.rules.guarded:
            found.append(in_place(pairs))
        if not only_in_place:
            found.append(self._aligned(pairs, limit))
        return [
            Elements(total(steps), start, steps, length) for steps in found if steps is not None
        ]

    def _single(self, region: Region, start: int, length: int) -> list[Edit]:
        """One element edited; or removed and another inserted."""
        edit = self.edit(region.before[0], region.after[0], region.at, region.path)
        found: list[Alignment] = [(edit,)]
        if region.rules.mode is ListMode.BY_INDEX and not isinstance(edit, Write):
            insert = Insert(add_cost(region.at, self.size(region.after[0])), region.after[0])
            found.append((Delete(remove_cost(region.at)), insert))
        return [Elements(total(steps), start, steps, length) for steps in found]

    def _aligned(self, pairs: Pairs, limit: Cost) -> Alignment | None:
        cells = len(pairs.before) * len(pairs.after)
        share = WORK if cells <= EXACT_CELLS else QUICK_WORK
        try:
            return Search(pairs, limit, self.work, share).run()
        except TooMuchWorkError:
            self.bounded += 1
            return anchored(pairs)


def _unlike(have: Object, want: Object) -> Iterator[str]:
    """The common names whose values are not seen at once to be the same."""
    for name, value in have.items():
        if name in want and (wanted := want[name]) is not value:
            if value.__class__ is str and wanted.__class__ is str and value == wanted:
                continue
            yield name


def _cheapest(*edits: Edit) -> Edit:
    """The first of the cheapest."""
    return min(edits, key=lambda edit: edit.cost)
