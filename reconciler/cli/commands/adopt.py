"""`reconciler import`: definitions for live personas, or from a saved answer of the API."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.progress import bar
from reconciler.cli.wiring import load, open_client, open_ledger, open_session
from reconciler.core.errors import ReconcilerError, RefusedError, UsageError
from reconciler.core.resource import PERSONA, Address, Live
from reconciler.core.vocabulary import Vocabulary
from reconciler.desired.export import definition, definition_files, key_from_name
from reconciler.report.phrasing import count
from reconciler.workflow.importing import bind_imported, read_unbound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.cli.wiring import Session
    from reconciler.core.document import Object
    from reconciler.workflow.ledger import Ledger

_SUFFIXES = ("*.md", "*.yaml", "*.yml", "*.json")


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
        writer.write(_read_dump(dump))
        return Exit.DONE
    return asyncio.run(_import(session, ids, writer))


async def _import(session: Session, ids: Sequence[str], writer: _Writer) -> int:
    ledger = open_ledger(session)
    console = session.place.console
    with bar(console, "Reading personas") as reading:
        async with open_client(session, reading.move) as client:
            found = await read_unbound(client, ledger, ids)
    imported = {writer.write(live.document): live for live in found}
    if not imported:
        console.say("Nothing to import: every persona is bound already.")
        return Exit.DONE
    await _bind(session, ledger, imported)
    console.say(f"Imported and bound {count(len(imported), 'persona')}. See `reconciler plan`.")
    return Exit.DONE


async def _bind(session: Session, ledger: Ledger, imported: dict[Address, Live]) -> None:
    loaded = load(session, require_env=False)
    bind_imported(ledger, loaded.desired, imported)
    ledger.claim(session.settings.environment.api, ledger.document.account)
    await ledger.flush()
    loaded.require()


class _Writer:
    """Writes definition files with keys that are free."""

    def __init__(self, session: Session, key: str = "") -> None:
        self._session = session
        self._root = session.directory / session.project.definitions
        self._key = key
        self._taken = {path.stem for suffix in _SUFFIXES for path in self._root.rglob(suffix)}

    def write(self, document: Object) -> Address:
        """Write the definition of one persona; its address. Overwrites nothing."""
        tidy, notes = definition(document)
        key = self._key or key_from_name(str(tidy.get("persona_name") or ""), self._taken)
        if key in self._taken:
            raise RefusedError("The key is taken", key, "Choose another with --key.")
        address = Address.parse(key)
        pals = self._session.settings.client.dialect == "pals"
        words = Vocabulary.PAL if pals else Vocabulary.PERSONA
        suffix, text = definition_files(document, key, vocabulary=words, schema=self._schema())
        self._root.mkdir(parents=True, exist_ok=True)
        file = self._root / f"{key}{suffix}"
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
        self._taken.add(key)
        console = self._session.place.console
        console.print(f"{file.relative_to(self._session.directory)}\n")
        console.say_lines(f"    {note}" for note in notes)
        return Address(PERSONA, address.key)

    def _schema(self) -> str:
        file = self._session.directory / "schemas" / "persona.schema.json"
        depth = len(Path(self._session.project.definitions).parts)
        return "../" * depth + "schemas/persona.schema.json" if file.exists() else ""


def _read_dump(file: Path) -> Object:
    try:
        value = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as failed:
        raise ReconcilerError("The dump cannot be read", f"{file}: {failed}") from None
    if isinstance(value, dict) and isinstance(value.get("data"), list) and len(value["data"]) == 1:
        value = value["data"][0]
    if not isinstance(value, dict):
        raise ReconcilerError("The dump is no persona", f"{file}: one JSON object is expected")
    return value
