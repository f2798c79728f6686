"""`reconciler environments`: how every persona stands in every environment. Never writes."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.commands.plan import make
from reconciler.cli.exits import Exit
from reconciler.cli.session import load, open_session
from reconciler.cli.wiring import options
from reconciler.core.errors import DefinitionError, ReconcilerError
from reconciler.core.standing import Column, Matrix, Standing, column_of
from reconciler.report.environments import environments_document, environments_text
from reconciler.report.machine import to_text
from reconciler.report.phrasing import diagnostic_lines

if TYPE_CHECKING:
    from reconciler.cli.session import Session


@click.command("environments")
@click.option(
    "--env",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this environment; may be repeated.",
)
@click.option("--all", "every", is_flag=True, help="A row for each persona, however many.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 where not all is in sync.")
@shared.formats("text", "json")
@shared.in_whole_project
def command(
    place: shared.Place, names: tuple[str, ...], every: bool, detailed_exitcode: bool, output: str
) -> int:
    """Show how each persona stands in each environment; writes nothing.

    in sync; ahead: git moved, not applied yet; drifted: changed outside; diverged: both; absent:
    not created yet; conflict; orphan: its definition is gone; not meant: no definition for the
    environment. An environment that cannot be planned is unknown, with the reason below the
    table, and the exit code is 1; the others are shown all the same.
    """
    session = open_session(place)
    chosen = [session.project.settings(name) for name in dict.fromkeys(names)] or [
        session.project.settings(name) for name in session.project.environments
    ]
    matrix = Matrix(tuple(_column(replace(session, settings=one)) for one in chosen))
    if output == "json":
        place.console.print(to_text(dict(environments_document(matrix))))
    else:
        width = shutil.get_terminal_size((100, 24)).columns
        place.console.print(environments_text(matrix, width, place.console.paint, every=every))
    if not matrix.is_known:
        return Exit.ERROR
    return Exit.CHANGES if detailed_exitcode and not matrix.is_settled else Exit.DONE


def _column(session: Session) -> Column:
    """The environment as planned; unknown, with the reason, where it cannot be."""
    settings = session.settings
    try:
        return column_of(asyncio.run(make(session, options(session))).plan)
    except ReconcilerError as failed:
        if isinstance(failed, DefinitionError):
            console = session.place.console
            for diagnostic in failed.diagnostics:
                console.say_lines(diagnostic_lines(diagnostic, console.paint_err))
        found = load(session, require_env=False).desired
        unknown = {desired.address: Standing.UNKNOWN for desired in found}
        return Column(settings.name, settings.environment.api, unknown, failed)
