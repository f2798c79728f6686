"""Which of the ways with move and copy is taken: the cheapest that keeps to the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.core.patch.planner import Planner
from reconciler.core.patch.reuse.remembering import keeps_scope
from reconciler.core.patch.reuse.repeating import is_safe_to_repeat
from reconciler.core.patch.reuse.rival import rival
from reconciler.core.patch.reuse.search import cost_of, searched
from reconciler.core.patch.rules import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json
    from reconciler.core.patch.measure import Cost
    from reconciler.core.patch.places import Step

    Steps = tuple[Step, ...]


def with_reuse(planner: Planner, before: Json, after: Json) -> tuple[Steps, Cost] | None:
    """The steps of the best way and their price; None where none beats the plain plan.

    Among equals our own comes first. A way is taken only if as a whole it keeps the scope and,
    where lists are guarded, can be sent again.
    """
    best: tuple[Steps, Cost] | None = None
    plain = least = planner.edit(before, after, 0, ()).cost
    for steps in _ways(planner, before, after, plain):
        cost = sum(cost_of(planner, step) for step in steps)
        if cost < least and _is_sound(planner, before, after, steps):
            best, least = (steps, cost), cost
    return best


def _ways(planner: Planner, before: Json, after: Json, plain: Cost) -> Iterator[Steps]:
    """What is found as the rules are, then more strictly, and what the jsonpatch package does.

    Where the scope is surgical, the search does not see which names an object had before a move
    took them; where no object replaces another, it need not.
    """
    yield searched(planner, before, after)
    if planner.rules.scope is Scope.SURGICAL:
        strict = Planner(replace(planner.rules, scope=Scope.MEMBERS))
        yield searched(strict, before, after)
    theirs = rival(planner, before, after, plain)
    if theirs is not None:
        yield theirs


def _is_sound(planner: Planner, before: Json, after: Json, steps: Steps) -> bool:
    rules = planner.rules
    return keeps_scope(rules.scope, before, steps) and (
        not rules.is_guarded or is_safe_to_repeat(before, after, steps)
    )
