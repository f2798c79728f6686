"""What commands for a job of GitHub Actions share: the job itself, and failures as warnings."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec

import click

from reconciler.cli import options as shared
from reconciler.cli.code_host import this_job, warning
from reconciler.cli.exits import Exit
from reconciler.core.errors import CodeHostError, StateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.cli.code_host import Job

P = ParamSpec("P")

report_file: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
"""The type of an option that names a file to read."""


def job_command(
    run: Callable[Concatenate[shared.Place, Job, str, P], int],
) -> Callable[P, int]:
    """Gives a command the job, --author and --strict, and makes its failures warnings."""

    @wraps(run)
    def wrapped(place: shared.Place, *args: P.args, **kwargs: P.kwargs) -> int:
        author, strict = str(kwargs.pop("author")), bool(kwargs.pop("strict"))
        try:
            return run(place, this_job(place.console), author, *args, **kwargs)
        except (CodeHostError, StateError) as failed:
            if strict:
                raise
            # The result of a job does not hang on what is said about it.
            place.console.say(warning(failed))
            return Exit.DONE

    author = click.option(
        "--author",
        default="",
        metavar="LOGIN",
        help="Whose texts are ours; asked of GitHub if left out.",
    )
    strict = click.option("--strict", is_flag=True, help="A failure is exit 1.")
    decorated: Any = shared.in_project(author(strict(wrapped)))
    return decorated  # type: ignore[no-any-return]  # click's decorators know no signature


def read_report(file: Path) -> str:
    """The text of a file; what is no UTF-8 is replaced."""
    return file.read_bytes().decode(errors="replace")
