"""Read live, compare, guard: everything before the first write. Gets a reader only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.core.errors import TavusError
from reconciler.core.planning import Options, World, build_plan
from reconciler.core.settling import settle
from reconciler.core.talking import (
    reaches_somebody,
    with_conversations,
    with_unknown_conversations,
)
from reconciler.workflow.reading import Target, check_target, read_live

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.plan import Plan
    from reconciler.core.resource import Desired
    from reconciler.core.settling import Settled
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.ports import PersonaReader


@dataclass(frozen=True, slots=True)
class Request:
    """What to plan: the definitions, and what the caller decided."""

    desired: Sequence[Desired]
    options: Options
    diagnostics: Sequence[Diagnostic] = field(default_factory=tuple)
    read_each: bool = False
    with_conversations: bool = False
    """Whether to look for active conversations with the personas that would be changed."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and the world it was made from, which an apply goes on with."""

    plan: Plan
    world: World
    is_partial: bool = False
    """Whether its definitions are only parts of what is managed, as on the way back."""
    settled: tuple[Settled, ...] = ()
    """What became of the intents that an earlier run left."""


async def make_plan(request: Request, reader: PersonaReader, ledger: Ledger) -> Planned:
    """Plan, as if every intent that an earlier run left were settled; in memory only.

    Raises TavusError where live cannot be read, WrongTargetError, PatchMismatchError.
    """
    state = ledger.document
    live = await read_live(reader, state, request.desired, read_each=request.read_each)
    check_target(state, Target(request.options.endpoint, request.options.account), live)
    settlement = settle(state, live, ledger.digests)
    ledger.become(settlement.state)
    world = World(
        request.desired,
        live,
        settlement.state,
        ledger.digests,
        settlement.leftovers,
        ledger.profile,
    )
    plan = build_plan(world, request.options, diagnostics=request.diagnostics)
    if request.with_conversations:
        plan = await look_for_conversations(plan, reader)
    return Planned(plan, world, settled=settlement.settled)


async def look_for_conversations(plan: Plan, reader: PersonaReader) -> Plan:
    """The plan with what is talked about now. One list, and none where nobody would notice."""
    if not any(map(reaches_somebody, plan.changes)):
        return plan
    try:
        active = await reader.active_conversations()
    except TavusError as failed:
        return with_unknown_conversations(plan, str(failed))
    return with_conversations(plan, active)
