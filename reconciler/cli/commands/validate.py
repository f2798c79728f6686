"""`reconciler validate`: the definitions, offline; every problem at once."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.session import load, load_everywhere, open_session
from reconciler.core.errors import DefinitionError, UsageError
from reconciler.desired.focus import definitions_in
from reconciler.desired.project import PROJECT_FILE
from reconciler.report.annotations import diagnostics_github
from reconciler.report.diagnostics import diagnostics_json, diagnostics_text
from reconciler.report.sarif import diagnostics_sarif

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.diagnostics import Diagnostic, Place


@click.command("validate")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]…")
@click.option("--strict", is_flag=True, help="Warnings fail as well: exit 1.")
@click.option(
    "--all-environments", is_flag=True, help="For every environment instead of the chosen one."
)
@shared.formats("text", "json", "github", "sarif")
@shared.in_project
def command(
    place: shared.Place,
    paths: tuple[Path, ...],
    strict: bool,
    all_environments: bool,
    output: str,
) -> int:
    """Check the definitions, offline.

    With PATH only the problems in these files and folders, and in what they include, are told; a
    project file among them means all. A variable that a {$env: NAME} names need not be set here;
    plan and apply need it. Overlays and {$var: name} are those of the chosen environment.

    Warnings, and some errors, are lint rules with a code, such as PR104. Each can be switched
    off or made an error under `lint:` in reconciler.yaml, or for one definition under
    `reconcile: {lint: …}`.
    """
    found, definitions = _checked(
        place, _focus(paths, place.directory), everywhere=all_environments
    )
    place.console.print(_rendered(place, found, definitions, output))
    failed = any(d.is_error for d in found) or (strict and found)
    return Exit.ERROR if failed else Exit.DONE


def _checked(
    place: shared.Place, focus: list[Path], *, everywhere: bool
) -> tuple[list[Diagnostic], int]:
    """What is wrong, and with how many definitions it was about."""
    try:
        session = open_session(place)
    except DefinitionError as refused:
        # Also a broken project file is to be said in the form asked for.
        return [place.console.mask.diagnostic(d) for d in refused.diagnostics], 0
    if everywhere:
        loaded = load_everywhere(session, thorough=True, focus=focus)
    else:
        loaded = load(session, require_env=False, thorough=True, focus=focus)
    root = place.directory.resolve()
    files = {path.relative_to(root).as_posix() for path in focus}
    found = [place.console.mask.diagnostic(d) for d in loaded.diagnostics]
    return found, len(definitions_in(loaded.desired, files))


def _focus(paths: Sequence[Path], directory: Path) -> list[Path]:
    """The paths, resolved; none where the whole project is meant. Raises UsageError."""
    root, wanted = directory.resolve(), [path.resolve() for path in paths]
    outside = [path for path in wanted if not path.is_relative_to(root)]
    if outside:
        raise UsageError("A path is outside the project", str(outside[0]))
    return [] if root / PROJECT_FILE in wanted or root in wanted else wanted


def _rendered(place: shared.Place, found: list[Diagnostic], definitions: int, output: str) -> str:
    if output == "text":
        return diagnostics_text(found, definitions, place.console.paint)
    if output == "json":
        return diagnostics_json(found, definitions)
    found = _from_repository(found, place.directory)
    if output == "github":
        return diagnostics_github(found, definitions)
    return diagnostics_sarif(found)


def _from_repository(found: list[Diagnostic], directory: Path) -> list[Diagnostic]:
    """With names of files as they are in the repository: a project may be a folder of it."""
    workspace = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    root = directory.resolve()
    if root == workspace or not root.is_relative_to(workspace):
        return found
    prefix = root.relative_to(workspace).as_posix()

    def moved(place: Place) -> Place:
        return replace(place, file=f"{prefix}/{place.file}")

    return [
        replace(d, place=moved(d.place) if d.place else None, via=tuple(map(moved, d.via)))
        for d in found
    ]
