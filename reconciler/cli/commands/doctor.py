"""`reconciler doctor`: whether everything a run needs is there, on one screen."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from reconciler.cli import options as shared
from reconciler.cli.checking.examination import examine
from reconciler.cli.exits import Exit
from reconciler.report.doctor import doctor_document, doctor_text
from reconciler.report.machine import to_text


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Leave out what needs the network.")
@shared.formats("text", "json")
@shared.in_project
def command(place: shared.Place, offline: bool, output: str) -> int:
    """Check the tools, the project, the key, the service and the state; what to do where it fails.

    One request looks whether the service answers and takes the key, and up to three more whether
    bound personas exist; nothing is written there. The place of the state is tried with a scratch
    document, or branch, that is removed again. Exit 1 where something failed.
    """
    checkup = place.console.mask.checkup(examine(place, datetime.now(UTC).date(), offline=offline))
    if output == "json":
        place.console.print(to_text(dict(doctor_document(checkup))))
    else:
        console = place.console
        console.print(doctor_text(checkup, console.paint, console.width))
    return Exit.ERROR if checkup.failed else Exit.DONE
