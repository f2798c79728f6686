"""Move and copy: take what is there already, plan the rest exactly, keep what makes it shorter.

A proposal is a few operations, done first; its price is theirs and that of the exact plan for what
is then left. The best one is taken as long as it saves anything. So the patch is never longer than
without, and each step of it was tried on the document. It is not always the shortest: closely
related problems are NP-hard.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from reconciler.core.patch.edits import steps_of
from reconciler.core.patch.measure import (
    POSITION,
    add_cost,
    remove_cost,
    replace_cost,
    transfer_cost,
)
from reconciler.core.patch.measure import test_cost as _test_cost
from reconciler.core.patch.places import NoPlaceError, take
from reconciler.core.patch.reuse.permitted import is_permitted
from reconciler.core.patch.reuse.proposals import proposals, shared_writes
from reconciler.core.patch.reuse.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.core.document import Json
    from reconciler.core.patch.edits import Edit
    from reconciler.core.patch.measure import Cost
    from reconciler.core.patch.places import Place, Step
    from reconciler.core.patch.planner import Planner

ROUNDS: Final = 64
"""Proposals that are taken, at most."""
TRIES: Final = 48
"""Proposals that are tried in a round, the most promising first."""


def searched(planner: Planner, before: Json, after: Json) -> tuple[Step, ...]:
    """The steps from before to after; they cost at most what the plain plan does."""
    done: list[Step] = []
    document = before
    plan = planner.edit(document, after, 0, ())
    for _ in range(ROUNDS):
        scene = Scene(planner, document, after, plan)
        best = _best(scene, islice(proposals(scene), TRIES))
        if best is None or best[0] >= plan.cost:
            # A value that is sent twice is sent now: the next round can copy it.
            best = _best(scene, islice(shared_writes(scene), 1))
            if best is None or best[0] > plan.cost:
                break
        _, steps, document, rest = best
        done += steps
        plan = rest
    return (*done, *steps_of(plan))


def _best(
    scene: Scene, found: Iterable[tuple[Step, ...]]
) -> tuple[Cost, tuple[Step, ...], Json, Edit] | None:
    best: tuple[Cost, tuple[Step, ...], Json, Edit] | None = None
    for steps in found:
        document = _after(scene, steps)
        if document is None:
            continue
        planner = scene.planner
        rest = planner.edit(document[0], scene.after, 0, ())
        cost = rest.cost + sum(cost_of(planner, step) for step in steps)
        if best is None or cost < best[0]:
            best = cost, steps, document[0], rest
    return best


def _after(scene: Scene, steps: Iterable[Step]) -> tuple[Json] | None:
    """The document after the steps; None where one does not fit or is not permitted."""
    document = scene.document
    try:
        for step in steps:
            if not is_permitted(scene.planner.rules, document, step):
                return None
            document = take(document, step)
    except NoPlaceError:
        return None
    return (document,)


def cost_of(planner: Planner, step: Step) -> Cost:
    """The price of one step."""
    at = _place_size(planner, step.place)
    if step.kind == "remove":
        return remove_cost(at)
    if step.kind in {"move", "copy"}:
        return transfer_cost(_place_size(planner, step.source), at)
    price = {"add": add_cost, "replace": replace_cost, "test": _test_cost}[step.kind]
    return price(at, planner.size(step.value))


def _place_size(planner: Planner, place: Place) -> int:
    return sum(POSITION if isinstance(token, int) else planner.name_size(token) for token in place)
