"""Bring the state up to date where nothing has to be sent: moves, forgotten bindings, records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.action import Action
from reconciler.core.binding import Binding
from reconciler.core.identity import match_all
from reconciler.core.planning import sides_of
from reconciler.core.verify import verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.binding import PathRecord
    from reconciler.core.document import Path
    from reconciler.core.resource import Desired
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.planning import Planned


def refresh(planned: Planned, ledger: Ledger) -> None:
    """Record what the plan found without a request: in memory, stored with the next flush."""
    world, plan = planned.world, planned.plan
    for address in plan.forgotten:
        ledger.forget(address)
    for match in match_all(world.desired, world.live, world.state):
        change = plan.of(match.desired.address)
        if change is None or match.binding is None:
            continue
        if match.previous is not None:
            ledger.forget(match.previous)
            ledger.bind(match.desired.address, match.binding)
        if change.action is Action.NO_OP:
            verified = verify(sides_of(match, world))
            ledger.bind(change.address, binding(match.desired, change.id, verified.records))


def binding(desired: Desired, persona_id: str, records: Mapping[Path, PathRecord]) -> Binding:
    """The binding of a definition to a live persona."""
    return Binding(persona_id, records, desired.reserved.protect, desired.place.file)
