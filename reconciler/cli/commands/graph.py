"""`reconciler graph`: what definitions are made of, and whom a change of files touches."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.session import load, open_session
from reconciler.core.errors import UsageError
from reconciler.core.graph import affected
from reconciler.report.graph import graph_json, graph_mermaid, graph_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@click.command("graph")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]…")
@click.option(
    "--affected",
    "only_affected",
    is_flag=True,
    help="Only what is made of one of the FILEs; as text just the addresses.",
)
@shared.formats("text", "json", "mermaid")
@shared.in_project
def command(place: shared.Place, files: tuple[Path, ...], only_affected: bool, output: str) -> int:
    """Show which definitions include which files and refer to which resources.

    For a pull request: git diff --name-only main | xargs reconciler graph --affected
    """
    if files and not only_affected:
        raise UsageError("What about these files?", hint="Give --affected before them.")
    session = open_session(place)
    definitions = load(session, require_env=False).require().desired
    if only_affected:
        touched = set(affected(definitions, set(_named(files, place.directory))))
        definitions = tuple(item for item in definitions if item.address in touched)
    if output == "json":
        place.console.print(graph_json(definitions, session.settings.name))
    elif output == "mermaid":
        place.console.print(graph_mermaid(definitions))
    elif only_affected:
        place.console.print("".join(f"{item.address}\n" for item in definitions))
    else:
        place.console.print(graph_text(definitions, place.console.paint))
    return Exit.DONE


def _named(files: Iterable[Path], directory: Path) -> Iterator[str]:
    """The files as places name them. A link counts as itself and as what it leads to."""
    root = directory.resolve()
    for file in files:
        parent = file.parent.resolve() / file.name
        for path in (Path(os.path.normpath(parent)), file.resolve()):
            if path.is_relative_to(root):
                yield path.relative_to(root).as_posix()
