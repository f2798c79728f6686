"""Apply a plan: creates and updates side by side, deletes last, each write read back."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.core.errors import (
    ReconcilerError,
    TavusAuthError,
    TavusError,
    TavusRateLimitError,
    TavusUnreachableError,
)
from reconciler.core.outcome import Outcome, Result, Status
from reconciler.core.plan import Action
from reconciler.workflow.refreshing import refresh
from reconciler.workflow.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.plan import Change
    from reconciler.core.resource import Address
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.planning import Planned
    from reconciler.workflow.ports import PersonaClient

FLUSH_SECONDS = 2.0
"""How often acknowledgements go to the state while writes go on: a crash costs at most these."""

MOST_LOST = 3
"""After so many lost answers in a row nothing more is sent: the server is down, and each further
create might leave a persona that only the next run finds."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to apply."""

    concurrency: int = 8
    force: frozenset[Address] = frozenset()
    """Addresses whose unpublished edits in PAL Maker are thrown away."""
    on_result: Callable[[Result], None] = lambda _result: None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    """Once set, nothing new is started; what is in flight is finished and recorded."""


async def apply_plan(
    planned: Planned, client: PersonaClient, ledger: Ledger, settings: Settings
) -> Outcome:
    """Do what the plan says. Failures of single changes are Results.

    The caller has checked guards, conflicts and approval.

    Raises:
        StateConflictError: someone else replaced the state since it was read; nothing was sent.
        StateError: the state cannot be written; nothing was sent.
    """
    ledger.begin()
    refresh(planned, ledger)
    if planned.plan.has_changes:
        ledger.touch()
    await ledger.flush()
    writing = Writing(planned.world, client, ledger, settings.force)
    run = _Run(writing, settings)
    changes = [change for change in planned.plan.changes if change.action.writes]
    deletes = [change for change in changes if change.action is Action.DELETE]
    others = [change for change in changes if change.action is not Action.DELETE]
    flusher = asyncio.create_task(_flush_regularly(ledger, settings.stop, run))
    try:
        await run.all(others)
        if all(result.status.succeeded for result in run.results.values()):
            await run.all(deletes)
    finally:
        # Also when a second interrupt cancels the run: what was acknowledged is not lost.
        flusher.cancel()
        with suppress(asyncio.CancelledError):
            await flusher
        problem = await _flush(ledger) or run.problem
    missing = [Result(c.address, c.action, Status.NOT_STARTED, c.id) for c in changes]
    results = {result.address: result for result in missing} | run.results
    ordered = tuple(results[address] for address in sorted(results))
    waiting = any(result.status is Status.NOT_STARTED for result in ordered)
    return Outcome(ordered, waiting and settings.stop.is_set() and not run.halted, problem)


class _Run:
    """The workers of one apply and what they found."""

    def __init__(self, writing: Writing, settings: Settings) -> None:
        self.results: dict[Address, Result] = {}
        self.halted = False
        self.problem = ""
        self._lost = 0
        self._writing = writing
        self._settings = settings

    async def all(self, changes: list[Change]) -> None:
        """Work through the changes until done or told to stop."""
        queue = deque(changes)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._settings.concurrency, len(queue))):
                group.create_task(self._work(queue))

    async def _work(self, queue: deque[Change]) -> None:
        while queue and not self._settings.stop.is_set():
            change = queue.popleft()
            result = await self._one(change)
            self.results[change.address] = result
            self._lost = self._lost + 1 if result.status is Status.UNKNOWN else 0
            if self._lost >= MOST_LOST:
                self.halt()
            self._settings.on_result(result)

    async def _one(self, change: Change) -> Result:
        try:
            return await self._writing.perform(change)
        except TavusError as failed:
            if isinstance(failed, TavusAuthError | TavusRateLimitError | TavusUnreachableError):
                self.halt()
            return failure(change, failed)
        except ReconcilerError as failed:
            self.halt()
            return failure(change, failed)

    def halt(self, problem: str = "") -> None:
        """Start nothing more: every further request would fail like the last one."""
        self.halted = True
        self.problem = self.problem or problem
        self._settings.stop.set()


def failure(change: Change, failed: ReconcilerError) -> Result:
    """The Result of a change that raised before anything of it could have taken effect."""
    return Result(change.address, change.action, Status.FAILED, change.id, str(failed), failed.hint)


async def _flush_regularly(ledger: Ledger, stop: asyncio.Event, run: _Run) -> None:
    while not stop.is_set():
        await asyncio.sleep(FLUSH_SECONDS)
        if problem := await _flush(ledger):
            run.halt(problem)


async def _flush(ledger: Ledger) -> str:
    """Store the state; what went wrong, if something did."""
    try:
        await asyncio.shield(ledger.flush())
    except ReconcilerError as failed:
        return str(failed)
    return ""
