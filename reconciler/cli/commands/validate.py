"""`reconciler validate`: the definitions, offline; every problem at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.wiring import load, load_everywhere, open_session
from reconciler.core.errors import UsageError
from reconciler.report.diagnostics import diagnostics_json, diagnostics_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.desired.loader import Loaded


@click.command("validate")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]…")
@click.option(
    "--all-environments", is_flag=True, help="For every environment instead of the chosen one."
)
@shared.formats("text", "json")
@shared.in_project
def command(
    place: shared.Place, paths: tuple[Path, ...], all_environments: bool, output: str
) -> int:
    """Check the definitions, offline.

    With PATH only the problems in these files and folders are shown. A variable that a {$env: NAME}
    names need not be set here; plan and apply need it. Overlays and {$var: name} are those of the
    chosen environment.
    """
    session = open_session(place)
    loaded = load_everywhere(session) if all_environments else load(session, require_env=False)
    found = [place.console.mask.diagnostic(d) for d in _within(loaded, paths, place.directory)]
    if output == "json":
        place.console.print(diagnostics_json(found, len(loaded.desired)))
    else:
        place.console.print(diagnostics_text(found, len(loaded.desired), place.console.paint))
    return Exit.ERROR if any(d.is_error for d in found) else Exit.DONE


def _within(loaded: Loaded, paths: Iterable[Path], base: Path) -> list[Diagnostic]:
    wanted = [path.resolve() for path in paths]
    if not wanted:
        return list(loaded.diagnostics)
    root = base.resolve()
    outside = [path for path in wanted if not path.is_relative_to(root)]
    if outside:
        raise UsageError("A path is outside the project", str(outside[0]))
    return [
        diagnostic
        for diagnostic in loaded.diagnostics
        if diagnostic.place is None
        or any((root / diagnostic.place.file).is_relative_to(path) for path in wanted)
    ]
