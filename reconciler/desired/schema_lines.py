"""The lines that tell an editor which JSON Schema a file follows, and whether they lead there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import DefinitionError
from reconciler.desired.disk import MARKDOWN, YAML
from reconciler.desired.markdown import divided
from reconciler.desired.overlays import DIRECTORY
from reconciler.desired.project import PROJECT_FILE
from reconciler.desired.text import read_text

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

_LINE: Final = re.compile(r"^#[ \t]*yaml-language-server:[ \t]*\$schema=[ \t]*(\S+)", re.MULTILINE)
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SchemaLine:
    """The line in one file."""

    file: str
    """As shown to people: relative to the project."""
    line: int
    """From 1."""
    target: str
    """What it names, as written."""
    leads_to: pathlib.Path | None
    """The schema it names; None where that is a URL."""


@dataclass(frozen=True, slots=True)
class SchemaLines:
    """The lines of a project."""

    found: tuple[SchemaLine, ...]
    files: int
    """How many files could have one."""

    @property
    def astray(self) -> tuple[SchemaLine, ...]:
        """Those that name a file that does not exist."""
        return tuple(one for one in self.found if one.leads_to and not one.leads_to.is_file())


def schema_lines(project: pathlib.Path, definitions: pathlib.Path) -> SchemaLines:
    """The lines of the project file, and of definitions, bases and overlays in YAML or Markdown.

    Files that cannot be read, and texts to include, do not count.
    """
    found, files = [], 0
    for file in _files(project, definitions):
        name = file.relative_to(project).as_posix()
        try:
            text = read_text(file, name)
        except DefinitionError:
            continue
        if file.suffix.lower() in MARKDOWN:
            front = divided(text)
            if front is None:
                continue
            text = "\n" + front[0]
        files += 1
        if (match := _LINE.search(text)) is not None:
            found.append(_line(file, name, text.count("\n", 0, match.start()) + 1, match[1]))
    return SchemaLines(tuple(found), files)


def _files(project: pathlib.Path, definitions: pathlib.Path) -> Iterator[pathlib.Path]:
    yield project / PROJECT_FILE
    for folder in (definitions, project / DIRECTORY):
        for path in sorted(folder.rglob("*")):
            below = path.relative_to(folder).parts
            hidden = any(part.startswith(".") for part in below)
            if path.suffix.lower() in YAML | MARKDOWN and not hidden and "prompts" not in below:
                yield path


def _line(file: pathlib.Path, name: str, line: int, target: str) -> SchemaLine:
    leads_to = None if _URL.match(target) else (file.parent / target).resolve()
    return SchemaLine(name, line, target, leads_to)
