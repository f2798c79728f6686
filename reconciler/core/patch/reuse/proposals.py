"""Proposals for reuse: what a plan sends, taken from where it is already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from reconciler.core.document import ABSENT
from reconciler.core.patch.places import Step, carried
from reconciler.core.patch.reuse.holes import filled
from reconciler.core.patch.reuse.permuting import reordered
from reconciler.core.patch.reuse.scene import is_worth, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json
    from reconciler.core.patch.places import Place
    from reconciler.core.patch.reuse.pending import Pending
    from reconciler.core.patch.reuse.scene import Scene

Proposal: TypeAlias = tuple[Step, ...]

SOURCES: Final = 3
"""Places tried for one value: those with the shortest pointers."""


def proposals(scene: Scene) -> Iterator[Proposal]:
    """What may be tried, the most promising first."""
    yield from _reorderings(scene)
    yield from _swaps(scene)
    for task in (*scene.writes, *(task for task in scene.tasks if task.edit and task.place)):
        yield from _fetched(scene, task)
    for task in scene.writes:
        if isinstance(task.want, dict | list) and task.want:
            yield from filled(scene, task)
            for source in scene.alike(task.want):
                yield from _transfers(scene, source, task.place)
    for task in scene.writes:
        yield from _edited_first(scene, task)


def shared_writes(scene: Scene) -> Iterator[Proposal]:
    """The writes of values that another write sends as well, or holds."""
    inner = [
        {scene.number(value) for _, value in parts_of(task.want) if is_worth(value)}
        for task in scene.writes
    ]
    for index, task in enumerate(scene.writes):
        if any(inner[index] & other for k, other in enumerate(inner) if k != index):
            yield tuple(task.steps())


def _fetched(scene: Scene, task: Pending) -> Iterator[Proposal]:
    """An equal value, from where it is."""
    places = scene.places.get(scene.number(task.want), [])
    ranked = sorted(places, key=lambda place: (not scene.is_lost(place), len(str(place))))
    for source in ranked[:SOURCES]:
        yield from _transfers(scene, source, task.place)


def _transfers(scene: Scene, source: Place, place: Place) -> Iterator[Proposal]:
    """A value moved, where it goes otherwise, and copied."""
    if scene.is_lost(source) and place[: len(source)] != source:
        place_then = carried(place, Step("remove", source))
        yield (Step("move", place_then, source=source),)
    yield (Step("copy", place, source=source),)


def _reorderings(scene: Scene) -> Iterator[Proposal]:
    """The elements of a list brought into their new order by moves."""
    for task in scene.tasks:
        if isinstance(task.have, list) and isinstance(task.want, list):
            moves = reordered(scene.planner.numbering, task.have, task.want)
            if moves:
                at = task.place
                yield tuple(Step("move", (*at, to), source=(*at, of)) for of, to in moves)


def _swaps(scene: Scene) -> Iterator[Proposal]:
    """Two values that change places, by way of a member that is there for that time only."""
    spare = _spare_place(scene.document)
    if spare is None:
        return
    writes = [task for task in scene.writes if task.have is not ABSENT]
    by_have = {scene.number(task.have): task.place for task in writes}
    for task in writes:
        other = by_have.get(scene.number(task.want))
        if other is not None and _is_named(task, other) and task.place < other:
            yield (
                Step("move", spare, source=task.place),
                Step("move", task.place, source=other),
                Step("move", other, source=spare),
            )


def _is_named(task: Pending, other: Place) -> bool:
    """Whether both places are members of objects that no list holds: they can be compared."""
    return all(isinstance(token, str) for token in (*task.place, *other))


def _spare_place(document: Json) -> Place | None:
    if not isinstance(document, dict):
        return None
    return next(((name,) for name in ("", *"0123456789") if name not in document), None)


def _edited_first(scene: Scene, task: Pending) -> Iterator[Proposal]:
    """A value that becomes the wanted one elsewhere, copied from there once it has."""
    wanted = scene.number(task.want)
    for other in scene.tasks:
        is_other = other is not task and other.want is not ABSENT
        if is_other and scene.number(other.want) == wanted:
            yield (*other.steps(), Step("copy", task.place, source=other.place))
