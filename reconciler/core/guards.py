"""Rules that can refuse a plan: too many updates or deletes, a protected persona, a conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.core.resource import OnActive
from reconciler.core.talking import reaches_somebody

if TYPE_CHECKING:
    from reconciler.core.limit import Limit
    from reconciler.core.plan import Plan
    from reconciler.core.project import GuardSettings

FLOOR: Final = 3
"""A share never forbids fewer than this: one change in a fleet of five is no accident."""


@dataclass(frozen=True, slots=True)
class Guards:
    """The limits of an environment, and what the caller has confirmed."""

    limits: GuardSettings
    allow_updates: int | None = None
    """The number of updates confirmed on the command line; has to match exactly."""
    allow_deletes: int | None = None
    when_idle: bool = False
    """Whether nothing is sent about a persona while somebody talks with it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a plan may not be applied."""

    guard: str
    """Its name, e.g. max_deletes."""
    text: str
    way_round: str


def refusals(plan: Plan, guards: Guards) -> tuple[Refusal, ...]:
    """Every guard that refuses the plan; conflicts are not guards and are not listed here."""
    updates = plan.count(Action.UPDATE) + sum(
        change.action is Action.ADOPT and bool(change.patches) for change in plan.changes
    )
    deletes = plan.count(Action.DELETE)
    total = plan.bound + plan.count(Action.ADOPT)
    found = [
        *_over("max_updates", updates, total, guards.limits.max_updates, guards.allow_updates),
        *_over("max_deletes", deletes, total, guards.limits.max_deletes, guards.allow_deletes),
    ]
    if deletes and not plan.definitions:
        text = f"{deletes} to delete, and not one definition is for this environment"
        way_round = "if all are meant, delete them in Tavus and forget the bindings"
        found.append(Refusal("no_definitions", text, way_round))
    return (*found, *protected(plan), *talking(plan, guards))


def protected(plan: Plan) -> tuple[Refusal, ...]:
    """The deletes that are refused whatever the options say."""
    return tuple(
        Refusal(
            "protect",
            f"{change.address} is protected and would be deleted",
            "put its definition back, or unprotect and apply it first",
        )
        for change in plan.changes
        if change.action is Action.DELETE and change.protected
    )


def talking(plan: Plan, guards: Guards) -> tuple[Refusal, ...]:
    """The changes that may not be sent because somebody talks with the persona, or may do so."""
    if guards.when_idle or plan.against:
        return ()
    return tuple(
        Refusal(
            "on_active_conversations",
            f"{change.address} says refuse, and {_how_many(change.conversations)}",
            "give --when-idle, which sends it once nobody talks with it",
        )
        for change in plan.changes
        if change.on_active is OnActive.REFUSE
        and reaches_somebody(change)
        and change.conversations != 0
    )


def _how_many(conversations: int | None) -> str:
    if conversations is None:
        return "whether conversations are active is not known"
    return "1 conversation is active" if conversations == 1 else f"{conversations} are active"


def _over(name: str, count: int, total: int, limit: Limit, confirmed: int | None) -> list[Refusal]:
    kind = name.removeprefix("max_")
    option = f"--allow-{kind}"
    plural = f"{count} {kind}" if count != 1 else f"1 {kind.removesuffix('s')}"
    if confirmed is not None and confirmed != count:
        text = f"{option} {confirmed} was given, but the plan has {plural}"
        return [Refusal(name, text, f"read the plan, then give {option} {count}")]
    if confirmed is None and count > limit.of(total, floor=FLOOR):
        verb = "is" if count == 1 else "are"
        text = f"{plural} {verb} more than {name} ({limit}) allows for {total} existing personas"
        return [Refusal(name, text, f"if all of them are meant: {option} {count}")]
    return []
