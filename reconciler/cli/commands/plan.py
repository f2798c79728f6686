"""`reconciler plan`: what apply would do. Is given nothing that could write to Tavus."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.progress import bar
from reconciler.cli.rendering import render_plan, save_plan, write_reports
from reconciler.cli.session import open_session
from reconciler.cli.wiring import open_client, open_ledger, options, plan_now
from reconciler.core.errors import UsageError

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.core.planning import Options
    from reconciler.core.resource import Address
    from reconciler.workflow.planning import Planned


@click.command("plan")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the plan for `apply FILE`. It holds no secret.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 where there are changes.")
@click.option("--patch", "show_patches", is_flag=True, help="Show the exact JSON Patches, too.")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Plan against a snapshot, without a key; such a plan cannot be applied.",
)
@click.option(
    "--base",
    default="",
    metavar="REF",
    help="Plan from the definitions of this git revision, without a key and without Tavus.",
)
@shared.targets
@shared.prune
@shared.overwrite
@shared.reports
@shared.formats("text", "json", "markdown", "html", "gitlab")
@shared.in_project
def command(
    place: shared.Place,
    out: Path | None,
    detailed_exitcode: bool,
    show_patches: bool,
    against: Path | None,
    base: str,
    targets: tuple[Address, ...],
    prune: bool | None,
    overwrite: bool,
    reports: tuple[Path, ...],
    output: str,
) -> int:
    """Show what apply would do; writes nothing.

    Exit 0 whether there are changes or not; with --detailed-exitcode 2 where there are some.
    """
    if against and base:
        raise UsageError("--against and --base exclude each other")
    session = open_session(place)
    chosen = options(session, prune=prune, overwrite=overwrite, targets=targets)
    if against or base:
        planned = _offline(session, against, base, chosen)
    else:
        planned = asyncio.run(make(session, chosen, with_conversations=True))

    def render(form: str) -> str:
        return render_plan(session, planned, form, show_patches=show_patches)

    place.console.print(render(output))
    write_reports(reports, place.console, render)
    if out is not None:
        save_plan(out, planned, place.console)
    return Exit.CHANGES if detailed_exitcode and planned.plan.has_changes else Exit.DONE


def _offline(session: Session, against: Path | None, base: str, chosen: Options) -> Planned:
    from reconciler.cli.offline import plan_against, plan_between

    if against:
        return plan_against(session, against, chosen)
    return plan_between(session, base, chosen)


async def make(session: Session, chosen: Options, *, with_conversations: bool = False) -> Planned:
    """Plan with a client of its own."""
    ledger = open_ledger(session)
    with bar(session.place.console, "Reading personas") as reading:
        async with open_client(session, reading.move) as client:
            return await plan_now(
                session, client, ledger, chosen, with_conversations=with_conversations
            )
