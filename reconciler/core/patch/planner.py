"""The exact plan: what survives of a document, and what is removed, replaced and added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import equal
from reconciler.core.patch.alignment import Search, TooMuchWorkError, Work
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
from reconciler.core.patch.numbering import Numbering
from reconciler.core.patch.pairs import Pairs, Region
from reconciler.core.patch.rules import ListMode

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object, Path
    from reconciler.core.patch.alignment import Alignment
    from reconciler.core.patch.edits import Edit
    from reconciler.core.patch.measure import Cost
    from reconciler.core.patch.rules import PatchRules

EXACT_CELLS: Final = 1 << 16
"""Lists of up to so many pairs of differing elements (256 by 256) get the whole of WORK."""
QUICK_WORK: Final = 1 << 13
"""Search steps for longer lists: enough where little differs."""
WORK: Final = 1 << 18
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
            return KEEP if equal(have, want) else self._write(want, at)
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

    def _members(self, have: Object, want: Object, at: int, path: Path) -> Edit:
        edited: list[tuple[str, Edit]] = []
        for name, value in have.items():
            if name in want and (wanted := want[name]) is not value:
                if value.__class__ is str and wanted.__class__ is str and value == wanted:
                    continue
                edit = self.edit(value, wanted, at + self.name_size(name), (*path, name))
                if edit is not KEEP:
                    edited.append((name, edit))
        removed = sorted(have.keys() - want.keys())
        added = sorted(want.keys() - have.keys())
        if not (edited or removed or added):
            return KEEP
        cost = sum(edit.cost for _, edit in edited)
        cost += sum(remove_cost(at + self.name_size(name)) for name in removed)
        cost += sum(add_cost(at + self.name_size(name), self.size(want[name])) for name in added)
        edited.sort(key=lambda item: item[0])
        inner = Members(cost, tuple(removed), tuple(edited), tuple((n, want[n]) for n in added))
        if self.rules.may_replace(have, want) and cost > replace_cost(at, 2):
            return _cheapest(inner, self._write(want, at))
        return inner

    def _elements(self, have: list[Json], want: list[Json], at: int, path: Path) -> Edit:
        start = end = 0
        least = min(len(have), len(want))
        while start < least and self._same(have[start], want[start]):
            start += 1
        while end < least - start and self._same(have[-1 - end], want[-1 - end]):
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
            forms = [guard_for(form, have, at, self.size) for form in forms]
        return _cheapest(*forms, whole)

    def _same(self, have: Json, want: Json) -> bool:
        return have is want or equal(have, want)

    def _forms(self, region: Region, limit: Cost, start: int, length: int) -> list[Edit]:
        """The cheapest alignment, and the cheapest without inserts and removes where it counts."""
        pairs = Pairs(self, region)
        found: list[Alignment | None] = []
        in_place = region.rules.mode is ListMode.IN_PLACE
        if in_place or region.rules.guarded:
            found.append(_in_place(pairs))
        if not in_place:
            found.append(self._aligned(pairs, limit))
        return [
            Elements(sum(step.cost for step in steps), start, steps, length)
            for steps in found
            if steps is not None
        ]

    def _aligned(self, pairs: Pairs, limit: Cost) -> Alignment | None:
        cells = len(pairs.before) * len(pairs.after)
        share = WORK if cells <= EXACT_CELLS else QUICK_WORK
        try:
            return Search(pairs, limit, self.work, share).run()
        except TooMuchWorkError:
            self.bounded += 1
            return anchored(pairs)


def _cheapest(*edits: Edit) -> Edit:
    """The first of the cheapest."""
    return min(edits, key=lambda edit: edit.cost)


def _in_place(pairs: Pairs) -> Alignment | None:
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
