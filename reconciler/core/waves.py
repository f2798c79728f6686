"""Waves: a plan sent in parts, the canaries first, each proved before the next. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from reconciler.core.action import Action
from reconciler.core.strict import StrictSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.plan import Change, Plan
    from reconciler.core.resource import Address
    from reconciler.core.run import RunRecord

DELETES: Final = "deletes"
"""What the deletes are called, which come after the last wave."""

_UNITS: Final[Mapping[str, int]] = {"s": 1, "m": 60, "h": 3600}
_LONGEST: Final = 24 * 3600
"""Seconds. Nobody watches a run for longer."""


def seconds_of(value: object) -> float:
    """From 90, "90s", "10m" or "2h". Raises ValueError for anything else."""
    found = re.fullmatch(r"([0-9]{1,6})([smh]?)", str(value))
    if isinstance(value, bool) or not found:
        raise ValueError("a time such as 90s, 10m or 2h is expected")
    seconds = int(found[1]) * _UNITS[found[2] or "s"]
    if seconds > _LONGEST:
        raise ValueError("at most 24h")
    return float(seconds)


def in_words(seconds: float) -> str:
    """A time in the largest unit that divides it: 600 is 10m."""
    whole = round(seconds)
    unit = next((u for u in "hm" if whole and whole % _UNITS[u] == 0), "s")
    return f"{whole // _UNITS[unit]}{unit}"


Duration = Annotated[
    float,
    BeforeValidator(seconds_of),
    PlainSerializer(in_words, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": "^[0-9]+[smh]?$"},
            ],
            "examples": ["90s", "10m"],
        }
    ),
]
"""Seconds, written with a unit."""


class Wave(StrictSettings):
    """Some of the personas, changed together."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
    """What reports and the history call it."""
    labels: dict[str, str] = Field(default_factory=dict)
    """The definitions it is for: those that have every one of these labels. Only the last wave may
    go without; it takes whatever fits no other."""
    bake: Duration = 0.0
    """How long it has to hold before it is checked and the next one begins."""
    check: list[str] = Field(default_factory=list, examples=[["./probe.sh", "--quick"]])
    """A command, word by word, that is run after the bake time; another exit code than 0 halts."""


def _fitting(waves: list[Wave]) -> list[Wave]:
    names = [wave.name for wave in waves]
    if again := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two waves have the name {again[0]}")
    if DELETES in names:
        raise ValueError(f"{DELETES} come by themselves, after the last wave")
    if everything := [wave.name for wave in waves[:-1] if not wave.labels]:
        raise ValueError(f"{everything[0]} has no labels; only the last wave may go without")
    return waves


Waves = Annotated[list[Wave], AfterValidator(_fitting)]
"""In order."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What one wave, or the deletes after the last one, has to do of a plan."""

    name: str
    addresses: frozenset[Address]
    """Of the changes that write; empty where it is done already."""
    bake: float = 0.0
    check: tuple[str, ...] = ()
    is_last: bool = False


def stages_of(plan: Plan, waves: Sequence[Wave]) -> tuple[Stage, ...]:
    """The plan in parts: one a wave, in order, and the deletes; every change is in one of them."""
    members: dict[str, set[Address]] = {wave.name: set() for wave in waves}
    members[DELETES] = set()
    for change in plan.changes:
        if change.action.writes:
            members[_wave_of(change, waves)].add(change.address)
    found = [
        Stage(wave.name, frozenset(members[wave.name]), wave.bake, tuple(wave.check))
        for wave in waves
    ]
    return (*found, Stage(DELETES, frozenset(members[DELETES]), is_last=True))


def _wave_of(change: Change, waves: Sequence[Wave]) -> str:
    if change.action is Action.DELETE:
        return DELETES
    for wave in waves[:-1]:
        if wave.labels.items() <= dict(change.labels).items():
            return wave.name
    return waves[-1].name


def stages_line(stages: Sequence[Stage]) -> str:
    """How many changes each stage has, in one line."""
    parts = [f"{stage.name} {len(stage.addresses)}" for stage in stages[:-1]]
    deletes = len(stages[-1].addresses)
    return f"In waves: {', '.join(parts)}{f', then {deletes} deletes' if deletes else ''}."


def part_of(plan: Plan, stage: Stage, *, is_first: bool = False) -> Plan:
    """What a stage sends of a plan; the first one also records what needs no request."""
    return replace(
        plan,
        changes=tuple(
            change
            for change in plan.changes
            if change.address in stage.addresses or (is_first and not change.action.writes)
        ),
        forgotten=plan.forgotten if is_first else (),
        leftovers=plan.leftovers if stage.is_last else (),
    )


def left_to_bake(stage: Stage, runs: Sequence[RunRecord], now: str) -> float:
    """How much of its bake time is left to a stage that an earlier run has sent.

    Args:
        stage: the stage.
        runs: the history, oldest first.
        now: the time of day, ISO 8601.
    """
    ended = next((run.ended for run in reversed(runs) if run.wave == stage.name), "")
    if not ended:
        return 0.0
    passed = datetime.fromisoformat(now) - datetime.fromisoformat(ended)
    return min(stage.bake, max(0.0, stage.bake - passed.total_seconds()))
