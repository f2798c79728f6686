"""Read live, compare, guard: everything before the first write. Gets a reader only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.core.planning import Options, World, build_plan
from reconciler.core.settling import settle
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
    return Planned(plan, world, settled=settlement.settled)
