"""What every operation is given: the transaction, the request, the switches, the disturbances."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.sandbox import replies
from reconciler.sandbox.rows import Owner
from reconciler.sandbox.showing import masked, shown
from reconciler.sandbox.words import to_route

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.sandbox.calls import Asked
    from reconciler.sandbox.database import Session
    from reconciler.sandbox.faults import Hit
    from reconciler.sandbox.rows import Row
    from reconciler.sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class Conditions:
    """Disturbances inside an operation, as against around it."""

    since: float = math.inf
    """Reads do not see writes younger than this."""
    ignored: tuple[str, ...] = ()
    """Patterns for pointers of operations that a PATCH drops silently."""
    page: tuple[Hit, ...] = ()
    """What happens to a list page."""


@dataclass(frozen=True, slots=True)
class Call:
    """One operation under way."""

    session: Session
    asked: Asked
    switches: Switches
    conditions: Conditions

    def authorise(self) -> None:
        """Refuse a missing or wrong key with 401."""
        key = self.switches.api_key
        if not self.asked.key or (key and self.asked.key != key):
            raise replies.Refusal(replies.unauthorised())

    def find(self, persona_id: str) -> Row:
        """The persona, as old as the conditions say. Refuses an unknown id."""
        row = self.session.row(persona_id, self.conditions.since)
        if row is None:
            raise replies.Refusal(replies.not_found(self.asked.vocabulary, self.switches))
        return row

    def find_own(self, persona_id: str) -> Row:
        """As find(), for writing: refuses stock personas too."""
        row = self.find(persona_id)
        if row.owner is not Owner.USER:
            raise replies.Refusal(replies.not_yours(self.asked.vocabulary))
        return row

    def routed(self, record: Object) -> Object:
        """A record, or an error dict of its shape, in the words of the route."""
        both = self.switches.both_interruptibility
        return to_route(record, self.asked.vocabulary, both=both)

    def visible(self, stored: Object) -> Object:
        """A stored record as it goes out."""
        return self.routed(masked(shown(stored, self.switches), self.switches))
