"""Apply a plan: take the lease with every intent, send, verify, release."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler.core.errors import RefusedError, StateConflictError, StateError
from reconciler.core.outcome import Outcome, Result, Status
from reconciler.core.run import Origin, RunRecord
from reconciler.workflow.idling import Idling, Patience
from reconciler.workflow.intending import intend
from reconciler.workflow.leasing import Leased, Terms, acquire, take
from reconciler.workflow.performing import Performer
from reconciler.workflow.refreshing import refresh
from reconciler.workflow.work import Work

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reconciler.core.resource import Address
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.planning import Planned
    from reconciler.workflow.ports import Audit, PersonaClient
    from reconciler.workflow.reading import Target

    Replan = Callable[[], Awaitable[Planned]]

FLUSH_SECONDS = 2.0
"""When the first acknowledgements go to the state; the pause doubles from then on, so that their
number does not grow with that of the changes. What a crash loses of them is settled by looking."""

_RELEASES = 3
"""How often the last replace is tried before it is given up."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to apply."""

    concurrency: int = 8
    force: frozenset[Address] = frozenset()
    """Addresses whose unpublished edits in PAL Maker are thrown away."""
    on_result: Callable[[Result], None] = lambda _result: None
    on_created: Callable[[Address], None] = lambda _address: None
    """Told when a persona has its id; its Result comes when it has its name, too."""
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    """Once set, nothing new is started; what is in flight is finished and recorded."""
    terms: Terms = field(default_factory=lambda: Terms("run", Origin()))
    """The run, and the lease it takes."""
    command: str = "apply"
    wave: str = ""
    """The wave that is sent, for the history."""
    target: Target | None = None
    """Where requests go, to be noted in the state."""
    nonce_names: bool = True
    """Whether a persona is created under a provisional name."""
    rereads: tuple[float, ...] = (0.3, 1.0)
    """Seconds to wait before a read-back that does not show the write is repeated."""
    audit: Audit | None = None
    patience: Patience = field(default_factory=Patience)
    """What waits until nobody talks with the persona, and how long."""


async def apply_plan(
    planned: Planned,
    client: PersonaClient,
    ledger: Ledger,
    settings: Settings,
    replan: Replan | None = None,
) -> Outcome:
    """Do what the plan says. Failures of single changes are Results.

    The caller has checked guards, conflicts and approval.

    Args:
        planned: a plan made from the ledger's document.
        client: reads and writes.
        ledger: the state; where nothing is to be sent it is only brought up to date.
        settings: how.
        replan: makes the plan anew and checks it again, where the environment was not free; it
            raises what the caller's checks raise. Without it such a run is refused.

    Raises:
        StateConflictError: someone else has the environment, or replaced the state.
        StateError: the state cannot be written.
        In both cases nothing was sent.
    """
    run = _Run(client, ledger, settings)
    if planned.plan.has_changes or ledger.document.lease is not None:
        planned = await run.begin(planned, replan)
    if not planned.plan.has_changes:
        await run.record_only(planned)
        return Outcome()
    return await run.carry_out(planned)


class _Run:
    """One apply, from its lease to its release."""

    def __init__(self, client: PersonaClient, ledger: Ledger, settings: Settings) -> None:
        self._client = Leased(client, ledger, settings.terms, settings.audit)
        self._ledger = ledger
        self._settings = settings
        self._record = RunRecord(
            settings.terms.run,
            settings.command,
            settings.terms.origin,
            ledger.clock.now(),
            wave=settings.wave,
        )

    async def record_only(self, planned: Planned) -> None:
        """Store what the plan found out, and give back a lease that was waited for."""
        self._prepare(planned)
        self._ledger.become(replace(self._ledger.document, lease=None))
        # Whoever replaced it meanwhile, or the next run, finds out the same.
        with suppress(StateConflictError):
            await self._ledger.flush()

    def _prepare(self, planned: Planned) -> None:
        self._ledger.begin()
        if self._settings.target is not None:
            self._ledger.claim(self._settings.target.endpoint, self._settings.target.account)
        refresh(planned, self._ledger)

    async def begin(self, planned: Planned, replan: Replan | None) -> Planned:
        """Take the lease together with all intents; where it is not free, wait and plan anew."""
        if self._ledger.document.lease is None:
            try:
                await self._take_with_intents(planned)
            except StateConflictError:
                if replan is None:
                    raise
                self._ledger.reload()
            else:
                return planned
        elif replan is None:
            raise StateConflictError("Another run is changing this environment")
        await acquire(self._ledger, self._settings.terms)
        try:
            planned = await replan()
            if planned.plan.has_changes:
                await self._take_with_intents(planned)
        except BaseException:
            await self._give_back()
            raise
        return planned

    async def _take_with_intents(self, planned: Planned) -> None:
        ledger, settings = self._ledger, self._settings
        self._prepare(planned)
        take(ledger, settings.terms)
        self._work = Work(
            planned.world,
            self._client,
            ledger,
            settings.force,
            settings.rereads,
            desired={desired.address: desired for desired in planned.world.desired},
            is_partial=planned.is_partial,
        )
        intend(planned, self._work, self._record.id, with_nonce=settings.nonce_names)
        ledger.become(ledger.document.with_run(self._record))
        ledger.keep(self._record.object_name, self._work.images.value)
        await ledger.flush()

    async def _give_back(self) -> None:
        """Free a lease under which nothing was sent."""
        with suppress(StateError, StateConflictError):
            self._ledger.reload()
            lease = self._ledger.document.lease
            if lease is not None and lease.run == self._settings.terms.run:
                self._ledger.become(replace(self._ledger.document, lease=None))
                await self._ledger.flush()

    async def carry_out(self, planned: Planned) -> Outcome:
        """Send everything, and release the lease whatever happens."""
        settings = self._settings
        performer = Performer(
            self._work,
            settings.concurrency,
            settings.stop,
            settings.on_result,
            settings.on_created,
            Idling(
                self._client,
                self._ledger.clock,
                settings.patience,
                settings.stop,
                settings.terms.say,
            ),
        )
        storing = asyncio.create_task(self._keep_storing(performer))
        try:
            await performer.perform(planned.plan)
        finally:
            # Also when a second interrupt cancels the run: what was acknowledged is not lost.
            storing.cancel()
            with suppress(asyncio.CancelledError):
                await storing
            outcome = self._outcome(planned, performer)
            problem = await self._release(outcome)
        return replace(outcome, problem=performer.problem or problem)

    async def _keep_storing(self, performer: Performer) -> None:
        """Store acknowledgements now and then, and keep the lease alive."""
        ledger, terms = self._ledger, self._settings.terms
        pause = FLUSH_SECONDS
        while not performer.halted:
            await ledger.clock.sleep(pause)
            pause = min(2 * pause, terms.seconds / 4)
            if ledger.clock.monotonic() - ledger.stored_at > terms.seconds / 2:
                ledger.touch()
            try:
                await asyncio.shield(ledger.flush())
            except StateConflictError as lost:
                performer.halt(str(lost))
            except StateError:
                # It may pass; without a lease nothing is sent, and the release tries once more.
                continue

    def _outcome(self, planned: Planned, performer: Performer) -> Outcome:
        changes = [change for change in planned.plan.changes if change.action.writes]
        missing = [Result(c.address, c.action, Status.NOT_STARTED, c.id) for c in changes]
        results = {result.address: result for result in missing} | performer.results
        ordered = tuple(results[address] for address in sorted(results))
        waiting = any(result.status is Status.NOT_STARTED for result in ordered)
        interrupted = waiting and self._settings.stop.is_set() and not performer.halted
        return Outcome(ordered, interrupted, leftovers=tuple(performer.leftovers))

    async def _release(self, outcome: Outcome) -> str:
        """Free the lease and record the run in one replace; what went wrong, if something did."""
        ledger = self._ledger
        for result in outcome.results:
            if result.status is Status.NOT_STARTED:
                ledger.close(str(result.address))
        counts = {status.value: outcome.count(status) for status in Status}
        ended = replace(
            self._record,
            ended=ledger.clock.now(),
            counts={status: number for status, number in counts.items() if number},
        )
        known = ledger.document
        ledger.become(replace(known.with_run(ended), lease=None))
        for dropped in {run.object_name for run in known.runs} - {
            run.object_name for run in ledger.document.runs
        }:
            ledger.keep(dropped, None)
        ledger.keep(ended.object_name, self._work.images.value)
        return await self._store_at_last()

    async def _store_at_last(self) -> str:
        for attempt in range(1, _RELEASES + 1):
            try:
                await asyncio.shield(self._ledger.flush())
            except RefusedError as lost:
                return str(lost)
            except StateError as failed:
                if attempt == _RELEASES:
                    return str(failed)
                await self._ledger.clock.sleep(attempt)
            else:
                break
        return ""
