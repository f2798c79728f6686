"""Whether the rules allow an operation, seen alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.patch.places import END, look
from reconciler.core.patch.rules import ListMode

if TYPE_CHECKING:
    from reconciler.core.document import Json
    from reconciler.core.patch.places import Place, Step
    from reconciler.core.patch.rules import PatchRules


def is_permitted(rules: PatchRules, document: Json, step: Step) -> bool:
    """Whether a step keeps to the rules. What the planner wrote does so anyway.

    Lists that are written whole have no positions for anything that is transferred.
    """
    if step.kind == "test":
        return True
    is_shift = step.kind != "replace" and isinstance(look(document, step.place[:-1]), list)
    if step.kind in {"replace", "move", "copy"} and not is_shift:
        value = step.value if step.kind == "replace" else look(document, step.source)
        if not rules.may_replace(look(document, step.place), value):
            return False
    if not _fits(rules, document, step.place, is_shift=is_shift):
        return False
    if step.kind == "move":
        is_cut = isinstance(look(document, step.source[:-1]), list)
        return _fits(rules, document, step.source, is_shift=is_cut)
    return step.kind != "copy" or _fits(rules, document, step.source, is_read=True)


def _fits(
    rules: PatchRules,
    document: Json,
    place: Place,
    *,
    is_shift: bool = False,
    is_read: bool = False,
) -> bool:
    """Whether every list on the way may be edited as the place asks for."""
    path: tuple[str, ...] = ()
    for depth, token in enumerate(place):
        if isinstance(document, list):
            of_list, inside = rules.list_at(path), place[depth + 1 :]
            if of_list.mode is ListMode.WHOLE:
                return False
            if is_shift and not inside and of_list.mode is ListMode.IN_PLACE:
                return False
            if inside and not is_read and _tells_apart(of_list.identity, inside):
                return False
            path = (*path, "*")
            document = None if token == END else look(document, (token,))
        else:
            path = (*path, str(token))
            document = look(document, (token,))
    return True


def _tells_apart(identity: Place | None, inside: Place) -> bool:
    """Whether what is written inside of an element would make it another one."""
    return identity is not None and all(
        one == other for one, other in zip(identity, inside, strict=False)
    )
