"""The experiments, numbered by their place: first those that look, last what gives something up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.errors import UsageError
from reconciler.core.service.made import Kind
from reconciler.workflow.probing import (
    defaulting,
    naming,
    notes,
    patching,
    reading,
    referring,
    storing,
    tooling,
)

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
    *referring.EXPERIMENTS,
    *tooling.EXPERIMENTS,
    *referring.LAST,
    *notes.LAST,
)
"""All of them; those that need more than a persona are for --resources."""

AROUND: Final = 6
"""Requests besides those of the experiments: creating, finding and deleting the persona."""
AROUND_EACH: Final = 4
"""The same for each other thing."""


def chosen(ids: Iterable[str], *, resources: bool) -> Sequence[Experiment]:
    """The experiments with these ids, all where there are none. Raises UsageError.

    Without resources, only those that a persona is enough for.
    """
    wanted = set(ids)
    if unknown := sorted(wanted - {one.id for one in EXPERIMENTS}):
        raise UsageError(
            "There is no such experiment", ", ".join(unknown), "reconciler probe --list"
        )
    found = [one for one in EXPERIMENTS if not wanted or one.id in wanted]
    beyond = [one for one in found if one.needs and not resources]
    if wanted and beyond:
        named = ", ".join(one.id for one in beyond)
        raise UsageError(
            "A persona is not enough for this experiment", named, "Give --resources as well."
        )
    return [one for one in found if one not in beyond]


def kinds(experiments: Iterable[Experiment]) -> Sequence[Kind]:
    """What has to be made for them besides the persona."""
    needed = {kind for one in experiments for kind in one.needs}
    return [kind for kind in Kind if kind in needed]


def requests(experiments: Sequence[Experiment]) -> int:
    """How many requests a run sends at most."""
    around = AROUND + AROUND_EACH * len(kinds(experiments))
    return around + sum(one.requests for one in experiments)
