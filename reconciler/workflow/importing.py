"""Bring live personas under management: which ones, and the bindings that make the plan empty."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.diff import difference
from reconciler.core.document import get
from reconciler.core.errors import RefusedError
from reconciler.core.identity import find_binding
from reconciler.core.same import name_key
from reconciler.core.secret import Secret
from reconciler.core.sides import Sides
from reconciler.core.verify import verify
from reconciler.workflow.reading import require_target
from reconciler.workflow.refreshing import binding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Absent, Json
    from reconciler.core.resource import Address, Desired, Live
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


@dataclass(frozen=True, slots=True)
class Claims:
    """What the definitions that are there already say of personas to import."""

    described: Mapping[str, Live]
    """By file: personas of which an unbound definition says exactly what is live. They are left
    by an import that was interrupted before it could bind them."""
    claimed: Mapping[Address, Live]
    """Personas that an unbound definition of the same name says something else of."""
    unwritten: tuple[Live, ...]
    """Personas that no definition is for."""


def claims(ledger: Ledger, desired: Sequence[Desired], found: Sequence[Live]) -> Claims:
    """Which of the personas found are described or claimed by a definition; each by one."""
    free: dict[str, list[Desired]] = {}
    for item in desired:
        if find_binding(item, ledger.document)[0] is None:
            free.setdefault(name_key(item.name), []).append(item)
    described: dict[str, Live] = {}
    rest: list[Live] = []
    for live in found:
        same_name = free.get(name_key(live.name), [])
        match = next((item for item in same_name if _describes(item, live, ledger)), None)
        if match is None:
            rest.append(live)
            continue
        same_name.remove(match)
        described[match.place.file] = live
    claimed: dict[Address, Live] = {}
    unwritten: list[Live] = []
    for live in rest:
        if claimants := free.get(name_key(live.name)):
            claimed[claimants.pop().address] = live
        else:
            unwritten.append(live)
    return Claims(described, claimed, tuple(unwritten))


def bind_imported(ledger: Ledger, desired: Sequence[Desired], imported: Mapping[str, Live]) -> None:
    """Bind each definition to the persona in its file, recording what is live as applied.

    What is behind a mask is taken to be what the definition says: nobody can see it.
    """
    for item in desired:
        live = imported[item.place.file]
        sides = Sides.of(item, live.document, {}, ledger.digests, ledger.profile)
        records = verify(sides, _masked(sides)).records
        ledger.bind(item.address, binding(item, live.id, records))


def _describes(desired: Desired, live: Live, ledger: Ledger) -> bool:
    """Whether the next plan would be empty if the two were bound."""
    sides = Sides.of(desired, live.document, {}, ledger.digests, ledger.profile)
    return len(difference(sides).changes) == len(_masked(sides))


def _masked(sides: Sides) -> list[FieldChange]:
    """The secrets of the definition of which live shows only that there is one."""
    changes = difference(sides).changes
    return [change for change in changes if _is_mask(get(sides.live, change.path))]


def _is_mask(value: Json | Absent) -> bool:
    return isinstance(value, Secret) and value.is_mask
