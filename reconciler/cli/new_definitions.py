"""Definition files for personas that have none yet."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.session import load
from reconciler.cli.wiring import service_profile
from reconciler.core.errors import RefusedError, UsageError
from reconciler.core.resource import KEY_PATTERN
from reconciler.core.service.behaviour import defaults
from reconciler.core.vocabulary import Vocabulary
from reconciler.desired.export import definition_files, key_from_name, name_of
from reconciler.desired.text import write_text

if TYPE_CHECKING:
    from reconciler.cli.session import Session
    from reconciler.core.document import Object

_SUFFIXES = ("*.md", "*.yaml", "*.yml", "*.json")


def definition_stems(session: Session) -> set[str]:
    """The names, without suffix, of all files that may be definitions."""
    root = session.directory / session.project.definitions
    return {path.stem for suffix in _SUFFIXES for path in root.rglob(suffix)}


class DefinitionWriter:
    """Writes definition files with keys that are free."""

    def __init__(self, session: Session, key: str = "") -> None:
        self._session = session
        self._root = session.directory / session.project.definitions
        self._key = key
        self._defaults = defaults(service_profile(session))
        self._taken = definition_stems(session) | {
            d.address.key for d in load(session, require_env=False).desired
        }

    def write(self, document: Object) -> str:
        """Write the definition of one persona; its file, as in Place. Overwrites nothing."""
        key = self._key or key_from_name(name_of(document), self._taken)
        if key in self._taken:
            raise RefusedError("The key is taken", key, "Choose another with --key.")
        if not re.fullmatch(KEY_PATTERN, key):
            raise UsageError("That is no key", key, "Letters, digits, dots, dashes, underscores.")
        pals = self._session.settings.client.dialect == "pals"
        words = Vocabulary.PAL if pals else Vocabulary.PERSONA
        suffix, text, notes = definition_files(
            document,
            key,
            vocabulary=words,
            schema=self._schema(),
            variables=os.environ,
            defaults=self._defaults,
        )
        self._root.mkdir(parents=True, exist_ok=True)
        file = self._root / f"{key}{suffix}"
        write_text(file, text)
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
