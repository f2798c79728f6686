"""`reconciler import`: definitions for live personas, or from a saved answer of the API."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.json_files import read_json_file
from reconciler.cli.progress import bar
from reconciler.cli.wiring import (
    load,
    open_client,
    open_session,
    target,
    to_write,
)
from reconciler.core.errors import ReconcilerError, RefusedError, UsageError
from reconciler.core.resource import KEY_PATTERN, Live
from reconciler.core.vocabulary import Vocabulary
from reconciler.desired.export import definition, definition_files, key_from_name
from reconciler.report.phrasing import count
from reconciler.workflow.importing import bind_imported, read_unbound
from reconciler.workflow.leasing import free

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.cli.wiring import Session
    from reconciler.core.document import Object
    from reconciler.workflow.leasing import Terms
    from reconciler.workflow.ledger import Ledger

_SUFFIXES = ("*.md", "*.yaml", "*.yml", "*.json")
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

    Ids, times, empty values, defaults and masked secrets are left out. No file is overwritten.
    """
    if sum((bool(ids), everything, dump is not None)) != 1:
        raise UsageError("What is to be imported?", hint="Give IDs, or --all, or --file DUMP.json.")
    if key and (everything or len(ids) > 1):
        raise UsageError("--key goes with one persona")
    session = open_session(place)
    writer = _Writer(session, key)
    if dump is not None:
        for document in _read_dump(dump):
            writer.write(document)
        return Exit.DONE
    with to_write(session) as (ledger, terms):
        return asyncio.run(_import(session, ledger, terms, ids, writer))


async def _import(
    session: Session, ledger: Ledger, terms: Terms, ids: Sequence[str], writer: _Writer
) -> int:
    await free(ledger, terms)
    console = session.place.console
    with bar(console, "Reading personas") as reading:
        async with open_client(session, reading.move) as client:
            found = await read_unbound(client, ledger, ids, target(session, ledger))
    imported = {writer.write(live.document): live for live in found}
    if not imported:
        console.say("Nothing to import: every persona is bound already.")
        return Exit.DONE
    await _bind(session, ledger, imported)
    console.say(f"Imported and bound {count(len(imported), 'persona')}. See `reconciler plan`.")
    return Exit.DONE


async def _bind(session: Session, ledger: Ledger, imported: dict[str, Live]) -> None:
    """Bind the definitions just written; the ones with an error are told, and stay unbound."""
    loaded = load(session, require_env=False)
    fresh = [desired for desired in loaded.desired if desired.place.file in imported]
    ledger.begin()
    bind_imported(ledger, fresh, imported)
    claimed = target(session, ledger)
    ledger.claim(claimed.endpoint, claimed.account)
    await ledger.flush()
    loaded.require()


class _Writer:
    """Writes definition files with keys that are free."""

    def __init__(self, session: Session, key: str = "") -> None:
        self._session = session
        self._root = session.directory / session.project.definitions
        self._key = key
        stems = {path.stem for suffix in _SUFFIXES for path in self._root.rglob(suffix)}
        self._taken = stems | {d.address.key for d in load(session, require_env=False).desired}

    def write(self, document: Object) -> str:
        """Write the definition of one persona; its file, as in Place. Overwrites nothing."""
        tidy, notes = definition(document)
        key = self._key or key_from_name(str(tidy.get("persona_name") or ""), self._taken)
        if key in self._taken:
            raise RefusedError("The key is taken", key, "Choose another with --key.")
        if not re.fullmatch(KEY_PATTERN, key):
            raise UsageError("That is no key", key, "Letters, digits, dots, dashes, underscores.")
        pals = self._session.settings.client.dialect == "pals"
        words = Vocabulary.PAL if pals else Vocabulary.PERSONA
        suffix, text = definition_files(document, key, vocabulary=words, schema=self._schema())
        self._root.mkdir(parents=True, exist_ok=True)
        file = self._root / f"{key}{suffix}"
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
        self._taken.add(key)
        console = self._session.place.console
        name = file.relative_to(self._session.directory).as_posix()
        console.print(f"{name}\n")
        console.say_lines(f"    {note}" for note in notes)
        return name

    def _schema(self) -> str:
        file = self._session.directory / "schemas" / "persona.schema.json"
        depth = len(Path(self._session.project.definitions).parts)
        return "../" * depth + "schemas/persona.schema.json" if file.exists() else ""


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
