"""Whether a patch can be sent again without harm, wherever the first attempt ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import equal
from reconciler.core.patch.places import NoPlaceError, Step, look, take

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.document import Json

MOST: Final = 64
"""Steps of the longest patch that is looked at; a longer one counts as unsafe."""


def is_safe_to_repeat(before: Json, after: Json, steps: Sequence[Step]) -> bool:
    """Whether the steps, run again after any number of them, are refused or give after.

    As a server sees them: its add overwrites a member that is there.
    """
    if len(steps) > MOST:
        return False
    state = before
    for step in steps:
        state = take(state, step)
        if not _is_harmless(state, after, steps):
            return False
    return True


def _is_harmless(state: Json, after: Json, steps: Sequence[Step]) -> bool:
    try:
        for step in steps:
            state = take(state, _as_sent(state, step))
    except NoPlaceError:
        return True
    return equal(state, after)


def _as_sent(state: Json, step: Step) -> Step:
    holder = look(state, step.place[:-1])
    if step.kind == "add" and isinstance(holder, dict) and step.place[-1] in holder:
        return Step("replace", step.place, step.value)
    return step
