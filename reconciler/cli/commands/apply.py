"""`reconciler apply`: plan, guard, approve, send, read back, record."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.approval import (
    ask,
    read_plan_file,
    require_approved,
    require_safe,
    say_left_out,
)
from reconciler.cli.exits import Exit
from reconciler.cli.progress import bar
from reconciler.cli.rendering import render_outcome, render_plan
from reconciler.cli.wiring import (
    open_client,
    open_ledger,
    open_session,
    options,
    plan_now,
    state_documents,
    target,
)
from reconciler.core.errors import UsageError
from reconciler.core.guards import Guards
from reconciler.core.resource import Address
from reconciler.workflow.applying import Settings, apply_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.cli.console import Console
    from reconciler.cli.wiring import Session
    from reconciler.core.approval import Approved
    from reconciler.core.outcome import Outcome, Result
    from reconciler.core.planning import Options
    from reconciler.live import TavusPersonas
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.planning import Planned


_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller asked of an apply."""

    session: Session
    chosen: Options
    guards: Guards
    output: str
    approved: Approved | None = None
    expect: str = ""
    auto_approve: bool = False
    force: frozenset[Address] = frozenset()

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to approve at the prompt."""
        return not (self.auto_approve or self.approved or self.expect)


@click.command("apply")
@click.argument(
    "planfile", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option(
    "--expect",
    default="",
    metavar="FINGERPRINT",
    help="Go on only if the plan has this fingerprint; then do not ask.",
)
@shared.targets
@shared.prune
@shared.overwrite
@shared.allow_updates
@shared.allow_deletes
@click.option(
    "--discard-maker-changes",
    "force",
    type=shared.AddressType(),
    multiple=True,
    metavar="ADDRESS",
    help="Throw away the unpublished edits that PAL Maker holds for this persona.",
)
@shared.formats("text", "json")
@shared.in_project
def command(
    place: shared.Place,
    planfile: Path | None,
    auto_approve: bool,
    expect: str,
    targets: tuple[Address, ...],
    prune: bool | None,
    overwrite: bool,
    allow_updates: int | None,
    allow_deletes: int | None,
    force: tuple[Address, ...],
    output: str,
) -> int:
    """Make live equal the definitions.

    With PLANFILE, a plan saved by `plan --out`, only what it approved is sent, or less.
    """
    session = open_session(place)
    approved = read_plan_file(planfile) if planfile else None
    if approved and targets:
        raise UsageError("--target goes without a plan file", hint="The plan file has its targets.")
    wish = Wish(
        session,
        options(
            session,
            prune=prune,
            overwrite=overwrite,
            targets=approved.targets if approved else targets,
        ),
        Guards(session.settings.guards, allow_updates, allow_deletes),
        output,
        approved,
        expect,
        auto_approve,
        frozenset(force),
    )
    with state_documents(session).exclusive():
        return asyncio.run(_apply(wish))


async def _apply(wish: Wish) -> int:
    session = wish.session
    ledger = open_ledger(session)
    console = session.place.console
    with bar(console, "Reading personas") as reading:
        async with open_client(session, reading.move) as client:
            planned = await plan_now(session, client, ledger, wish.chosen)
            reading.hide()
            text = render_plan(session, planned, "text", wish.guards)
            if wish.output == "text":
                console.print(text)
            elif wish.needs_a_person:
                console.say(text)
            require_approved(planned, wish.approved, wish.expect)
            if wish.approved:
                say_left_out(wish.approved, planned.plan, console)
            require_safe(planned.plan, wish.guards)
            if planned.plan.has_changes and wish.needs_a_person:
                ask(console)
                # Somebody may have looked at it for an hour.
                fingerprint = planned.plan.fingerprint
                planned = await plan_now(session, client, ledger, wish.chosen)
                require_approved(planned, None, fingerprint)
                require_safe(planned.plan, wish.guards)
            outcome = await _send(wish, planned, client, ledger)
    if wish.output == "json" or planned.plan.has_changes or outcome.problem:
        console.print(render_outcome(outcome, planned.plan, console, wish.output))
    return _exit(outcome)


async def _send(wish: Wish, planned: Planned, client: TavusPersonas, ledger: Ledger) -> Outcome:
    session = wish.session
    writes = sum(change.action.writes for change in planned.plan.changes)
    stop = asyncio.Event()
    ledger.begin()
    claimed = target(session, ledger)
    ledger.claim(claimed.endpoint, claimed.account)
    with bar(session.place.console, "Applying", writes) as applying:

        def on_result(result: Result) -> None:
            del result
            applying.step()

        settings = Settings(session.settings.client.concurrency, wish.force, on_result, stop)
        with _stopping(stop, session.place.console):
            return await apply_plan(planned, client, ledger, settings)


@contextmanager
def _stopping(stop: asyncio.Event, console: Console) -> Iterator[None]:
    """The first signal starts nothing new; Ctrl-C after that waits for no answer any more."""
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        console.say("Stopping: what is in flight is finished and recorded. Ctrl-C ends at once.")
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
    return Exit.PARTIAL if outcome.anything_done else Exit.ERROR
