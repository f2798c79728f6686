"""`reconciler drift`: what moved outside since the last apply. Never writes to Tavus."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from reconciler.cli import options as shared
from reconciler.cli.commands.plan import make
from reconciler.cli.commands.pull import diffs, into_option, prepare, say, theirs_option, write
from reconciler.cli.exits import Exit
from reconciler.cli.notifying import notifying
from reconciler.cli.rendering import render_drift, write_reports
from reconciler.cli.session import open_session
from reconciler.cli.wiring import options
from reconciler.core.errors import UsageError
from reconciler.core.resource import Address


@click.command("drift")
@click.option("--pull", "pulls", is_flag=True, help="Write it into the files, as `pull` does.")
@click.option(
    "--no-record",
    is_flag=True,
    help="With --pull, write files only: for a change that has yet to be reviewed and merged.",
)
@into_option
@theirs_option
@shared.targets
@shared.reports
@shared.formats("text", "json", "markdown", "html")
@shared.in_project
def command(
    place: shared.Place,
    pulls: bool,
    no_record: bool,
    into: str | None,
    theirs: bool,
    targets: tuple[Address, ...],
    reports: tuple[Path, ...],
    output: str,
) -> int:
    """Show what moved outside since the last apply; without --pull writes nothing.

    Exit 2 where live moved, 0 where it did not. What git has and live lacks is told apart: it is
    no drift. With --pull, exit 0 once the files say what is live.
    """
    if (into or theirs or no_record) and not pulls:
        raise UsageError("--into, --theirs and --no-record go with --pull")
    session = open_session(place)
    with notifying(session, "drift") as findings:
        planned = asyncio.run(make(session, options(session, targets=targets)))
        findings.take_drift(planned.plan)
        findings.exit = Exit.DONE if findings.is_silent else Exit.CHANGES

    def render(form: str) -> str:
        return render_drift(planned.plan, place.console, form)

    place.console.print(render(output))
    write_reports(reports, place.console, render)
    if pulls:
        found, desired = prepare(session, planned, into=into, theirs=theirs)
        tell = place.console.print if output == "text" else place.console.say
        tell(diffs(session, found))
        write(session, planned, found, desired, records=not no_record)
        say(session, found)
        return Exit.DONE
    return Exit.CHANGES if planned.plan.drift or planned.plan.vanished else Exit.DONE
