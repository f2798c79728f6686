"""What every change of one run works with, and the Results it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import TavusProtocolError, TavusServerError, TavusUnreachableError
from reconciler.core.outcome import Result, Status
from reconciler.core.sides import Sides
from reconciler.workflow.images import Images

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.binding import PathRecord
    from reconciler.core.errors import ReconcilerError
    from reconciler.core.plan import Change
    from reconciler.core.planning import World
    from reconciler.core.resource import Address, Desired, Live
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.ports import PersonaClient

    Records = Mapping[tuple[str, ...], PathRecord]

LOST: Final = (TavusUnreachableError, TavusServerError, TavusProtocolError)
"""After one of these, a write may or may not have taken effect."""


@dataclass(frozen=True, slots=True)
class Work:
    """The world a plan was made from, the client, the ledger, and what the caller decided."""

    world: World
    client: PersonaClient
    ledger: Ledger
    force: frozenset[Address] = frozenset()
    """Addresses whose unpublished edits in PAL Maker are thrown away."""
    rereads: tuple[float, ...] = ()
    """Seconds to wait before a read-back that does not show the write is repeated."""
    images: Images = field(default_factory=Images)
    desired: Mapping[Address, Desired] = field(default_factory=dict)
    is_partial: bool = False
    """Whether the definitions are only parts, so that what they do not name stays recorded."""

    def records(self, address: Address) -> Records:
        """What is remembered of an address by now."""
        bound = self.ledger.document.bindings.get(address)
        return bound.paths if bound else {}

    def sides(self, address: Address, live: Live) -> Sides:
        """The three sides of an address."""
        return Sides.of(
            self.desired[address],
            live.document,
            self.records(address),
            self.ledger.digests,
            self.ledger.profile,
        )

    def finish(self, result: Result, live: Live | None = None) -> Result:
        """Note the outcome of a change, and how it looks now; the intent goes once it is known."""
        self.images.after(result, live, self.records(result.address))
        if result.status not in {Status.UNKNOWN, Status.NOT_STARTED}:
            self.ledger.close(str(result.address))
        return result


def result_of(change: Change, status: Status, detail: str = "", hint: str = "") -> Result:
    """A Result of a change."""
    return Result(change.address, change.action, status, change.id, detail, hint)


def failure(change: Change, failed: ReconcilerError) -> Result:
    """The Result of a change that raised before anything of it could have taken effect."""
    return result_of(change, Status.FAILED, str(failed), failed.hint)
