"""The shortest patch between two documents, checked before it is handed out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.document import Object, equal
from reconciler.core.errors import PatchMismatchError
from reconciler.core.patch.edits import steps_of
from reconciler.core.patch.measure import bytes_of
from reconciler.core.patch.places import NoPlaceError, run
from reconciler.core.patch.planner import Planner
from reconciler.core.patch.reuse import with_reuse
from reconciler.core.patch.rules import SURGICAL

if TYPE_CHECKING:
    from reconciler.core.document import Json
    from reconciler.core.patch.places import Step
    from reconciler.core.patch.rules import PatchRules

Operation: TypeAlias = Object
"""An operation of RFC 6902."""


@dataclass(frozen=True, slots=True)
class Minimal:
    """A patch and what is known about it."""

    operations: tuple[Operation, ...]
    size: int
    """Bytes as compact UTF-8 JSON, each list position counted as one character."""
    plain_size: int
    """The same for the patch without move and copy."""
    bounded_lists: int
    """Lists that were too long for the exact search; none means that the guarantee holds."""

    @property
    def is_exact(self) -> bool:
        """Whether no patch of add, remove and replace under these rules is shorter."""
        return not self.bounded_lists


def minimal_patch(before: Json, after: Json, rules: PatchRules = SURGICAL) -> tuple[Operation, ...]:
    """The shortest operations that turn before into after; none where they are equal.

    Values in it are those of after, not copies; with reuse also copies that lack a part, or have
    their members sorted. Raises ReconcilerError for NaN and infinity.
    """
    return measured_patch(before, after, rules).operations


def measured_patch(before: Json, after: Json, rules: PatchRules = SURGICAL) -> Minimal:
    """As minimal_patch(), with sizes and with the guarantee that holds."""
    planner = Planner(rules)
    edit = planner.edit(before, after, 0, ())
    steps, cost = tuple(steps_of(edit)), edit.cost
    bounded = planner.bounded
    if steps and rules.reuse:
        steps, cost = with_reuse(planner, before, after) or (steps, cost)
    if steps:
        _check(before, after, steps)
    return Minimal(
        tuple(step.written() for step in steps),
        bytes_of(cost),
        bytes_of(edit.cost),
        bounded,
    )


def _check(before: Json, after: Json, steps: tuple[Step, ...]) -> None:
    try:
        is_right = equal(run(before, steps), after)
    except NoPlaceError:
        is_right = False
    if not is_right:
        raise PatchMismatchError(
            "A patch does not give the document it was made for",
            hint="This is a bug of the reconciler. Please report it.",
        )
