"""`reconciler import`: definitions for live personas, or from a saved answer of the API."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.example import EXAMPLE_NAME, remove_untouched
from reconciler.cli.exits import Exit
from reconciler.cli.json_files import read_json_file
from reconciler.cli.new_definitions import DefinitionWriter, definition_stems
from reconciler.cli.progress import bar
from reconciler.cli.session import load, open_session
from reconciler.cli.wiring import open_client, target, to_write
from reconciler.core.errors import ReconcilerError, UsageError
from reconciler.core.identity import find_binding
from reconciler.report.phrasing import count
from reconciler.workflow.importing import bind_imported, claims, read_unbound
from reconciler.workflow.leasing import free

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.cli.session import Session
    from reconciler.core.document import Object
    from reconciler.core.resource import Desired, Live
    from reconciler.workflow.leasing import Terms
    from reconciler.workflow.ledger import Ledger

_SIGNS = {"persona_id", "pal_id", "persona_name", "pal_name", "system_prompt", "layers"}
"""A persona has at least one of these; an error message of the API has none."""


@click.command("import")
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.option("--all", "everything", is_flag=True, help="Every user-owned persona not yet bound.")
@click.option(
    "--file",
    "dump",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="DUMP.json",
    help="A saved answer of GET /v2/personas/ID; offline, binds nothing.",
)
@click.option("--key", default="", help="Key of the definition, where one persona is imported.")
@shared.in_project
def command(
    place: shared.Place, ids: tuple[str, ...], everything: bool, dump: Path | None, key: str
) -> int:
    """Write definitions for live personas and bind them; the next plan is empty.

    Ids, times, empty values and defaults are left out; {$env: NAME} stands for a secret, as a
    comment where the variable does not hold it. No file is overwritten. What an interrupted
    import left is continued. The example of `init` is removed if nobody edited or applied it.
    """
    if sum((bool(ids), everything, dump is not None)) != 1:
        raise UsageError("What is to be imported?", hint="Give IDs, or --all, or --file DUMP.json.")
    if key and (everything or len(ids) > 1):
        raise UsageError("--key goes with one persona")
    session = open_session(place)
    if dump is not None:
        writer = DefinitionWriter(session, key)
        for document in _read_dump(dump):
            writer.write(document)
        return Exit.DONE
    with to_write(session) as (ledger, terms):
        return asyncio.run(_import(session, ledger, terms, ids, key))


async def _import(
    session: Session, ledger: Ledger, terms: Terms, ids: Sequence[str], key: str
) -> int:
    await free(ledger, terms)
    desired = _there_already(session)
    console = session.place.console
    with bar(console, "Reading personas") as reading:
        async with open_client(session, reading.move) as client:
            found = await read_unbound(client, ledger, ids, target(session, ledger))
    if not found:
        console.say("Nothing to import: every persona is bound already.")
        return Exit.DONE
    known = claims(ledger, _without_example(session, ledger, desired, found), found)
    imported = dict(known.described)
    console.say_lines(f"{file} says what is live; it is bound as it is." for file in imported)
    console.say_lines(
        f"{address} claims {live.id}, «{live.name}», by its name, but says something else: not"
        " imported. `reconciler plan` shows what would change."
        for address, live in known.claimed.items()
    )
    writer = DefinitionWriter(session, key)
    imported |= {writer.write(live.document): live for live in known.unwritten}
    await _bind(session, ledger, imported)
    console.say(f"Imported and bound {count(len(imported), 'persona')}. See `reconciler plan`.")
    return Exit.DONE


def _there_already(session: Session) -> tuple[Desired, ...]:
    """The definitions before the import. Raises DefinitionError where one has an error.

    Its persona could not be told from one that has no definition.
    """
    loaded = load(session, require_env=False)
    if definition_stems(session):
        loaded.require()
    return loaded.desired


def _without_example(
    session: Session, ledger: Ledger, desired: Sequence[Desired], found: Sequence[Live]
) -> list[Desired]:
    """The definitions without the example of `init`, which makes way for real personas.

    It stays where it was edited, is bound, or is what is live.
    """
    file = session.directory / session.project.definitions / EXAMPLE_NAME
    name = file.relative_to(session.directory).as_posix()
    example = [item for item in desired if item.place.file == name]
    in_use = example and (
        find_binding(example[0], ledger.document)[0] or claims(ledger, example, found).described
    )
    if not example or in_use or not remove_untouched(file):
        return list(desired)
    session.place.console.say(f"{name} removed: the example of `reconciler init`, never edited.")
    return [item for item in desired if item not in example]


async def _bind(session: Session, ledger: Ledger, imported: dict[str, Live]) -> None:
    """Bind definitions to personas by file; those with an error are told, and stay unbound."""
    loaded = load(session, require_env=False)
    fresh = [desired for desired in loaded.desired if desired.place.file in imported]
    ledger.begin()
    bind_imported(ledger, fresh, imported)
    claimed = target(session, ledger)
    ledger.claim(claimed.endpoint, claimed.account)
    await ledger.flush()
    loaded.require()


def _read_dump(file: Path) -> list[Object]:
    """The personas in a saved answer: one, or the rows of a list."""
    value = read_json_file(file)
    rows = value.get("data", [value]) if isinstance(value, dict) else value
    rows = rows if isinstance(rows, list) else [rows]
    if not rows or not all(isinstance(row, dict) and _SIGNS & row.keys() for row in rows):
        raise ReconcilerError(
            "The dump is no persona",
            str(file),
            "A saved answer of GET /v2/personas/ID is expected, or of the list.",
        )
    return rows
