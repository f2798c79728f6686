"""`reconciler snapshot`: record what is live, for plans without a key."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.offline import record
from reconciler.cli.progress import bar
from reconciler.cli.session import open_session
from reconciler.state.snapshot import encode_snapshot


@click.command("snapshot")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it there; to standard output if left out.",
)
@shared.in_project
def command(place: shared.Place, out: Path | None) -> int:
    """Record the personas of the environment and what is bound to what.

    Secrets are left out, and so is the key; prompts are in it. `plan --against FILE` plans with it
    where there is no key.
    """
    session = open_session(place)
    with bar(place.console, "Reading personas") as reading:
        snapshot = asyncio.run(record(session, reading.move))
    text = encode_snapshot(snapshot, place.console.mask_value)
    if out is None:
        place.console.print(text)
    else:
        out.write_text(text, encoding="utf-8")
        place.console.say(f"Recorded {len(snapshot.live)} personas in {out}.")
    return Exit.DONE
