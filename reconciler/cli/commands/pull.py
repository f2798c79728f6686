"""`reconciler pull`: what moved outside, into the files it belongs to. Never writes to Tavus."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.commands.plan import make
from reconciler.cli.exits import Exit
from reconciler.cli.file_changes import file_diff
from reconciler.cli.session import load, open_session
from reconciler.cli.wiring import options, to_write
from reconciler.core.action import Action
from reconciler.core.errors import RefusedError
from reconciler.desired.pull_check import objections
from reconciler.desired.pulling import Choices, Into, Pull
from reconciler.report.phrasing import count
from reconciler.workflow.leasing import free
from reconciler.workflow.pulling import record_pulled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.cli.session import Session
    from reconciler.core.plan import Plan
    from reconciler.core.resource import Address, Desired
    from reconciler.desired.pulling import Pulled
    from reconciler.workflow.planning import Planned


into_option = click.option(
    "--into",
    type=click.Choice([one.value for one in Into]),
    help="Where to write a value that several definitions share; asked for if left out.",
)
theirs_option = click.option(
    "--theirs", is_flag=True, help="Take what is live where git moved, too."
)


@click.command("pull")
@click.argument("addresses", nargs=-1, type=shared.AddressType(), metavar="[ADDRESS]…")
@into_option
@theirs_option
@click.option("--dry-run", "only_show", is_flag=True, help="Show the changes; write no file.")
@shared.in_project
def command(
    place: shared.Place,
    addresses: tuple[Address, ...],
    into: str | None,
    theirs: bool,
    only_show: bool,
) -> int:
    """Write what moved outside into the files it belongs to.

    Only files are written, and in the state what was pulled counts as applied: review the change,
    commit it, and apply as ever. Secrets and values that come from $env are left alone. Where one
    value cannot be written, nothing is.
    """
    session = open_session(place)
    planned = asyncio.run(make(session, options(session, targets=addresses)))
    console = session.place.console
    found, desired = prepare(session, planned, into=into, theirs=theirs)
    console.print(diffs(session, found))
    if not only_show:
        write(session, planned, found, desired)
    say(session, found, only_show=only_show)
    return Exit.DONE


def prepare(
    session: Session, planned: Planned, *, into: str | None, theirs: bool
) -> tuple[Pulled, Sequence[Desired]]:
    """The drift of a plan as edits of files, and the definitions they make; nothing is written.

    Raises RefusedError with all that cannot be pulled.
    """
    choices = Choices(session.settings.name, theirs, _asking(session, into))
    before = planned.world.desired
    pull = Pull(session.directory, session.project.definitions, before, choices)
    found = pull.made(planned.plan.drift)
    found.refused += _without_definition(planned.plan)
    desired = before
    if found.files and not found.refused:
        loaded = load(session, edited={file.file: file.after for file in found.files})
        found.refused += objections(found, before, loaded)
        desired = loaded.desired
    if found.refused:
        detail = "\n  ".join(("", *found.refused))
        raise RefusedError("Not everything can be pulled", detail, "No file was written.")
    return found, desired


def _without_definition(plan: Plan) -> list[str]:
    """What is said of personas that were asked for by name, and have no definition any more."""
    gone = {Action.ORPHAN, Action.DELETE}
    left = {known.address for known in plan.changes if known.action in gone}
    return [
        f"{address}: its definition is gone; restore it from git, or forget it and import it anew"
        for address in sorted(plan.targets & left)
    ]


def _asking(session: Session, into: str | None) -> Callable[[str], Into | None]:
    """Who decides where a shared value is written: the option, or a person at a terminal."""
    console = session.place.console

    def ask(told: str) -> Into | None:
        if into is not None or not console.is_terminal:
            return Into(into) if into else None
        console.say(told)
        choice = click.Choice([one.value for one in Into])
        return Into(click.prompt("Write it into", type=choice, err=True))

    return ask


def diffs(session: Session, found: Pulled) -> str:
    """What becomes of the files."""
    return "".join(file_diff(session.place.console, file) for file in found.files)


def write(
    session: Session,
    planned: Planned,
    found: Pulled,
    desired: Sequence[Desired],
    *,
    records: bool = True,
) -> None:
    """Write the files, and record what was pulled. Raises StateConflictError, StateError."""
    if not records:
        for file in found.files:
            file.write(session.directory)
    elif found.taken:
        asyncio.run(_write(session, planned, found, desired))


async def _write(
    session: Session, planned: Planned, found: Pulled, desired: Sequence[Desired]
) -> None:
    with to_write(session) as (ledger, terms):
        await free(ledger, terms)
        for file in found.files:
            file.write(session.directory)
        record_pulled(ledger, planned.world, desired, found.taken)
        await ledger.flush()


def say(session: Session, found: Pulled, *, only_show: bool = False) -> None:
    """Tell a person what was done and what was left alone."""
    console = session.place.console
    console.say_lines(f"left alone: {told}" for told in found.left)
    console.say(_said(len(found.files), only_show=only_show))


def _said(files: int, *, only_show: bool) -> str:
    if not files:
        return "Nothing to pull."
    if only_show:
        return f"{count(files, 'file')} would change; nothing was written."
    return f"{count(files, 'file')} changed. Review, commit, and apply as ever."
