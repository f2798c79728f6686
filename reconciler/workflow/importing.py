"""Bring live personas under management: which ones, and the bindings that make the plan empty."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from reconciler.core.errors import RefusedError
from reconciler.core.sides import Sides
from reconciler.core.verify import verify
from reconciler.workflow.reading import require_target
from reconciler.workflow.refreshing import binding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.resource import Desired, Live
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.ports import PersonaReader
    from reconciler.workflow.reading import Target


async def read_unbound(
    reader: PersonaReader, ledger: Ledger, ids: Sequence[str], target: Target
) -> tuple[Live, ...]:
    """The personas to import: those with these ids, or, with none given, every unbound one.

    Each is read directly: a list row may be shortened (persona-api 5.1).

    Raises:
        RefusedError: an id that does not exist or is bound already.
        WrongTargetError: the state belongs elsewhere.
    """
    await require_target(reader, ledger.document, target)
    bound = ledger.document.bound_ids()
    taken = [f"{persona_id} is {bound[persona_id]}" for persona_id in ids if persona_id in bound]
    if taken:
        raise RefusedError("Bound already", ", ".join(taken), "reconciler plan shows them.")
    chosen = list(ids) or [live.id for live in await reader.list() if live.id not in bound]
    found = await asyncio.gather(*(reader.get(persona_id) for persona_id in chosen))
    missing = [at for at, live in zip(chosen, found, strict=True) if live is None]
    if missing:
        raise RefusedError("There is no such persona", ", ".join(missing))
    return tuple(live for live in found if live is not None)


def bind_imported(ledger: Ledger, desired: Sequence[Desired], imported: Mapping[str, Live]) -> None:
    """Bind each new definition to the persona in its file, recording what is live as applied."""
    for item in desired:
        live = imported[item.place.file]
        sides = Sides.of(item, live.document, {}, ledger.digests)
        ledger.bind(item.address, binding(item, live.id, verify(sides).records))
