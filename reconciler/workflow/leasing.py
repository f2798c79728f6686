"""The lease: one run writes at a time, and one that lost it sends nothing more.

The lease stands in the state document, so whoever takes it makes every replace of the former
holder fail. A request is sent only while enough of the lease time is left to see its answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import RefusedError, StateConflictError
from reconciler.core.run import Lease

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.core.document import Json, Object
    from reconciler.core.outcome import Written
    from reconciler.core.run import Origin
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.ports import Audit, CiRuns, PersonaClient

POLL: Final = 2.0
"""Seconds between two looks at a lease that is held."""

ASK_CI: Final = 15.0
"""Seconds between two questions to the CI service, which counts them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run takes a lease, and how long it waits for one."""

    run: str
    """Id of the run."""
    origin: Origin
    seconds: float = 120.0
    """The lease time."""
    margin: float = 30.0
    """What has to be left of it when a request is sent: the longest a request may take."""
    patience: float = 300.0
    """How long to wait for a lease that another run holds."""
    alone: bool = False
    """Whether no other run can be alive, so that a lease in the document is a dead one's."""
    ci: CiRuns | None = None
    say: Callable[[str], None] = lambda _line: None
    stopped: Callable[[], bool] = lambda: False


async def acquire(ledger: Ledger, terms: Terms) -> None:
    """Wait until the lease is free or dead, and take it.

    A lease is dead when the document stayed unchanged for its whole time on our own clock, or the
    CI service says that the job which took it is over, or nobody else can be alive.

    Raises:
        StateConflictError: it was held for longer than the patience.
        StateError: the document cannot be read or written.
    """
    waiting = _Waiting(ledger, terms)
    while True:
        await waiting.until_free()
        take(ledger, terms)
        try:
            await ledger.flush()
        except StateConflictError:
            ledger.reload()
            await waiting.after_a_lost_race()
        else:
            return


def take(ledger: Ledger, terms: Terms) -> None:
    """Write the lease into the document, in memory: the next flush takes it or fails."""
    ledger.begin()
    lease = Lease(terms.run, terms.origin, ledger.clock.now(), terms.seconds)
    ledger.become(replace(ledger.document, lease=lease))


async def free(ledger: Ledger, terms: Terms) -> None:
    """Wait until nobody holds the lease, and have the next flush store that; for one change."""
    await _Waiting(ledger, terms).until_free()
    ledger.become(replace(ledger.document, lease=None))


class _Waiting:
    """One wait for a lease, over every document that comes by meanwhile."""

    def __init__(self, ledger: Ledger, terms: Terms) -> None:
        self._ledger = ledger
        self._terms = terms
        self._since = self._unchanged_since = ledger.clock.monotonic()
        self._version = ledger.version
        self._ask_ci_at = self._since
        self._told = ""

    async def until_free(self) -> None:
        """Return once the document holds no lease that anybody may still use."""
        while (lease := self._ledger.document.lease) is not None:
            self._notice_changes()
            if await self._is_dead(lease):
                self._terms.say(f"Taking over from {lease.origin}, whose run is over.")
                return
            self._give_up_after_a_while(lease)
            await self._ledger.clock.sleep(POLL)
            self._ledger.reload()

    async def after_a_lost_race(self) -> None:
        """Let who was faster go on. Raises StateConflictError after the patience."""
        if self._ledger.document.lease is not None:
            return
        if self._is_out_of_patience():
            raise StateConflictError(
                "The environment cannot be taken",
                "each time, someone else replaced the state first",
                "Nothing was sent. Run the command again later.",
            )
        await self._ledger.clock.sleep(POLL)

    def _notice_changes(self) -> None:
        if self._ledger.version != self._version:
            self._version = self._ledger.version
            self._unchanged_since = self._ledger.clock.monotonic()

    async def _is_dead(self, lease: Lease) -> bool:
        now = self._ledger.clock.monotonic()
        if self._terms.alone or now - self._unchanged_since >= lease.seconds:
            return True
        ci, job = self._terms.ci, lease.origin.ci
        if ci is None or job is None or now < self._ask_ci_at:
            return False
        self._ask_ci_at = now + ASK_CI
        return await ci.is_over(job)

    def _give_up_after_a_while(self, lease: Lease) -> None:
        held = f"by {lease.origin} since {lease.since}"
        if self._terms.stopped():
            raise RefusedError("Interrupted while waiting", f"the environment is locked {held}")
        if self._is_out_of_patience():
            raise StateConflictError(
                "Another run is changing this environment",
                held,
                "Nothing was sent. Wait longer with --lock-timeout, or, if you are sure that it"
                f" is dead: reconciler state unlock {lease.run}",
            )
        if self._told != lease.run:
            self._told = lease.run
            self._terms.say(f"Waiting: the environment is locked {held}.")

    def _is_out_of_patience(self) -> bool:
        return self._ledger.clock.monotonic() - self._since >= self._terms.patience


class Leased:
    """A client that writes only while the lease is surely held, and tells the audit log."""

    def __init__(
        self, client: PersonaClient, ledger: Ledger, terms: Terms, audit: Audit | None = None
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._terms = terms
        self._audit = audit
        self.list = client.list
        self.get = client.get
        self.has_draft = client.has_draft
        self.active_conversations = client.active_conversations

    def _require(self, request: str, **facts: Json) -> None:
        """Refuse to send where the lease is lost, or too little of it is left."""
        left = self._ledger.stored_at + self._terms.seconds - self._ledger.clock.monotonic()
        if self._ledger.lost or left < self._terms.margin:
            raise StateConflictError(
                "This run no longer holds the environment",
                "someone else took it over" if self._ledger.lost else "its lease ran out",
                "Nothing more was sent. Run the command again: it settles what was left open.",
            )
        if self._audit is not None:
            self._audit.note("request", request=request, **facts)

    async def create(self, document: Object) -> str:
        """As PersonaWriter.create. Raises StateConflictError where the lease is gone, as all."""
        self._require("create", name=document.get("persona_name"))
        return await self._client.create(document)

    async def patch(
        self, persona_id: str, operations: Sequence[Object], *, force: bool = False
    ) -> Written:
        """As PersonaWriter.patch."""
        told = [f"{operation['op']} {operation['path']}" for operation in operations]
        self._require("patch", id=persona_id, operations=told)
        return await self._client.patch(persona_id, operations, force=force)

    async def delete(self, persona_id: str) -> None:
        """As PersonaWriter.delete."""
        self._require("delete", id=persona_id)
        await self._client.delete(persona_id)
