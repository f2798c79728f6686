"""Whether the rules allow a move or a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.document import ABSENT
from reconciler.core.patch.places import END, look
from reconciler.core.patch.rules import ListMode, Scope

if TYPE_CHECKING:
    from reconciler.core.document import Json
    from reconciler.core.patch.places import Place, Step
    from reconciler.core.patch.rules import PatchRules


def is_permitted(rules: PatchRules, document: Json, step: Step) -> bool:
    """Whether a step of reuse keeps to the rules. What the planner wrote does so anyway.

    In the surgical scope a move or copy does not overwrite an object, whatever takes its place.
    Lists that are written whole have no positions for anything that is transferred.
    """
    if step.kind not in {"move", "copy"}:
        return True
    holder = look(document, step.place[:-1])
    is_insert = isinstance(holder, list)
    if rules.scope is Scope.SURGICAL and not is_insert:
        held = look(document, step.place)
        if held is not ABSENT and isinstance(held, dict):
            return False
    is_cut = step.kind == "move" and isinstance(look(document, step.source[:-1]), list)
    return _fits(rules, document, step.place, is_shift=is_insert) and _fits(
        rules, document, step.source, is_shift=is_cut
    )


def _fits(rules: PatchRules, document: Json, place: Place, *, is_shift: bool) -> bool:
    """Whether every list on the way may be edited as the place asks for."""
    path: tuple[str, ...] = ()
    for depth, token in enumerate(place):
        if isinstance(document, list):
            mode = rules.list_at(path).mode
            is_last = depth == len(place) - 1
            if mode is ListMode.WHOLE or (is_shift and is_last and mode is ListMode.IN_PLACE):
                return False
            path = (*path, "*")
            document = None if token == END else look(document, (token,))
        else:
            path = (*path, str(token))
            document = look(document, (token,))
    return True
