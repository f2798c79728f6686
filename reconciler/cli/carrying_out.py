"""From a plan to its outcome: show it, have it approved, send it; the way apply and rollback go."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from reconciler.cli.approval import ask, require_approved, require_safe, say_left_out
from reconciler.cli.exits import Exit
from reconciler.cli.in_waves import RollOut
from reconciler.cli.progress import bar
from reconciler.cli.rendering import render_outcome, render_plan, write_reports
from reconciler.cli.wiring import open_client, target
from reconciler.core.action import Action
from reconciler.core.waves import stages_line, stages_of
from reconciler.workflow.applying import Settings, apply_plan
from reconciler.workflow.idling import Patience

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from pathlib import Path

    from reconciler.cli.audit import AuditLog
    from reconciler.cli.console import Console
    from reconciler.cli.progress import Bar
    from reconciler.cli.session import Session
    from reconciler.core.approval import Approved
    from reconciler.core.guards import Guards
    from reconciler.core.outcome import Outcome, Result
    from reconciler.core.resource import Address
    from reconciler.core.waves import Wave
    from reconciler.live import TavusPersonas
    from reconciler.workflow.leasing import Terms
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.planning import Planned
    from reconciler.workflow.ports import Audit

    Plans = Callable[[TavusPersonas, Ledger], Awaitable[Planned]]

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller asked for."""

    session: Session
    make: Plans
    """Makes the plan; called again where time has passed or the environment was busy."""
    guards: Guards
    output: str
    command: str = "apply"
    approved: tuple[Approved, ...] = ()
    """What plan files approve, all of them together."""
    expect: str = ""
    auto_approve: bool = False
    force: frozenset[Address] = frozenset()
    patience: Patience = field(default_factory=Patience)
    waves: Sequence[Wave] = ()
    """What is sent one after the other; empty for the plan as a whole."""
    told: Callable[[Outcome], None] = lambda _outcome: None
    """Told what came of it."""
    reports: Sequence[Path] = ()
    """Files that the outcome is written to as well."""

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to approve at the prompt."""
        return not (self.auto_approve or self.approved or self.expect)

    def require(self, planned: Planned) -> None:
        """Refuse a plan that is unsafe or is not what was approved. Raises RefusedError."""
        require_approved(planned, self.approved, self.expect)
        require_safe(planned.plan, self.guards)


async def carry_out(wish: Wish, ledger: Ledger, terms: Terms, audit: AuditLog | None) -> int:
    """Plan, approve, send; the exit code."""
    console = wish.session.place.console
    with bar(console, "Reading personas") as reading:
        async with open_client(wish.session, reading.move) as client:
            planned = await wish.make(client, ledger)
            reading.hide()
            _show(wish, planned)
            wish.require(planned)
            if wish.approved:
                say_left_out(wish.approved, planned.plan, console)
            if planned.plan.has_changes and wish.needs_a_person:
                ask(console)
                # Somebody may have looked at it for an hour.
                wish = replace(wish, expect=planned.plan.fingerprint)
                planned = await wish.make(client, ledger)
                wish.require(planned)
            outcome = await _send(wish, planned, client, ledger, _settings(wish, terms, audit))
    wish.told(outcome)

    def render(form: str) -> str:
        return render_outcome(outcome, planned.plan, console, form)

    if wish.output != "text" or planned.plan.has_changes or outcome.problem:
        console.print(render(wish.output))
    write_reports(wish.reports, console, render)
    return _exit(outcome)


def _show(wish: Wish, planned: Planned) -> None:
    """The plan on standard output; beside a machine's output only a person is shown it."""
    console = wish.session.place.console
    for one in planned.settled:
        console.say(
            f"Left open by run {one.intent.run}: {one.intent.action.value}"
            f" {one.intent.address}: {one.verdict.value}"
        )
    text = render_plan(wish.session, planned, "text", wish.guards)
    if wish.output == "text":
        console.print(text)
    elif wish.needs_a_person:
        console.say(text)
    if wish.waves and planned.plan.has_changes:
        console.say(stages_line(stages_of(planned.plan, wish.waves)))


def _settings(wish: Wish, terms: Terms, audit: AuditLog | None) -> Settings:
    client = wish.session.settings.client
    stop = asyncio.Event()
    return Settings(
        concurrency=client.concurrency,
        force=wish.force,
        stop=stop,
        terms=replace(terms, stopped=stop.is_set),
        command=wish.command,
        nonce_names=client.nonce_names,
        audit=audit,
        patience=wish.patience,
    )


async def _send(
    wish: Wish, planned: Planned, client: TavusPersonas, ledger: Ledger, settings: Settings
) -> Outcome:
    session = wish.session
    fingerprint = planned.plan.fingerprint

    async def replan() -> Planned:
        anew = await wish.make(client, ledger)
        if anew.plan.fingerprint != fingerprint:
            session.place.console.say("The environment moved meanwhile; planned anew:")
            _show(wish, anew)
        wish.require(anew)
        return anew

    plan = planned.plan
    creates = plan.count(Action.CREATE)
    total = sum(change.action.writes for change in plan.changes) + creates
    # The lineage keys the digest of the account: one made before it is born matches no later one.
    ledger.begin()
    with bar(session.place.console, "Applying", total) as applying:
        settings = replace(
            settings,
            target=target(session, ledger),
            on_result=_stepping(applying, settings.audit),
            on_created=lambda _address: applying.step(),
        )
        with stopping(settings.stop, session.place.console):
            if wish.waves and plan.has_changes:
                again = partial(wish.make, client, ledger)
                roll_out = RollOut(session, again, wish.guards, client, ledger, settings)
                return await roll_out.carry_out(planned, wish.waves)
            return await apply_plan(planned, client, ledger, settings, replan)


def _stepping(applying: Bar, audit: Audit | None) -> Callable[[Result], None]:
    def on_result(result: Result) -> None:
        applying.step()
        if audit is not None:
            audit.note(
                "result",
                address=str(result.address),
                action=result.action.value,
                id=result.id,
                status=result.status.value,
                detail=result.detail,
            )

    return on_result


@contextmanager
def stopping(
    stop: asyncio.Event,
    console: Console,
    told: str = "what is in flight is finished and recorded",
) -> Iterator[None]:
    """The first signal starts nothing new; Ctrl-C after that waits for no answer any more."""
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        console.say(f"Stopping: {told}. Ctrl-C ends at once.")
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    try:
        for number in _SIGNALS:
            loop.add_signal_handler(number, on_signal)
    except NotImplementedError:  # Windows has no such handlers; there Ctrl-C ends at once
        yield
        return
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def _exit(outcome: Outcome) -> Exit:
    if outcome.succeeded:
        return Exit.DONE
    if outcome.anything_done:
        return Exit.PARTIAL
    return Exit.REFUSED if outcome.held_back else Exit.ERROR
