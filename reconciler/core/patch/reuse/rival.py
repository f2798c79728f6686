"""The patch of the jsonpatch package, so that ours is never longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.document import equal
from reconciler.core.patch.places import NoPlaceError, Step, look, place_of, take
from reconciler.core.patch.reuse.permitted import is_permitted
from reconciler.core.patch.reuse.search import cost_of
from reconciler.core.patch.simulate import package_patch

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object
    from reconciler.core.patch.measure import Cost
    from reconciler.core.patch.planner import Planner


def rival(planner: Planner, before: Json, after: Json, limit: Cost) -> tuple[Step, ...] | None:
    """The package's patch, as steps; None where it does not cost less than the limit.

    None as well where a step is not permitted or the result is wrong. Members are sorted first,
    because what the package moves depends on their order. Operations that change nothing, as from
    1 to 1.0, are left out.
    """
    steps: list[Step] = []
    document = before
    try:
        for operation in package_patch(_sorted(before), _sorted(after)) or ():
            step = _step(document, operation)
            if step.kind == "replace" and equal(look(document, step.place), step.value):
                continue
            limit -= cost_of(planner, step)
            if limit <= 0 or not is_permitted(planner.rules, document, step):
                return None
            steps.append(step)
            document = take(document, step)
    except NoPlaceError:
        return None
    return tuple(steps) if equal(document, after) else None


def _step(document: Json, operation: Object) -> Step:
    kind, value = operation["op"], operation.get("value")
    if kind != "move":
        return Step(kind, place_of(document, operation["path"]), value)
    source = place_of(document, operation["from"])
    rest = take(document, Step("remove", source))
    return Step(kind, place_of(rest, operation["path"]), source=source)


def _sorted(value: Json) -> Json:
    """A copy with the members of every object in order by name."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [*map(_sorted, value)] if isinstance(value, list) else value
