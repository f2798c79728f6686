"""How far a change of a fragment reaches: which personas it changes, and who talks with them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.talking import reaches_somebody

if TYPE_CHECKING:
    from reconciler.core.plan import Change, Plan
    from reconciler.core.resource import Address


@dataclass(frozen=True, slots=True)
class Reach:
    """A file that several definitions are made of, and the personas that change because of it."""

    file: str
    addresses: tuple[Address, ...]
    conversations: int | None
    """Active now, with all of them together; None where that is not known."""


def reach(plan: Plan) -> tuple[Reach, ...]:
    """The fragments with changed fields of two or more personas, the farthest-reaching first."""
    found: dict[str, list[Change]] = defaultdict(list)
    for change in plan.changes:
        own = change.place.file if change.place else ""
        places = (change.place_of(field.path) for field in change.fields)
        for file in dict.fromkeys(place.file for place in places if place):
            if file != own:
                found[file].append(change)
    reached = [
        Reach(file, tuple(change.address for change in changes), conversations(changes))
        for file, changes in found.items()
        if len(changes) > 1
    ]
    return tuple(sorted(reached, key=lambda one: (-len(one.addresses), one.file)))


def conversations(changes: list[Change]) -> int | None:
    """Active conversations that the changes would be heard in; None where that is not known."""
    counts = [change.conversations for change in changes if reaches_somebody(change)]
    known = [number for number in counts if number is not None]
    return sum(known) if len(known) == len(counts) else None
