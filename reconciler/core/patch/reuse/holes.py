"""Values sent with parts left out, which are then taken from where they are already."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.core.patch.places import Step, carried, look
from reconciler.core.patch.reuse.scene import is_worth, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.core.document import Json
    from reconciler.core.patch.places import Place
    from reconciler.core.patch.reuse.pending import Pending
    from reconciler.core.patch.reuse.scene import Scene

MOST: Final = 32
"""Parts that are left out of one value."""
LARGEST: Final = 3
"""Holes that are tried one by one; all together are tried before."""


class _Hole(NamedTuple):
    """A part to be left out of a value, and where it is found."""

    inner: Place
    source: Place
    """In the document before anything was written; in the value itself where is_own."""
    is_own: bool


def filled(scene: Scene, task: Pending) -> Iterator[tuple[Step, ...]]:
    """The value with all known parts left out and filled in; then with one of the largest."""
    holes = [*islice(_holes(scene, task.want), MOST)]
    if not holes:
        return
    yield _steps(scene, task, holes)
    if len(holes) > 1:
        largest = sorted(holes, key=lambda hole: -scene.planner.size(look(task.want, hole.inner)))
        for hole in largest[:LARGEST]:
            yield _steps(scene, task, [hole])


def _holes(scene: Scene, value: Json) -> Iterator[_Hole]:
    """The largest known parts, in document order."""
    own: dict[int, Place] = {}
    left_out: set[Place] = set()
    for inner, part in parts_of(value):
        if not inner or not is_worth(part) or _is_within(inner, left_out):
            continue
        number = scene.number(part)
        known = scene.places.get(number)
        if known:
            source = min(known, key=lambda place: (not scene.is_lost(place), len(str(place))))
            yield _Hole(inner, source, is_own=False)
            left_out.add(inner)
        elif number in own:
            yield _Hole(inner, own[number], is_own=True)
            left_out.add(inner)
        else:
            own[number] = inner


def _is_within(place: Place, others: set[Place]) -> bool:
    return any(place[:length] in others for length in range(1, len(place) + 1))


def _steps(scene: Scene, task: Pending, holes: Sequence[_Hole]) -> tuple[Step, ...]:
    (write,) = task.steps()
    at = task.place
    steps = [Step(write.kind, at, _without(task.want, [hole.inner for hole in holes]))]
    moved: set[Place] = set()
    for hole in holes:
        source = (*at, *hole.source) if hole.is_own else hole.source
        for step in () if hole.is_own else steps:
            source = carried(source, step)
        is_move = not hole.is_own and scene.is_lost(hole.source) and hole.source not in moved
        if is_move:
            moved.add(hole.source)
            at = carried(at, Step("remove", source))
        steps.append(Step("move" if is_move else "copy", (*at, *hole.inner), source=source))
    return tuple(steps)


def _without(value: Json, places: Sequence[Place], at: Place = ()) -> Json:
    """A copy of a value that lacks the parts at some places."""
    if not any(place[: len(at)] == at for place in places):
        return value
    if isinstance(value, dict):
        return {
            name: _without(child, places, (*at, name))
            for name, child in value.items()
            if (*at, name) not in places
        }
    if isinstance(value, list):
        return [
            _without(child, places, (*at, index))
            for index, child in enumerate(value)
            if (*at, index) not in places
        ]
    return value
