"""`reconciler drift`: what moved outside since the last apply. Never writes to Tavus."""

from __future__ import annotations

import asyncio

import click

from reconciler.cli import options as shared
from reconciler.cli.commands.plan import make
from reconciler.cli.commands.pull import pull
from reconciler.cli.exits import Exit
from reconciler.cli.rendering import render_drift
from reconciler.cli.session import open_session
from reconciler.cli.wiring import options
from reconciler.core.resource import Address


@click.command("drift")
@click.option("--pull", "pulls", is_flag=True, help="Write it into the files, as `pull` does.")
@shared.targets
@shared.formats("text", "json")
@shared.in_project
def command(place: shared.Place, pulls: bool, targets: tuple[Address, ...], output: str) -> int:
    """Show what moved outside since the last apply; without --pull writes nothing.

    Exit 2 where live moved, 0 where it did not. What git has and live lacks is told apart: it is
    no drift.
    """
    session = open_session(place)
    planned = asyncio.run(make(session, options(session, targets=targets)))
    place.console.print(render_drift(planned.plan, place.console, output))
    if pulls:
        return pull(session, planned)
    return Exit.CHANGES if planned.plan.drift or planned.plan.vanished else Exit.DONE
