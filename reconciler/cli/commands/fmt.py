"""`reconciler fmt`: definitions in one layout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.session import open_session
from reconciler.core.errors import DefinitionError, UsageError
from reconciler.desired.laying_out import files_with_layout, new_layout, rewrite

if TYPE_CHECKING:
    from reconciler.core.diagnostics import Diagnostic


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]…")
@click.option("--check", is_flag=True, help="Write nothing; exit 2 if a file would change.")
@shared.in_project
def command(place: shared.Place, paths: tuple[Path, ...], check: bool) -> int:
    """Lay out definitions, bases and overlays evenly, and list the files that change.

    With PATH only these files and folders. What a definition says stays, to the last character of
    its prompt, and so do comments, anchors and quotes. Members are put in the order of the schema,
    each with the comments above it; levels are indented by two; lines end with LF and without
    blanks; long prompts become blocks. A file with an error in it is left as it is. JSON and
    texts to include are not touched.
    """
    problems: list[Diagnostic] = []
    changed = 0
    for path in _files(place, paths):
        file = path.relative_to(place.directory.resolve()).as_posix()
        try:
            text = new_layout(path, file)
            if text is None:
                continue
            if not check:
                rewrite(path, file, text)
        except DefinitionError as refused:
            problems += refused.diagnostics
        else:
            changed += 1
            place.console.print(f"{file}\n")
    if problems:
        raise DefinitionError(problems)
    would = "would be laid out anew" if check else "laid out anew"
    place.console.say(f"{changed} {'file' if changed == 1 else 'files'} {would}")
    return Exit.CHANGES if check and changed else Exit.DONE


def _files(place: shared.Place, paths: tuple[Path, ...]) -> list[Path]:
    root, only = place.directory.resolve(), [path.resolve() for path in paths]
    if outside := [path for path in only if not path.is_relative_to(root)]:
        raise UsageError("A path is outside the project", str(outside[0]))
    definitions = root / open_session(place).project.definitions
    return files_with_layout(definitions, root, only)
