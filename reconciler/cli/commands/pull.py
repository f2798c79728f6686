"""`reconciler pull`: what moved outside, into the files it belongs to. Never writes to Tavus."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.commands.plan import make
from reconciler.cli.exits import Exit
from reconciler.cli.file_changes import file_diff
from reconciler.cli.session import open_session
from reconciler.cli.wiring import options
from reconciler.core.errors import RefusedError
from reconciler.desired.pulling import Choices, Into, Pull
from reconciler.report.phrasing import count

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.core.resource import Address
    from reconciler.workflow.planning import Planned


@click.command("pull")
@click.argument("addresses", nargs=-1, type=shared.AddressType(), metavar="[ADDRESS]…")
@click.option(
    "--into",
    type=click.Choice([one.value for one in Into]),
    help="Where to write a value that several definitions share; asked for if left out.",
)
@click.option("--theirs", is_flag=True, help="Take what is live where git moved, too.")
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

    Only files are written: review the change, commit it, and apply as ever. Secrets and values
    that come from $env are left alone. Where one value cannot be written, nothing is.
    """
    session = open_session(place)
    planned = asyncio.run(make(session, options(session, targets=addresses)))
    return pull(session, planned, into=into, theirs=theirs, only_show=only_show)


def pull(
    session: Session,
    planned: Planned,
    *,
    into: str | None = None,
    theirs: bool = False,
    only_show: bool = False,
) -> int:
    """Write the drift of a plan into the files. Raises RefusedError with all that cannot be."""
    console = session.place.console

    def ask(told: str) -> Into | None:
        if into is not None or not console.is_terminal:
            return Into(into) if into else None
        console.say(told)
        choice = click.Choice([one.value for one in Into])
        return Into(click.prompt("Write it into", type=choice, err=True))

    choices = Choices(session.settings.name, theirs, ask)
    root = session.project.definitions
    found = Pull(session.directory, root, planned.world.desired, choices).made(planned.plan.drift)
    if found.refused:
        detail = "\n  ".join(("", *found.refused))
        raise RefusedError("Not everything can be pulled", detail, "No file was written.")
    console.print("".join(file_diff(console, file) for file in found.files))
    if not only_show:
        for file in found.files:
            file.write(session.directory)
    console.say_lines(f"left alone: {told}" for told in found.left)
    console.say(_said(len(found.files), only_show=only_show))
    return Exit.DONE


def _said(files: int, *, only_show: bool) -> str:
    if not files:
        return "Nothing to pull."
    if only_show:
        return f"{count(files, 'file')} would change; nothing was written."
    return f"{count(files, 'file')} changed. Review, commit, and apply as ever."
