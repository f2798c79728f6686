"""The experiments, numbered by their place: first those that look, last what gives something up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.errors import UsageError
from reconciler.workflow.probing import defaulting, naming, notes, patching, reading, storing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.workflow.probing.experiment import Experiment

EXPERIMENTS: Final = (
    *reading.EXPERIMENTS[:7],
    *storing.BEFORE_WRITES,
    *reading.EXPERIMENTS[7:],
    *patching.EXPERIMENTS,
    *storing.EXPERIMENTS,
    *naming.EXPERIMENTS,
    *notes.EXPERIMENTS,
    *defaulting.EXPERIMENTS,
    *notes.LAST,
)

AROUND: Final = 6
"""Requests besides those of the experiments: creating, finding and deleting the persona."""


def chosen(ids: Iterable[str]) -> Sequence[Experiment]:
    """The experiments with these ids, all where there are none. Raises UsageError."""
    wanted = set(ids)
    if unknown := sorted(wanted - {one.id for one in EXPERIMENTS}):
        raise UsageError(
            "There is no such experiment", ", ".join(unknown), "reconciler probe --list"
        )
    return [one for one in EXPERIMENTS if not wanted or one.id in wanted]


def requests(experiments: Iterable[Experiment]) -> int:
    """How many requests a run sends at most."""
    return AROUND + sum(one.requests for one in experiments)
