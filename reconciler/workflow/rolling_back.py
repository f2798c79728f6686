"""Undo one run: its images, live as it is now, and the plan of the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.errors import RefusedError, StateError
from reconciler.core.planning import World
from reconciler.core.rollback import Image, way_back
from reconciler.core.settling import settle
from reconciler.workflow.planning import Planned, look_for_conversations
from reconciler.workflow.reading import Target, check_target, read_live

if TYPE_CHECKING:
    from reconciler.core.planning import Options
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.ports import PersonaReader


def images_of(ledger: Ledger, run: str) -> tuple[Image, ...]:
    """What a run did to each address. Raises RefusedError where that is not known, StateError."""
    known = next((one for one in ledger.document.runs if one.id == run), None)
    value = ledger.recall(known.object_name) if known else None
    if value is None:
        raise RefusedError("There is no such run", run, "reconciler history lists them.")
    try:
        return tuple(Image.of(address, one) for address, one in sorted(value["changes"].items()))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StateError("The images of the run cannot be read", run) from None


async def plan_way_back(
    run: str, options: Options, reader: PersonaReader, ledger: Ledger
) -> Planned:
    """Plan to undo a run.

    Raises RefusedError where there is no such run, TavusError, WrongTargetError,
    PatchMismatchError.
    """
    images = images_of(ledger, run)
    live = await read_live(reader, ledger.document, ())
    check_target(ledger.document, Target(options.endpoint, options.account), live)
    settlement = settle(ledger.document, live, ledger.digests)
    ledger.become(settlement.state)
    world = World((), live, settlement.state, ledger.digests, profile=ledger.profile)
    plan, world = way_back(images, world, options)
    plan = await look_for_conversations(plan, reader)
    return Planned(plan, world, is_partial=True, settled=settlement.settled)
