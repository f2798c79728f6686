"""A document on its way to another: what is left to do, and where which value is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.patch.reuse.pending import pending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json
    from reconciler.core.patch.edits import Edit
    from reconciler.core.patch.places import Place
    from reconciler.core.patch.planner import Planner

WORTH: Final = 5
"""Bytes of the smallest value worth looking for."""
SMALL: Final = 64
"""Values of a document in which every value is looked for."""
ALIKE: Final = 2
"""Places of similar values tried for one value."""


def parts_of(value: Json, place: Place = ()) -> Iterator[tuple[Place, Json]]:
    """A value and everything in it, outer before inner, each with its place; members by name."""
    yield place, value
    if isinstance(value, dict):
        for name in sorted(value):
            yield from parts_of(value[name], (*place, name))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from parts_of(child, (*place, index))


def is_worth(value: Json) -> bool:
    """Whether a value is one that a move or copy may save."""
    return len(value) >= WORTH if isinstance(value, str) else isinstance(value, dict | list)


class Scene:
    """A document on its way to another: what is left to do, and where which value is."""

    def __init__(self, planner: Planner, document: Json, after: Json, plan: Edit) -> None:
        self.planner = planner
        self.document = document
        self.after = after
        self.tasks = [*pending(plan, document, after, (), self._opened)]
        self.writes = [task for task in self.tasks if task.is_write]
        self.writes.sort(key=lambda task: -planner.size(task.want))
        self.losses = {task.place for task in self.tasks if task.is_loss}
        self._places: dict[int, list[Place]] | None = None
        self._holders: list[tuple[Place, Json]] = []

    @property
    def places(self) -> dict[int, list[Place]]:
        """Where each value is, by number; scalars of a few bytes are left out."""
        if self._places is None:
            self._places = {}
            parts = [*parts_of(self.document)]
            for place, value in parts:
                if isinstance(value, dict | list):
                    self._holders.append((place, value))
                elif len(parts) > SMALL and not is_worth(value) and not self.is_lost(place):
                    continue
                self._places.setdefault(self.number(value), []).append(place)
        return self._places

    def _opened(self, have: Json, want: Json, place: Place) -> Edit | None:
        at = sum(2 if isinstance(token, int) else self.planner.name_size(token) for token in place)
        path = tuple("*" if isinstance(token, int) else token for token in place)
        return self.planner.opened(have, want, at, path)

    def number(self, value: Json) -> int:
        """The number of a value."""
        return self.planner.numbering.number(value)

    def is_lost(self, place: Place) -> bool:
        """Whether what is at a place goes, with what holds it or alone."""
        return any(place[:length] in self.losses for length in range(len(place) + 1))

    def alike(self, value: Json) -> list[Place]:
        """The places of the objects or lists that share most with a value, best first."""
        leaves = self.planner.numbering.leaves(value)
        found: list[tuple[int, Place]] = []
        _ = self.places
        for place, held in self._holders:
            if type(held) is type(value):
                known = self.planner.numbering.leaves(held)
                score = sum(leaves[leaf] for leaf in leaves.keys() & known.keys())
                if score > WORTH:
                    found.append((-score, place))
        return [place for _, place in sorted(found, key=lambda one: one[0])[:ALIKE]]
