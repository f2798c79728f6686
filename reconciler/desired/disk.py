"""Reading below one directory: every file once, by its shown name, within a total size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import Place
from reconciler.desired.json_source import read_json
from reconciler.desired.markdown import read_markdown
from reconciler.desired.source import Position, Source, unreadable
from reconciler.desired.text import control_characters, prose, read_text
from reconciler.desired.yaml_source import read_yaml

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

MOST_BYTES: Final = 512 * 1024 * 1024
"""Characters read in one run, of all files together."""

YAML: Final = frozenset({".yaml", ".yml"})
JSON: Final = frozenset({".json"})
MARKDOWN: Final = frozenset({".md"})


def suffix_of(file: str) -> str:
    """The suffix of a shown name, as the three sets above have it."""
    return "." + file.rpartition(".")[2].lower()


class Disk:
    """The files below the definitions directory."""

    def __init__(
        self, root: pathlib.Path, base: pathlib.Path, edited: Mapping[str, str] | None = None
    ) -> None:
        self.root = root
        """The definitions directory, resolved."""
        self.base = base
        """What shown names are relative to, resolved."""
        self.edited: Mapping[str, str] = edited or {}
        """Texts that are not written yet, by shown name: read in place of the files."""
        self.included: dict[pathlib.Path, Source] = {}
        """What was included so far, by resolved path."""
        self._prefix = f"{base.as_posix().rstrip('/')}/"
        self._left = MOST_BYTES

    def shown(self, path: pathlib.Path) -> str:
        """The name of a file for people: relative to the project, with forward slashes."""
        name = path.as_posix().removeprefix(self._prefix)
        return name if name.isprintable() else name.encode("unicode_escape").decode("ascii")

    def definition(self, path: pathlib.Path, file: str) -> Source:
        """A definition, read by its suffix. Raises DefinitionError where it cannot be read."""
        text, suffix = self._text(path, file), path.suffix.lower()
        if suffix in MARKDOWN:
            return read_markdown(text, file)
        return read_json(text, file) if suffix in JSON else read_yaml(text, file)

    def include(self, path: pathlib.Path) -> Source:
        """A file to include: structure where the suffix says so, else text.

        Raises DefinitionError where it cannot be read.
        """
        if (known := self.included.get(path)) is None:
            known = self.included[path] = self._included(path, self.shown(path))
        return known

    def _included(self, path: pathlib.Path, file: str) -> Source:
        text, suffix = self._text(path, file), path.suffix.lower()
        if suffix in JSON:
            return read_json(text, file)
        if suffix in YAML:
            return read_yaml(text, file)
        start = Position(0, 0)
        return Source(
            file,
            prose(text),
            {(): (start, start)},
            problems=control_characters(text, file),
            verbatim={(): start},
        )

    def _text(self, path: pathlib.Path, file: str) -> str:
        text = self.edited[file] if file in self.edited else read_text(path, file)
        self._left -= len(text)
        if self._left < 0:
            raise unreadable(
                "The definitions are too large", f"more than {MOST_BYTES} characters", Place(file)
            )
        return text
