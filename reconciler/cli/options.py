"""Options that several commands share, and the value they become."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec

import click

from reconciler.cli.console import Console
from reconciler.core.resource import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

P = ParamSpec("P")


FORMS: Final[Mapping[str, str]] = {
    ".html": "html",
    ".json": "json",
    ".md": "markdown",
    ".txt": "text",
}
"""How the name of a report file ends → its form."""


class AddressType(click.ParamType[Address]):
    """A command line word that names a persona: persona/interviewer, or just interviewer."""

    name = "address"

    def convert(
        self, value: str | Address, param: click.Parameter | None, ctx: click.Context | None
    ) -> Address:
        """The address; fails with the reason where it is none."""
        if isinstance(value, Address):
            return value
        try:
            return Address.parse(value)
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


class Place:
    """Where a command works: the project directory, the environment asked for, the console."""

    def __init__(self, console: Console, directory: Path, environment: str) -> None:
        self.console = console
        self.directory = directory
        self.environment = environment


def in_project(
    command: Callable[Concatenate[Place, P], int],
) -> Callable[P, int]:
    """Gives a command --env, --chdir, --color and --debug, and a Place as its first argument."""
    return _in_project(command, (_ENVIRONMENT, *_SHARED))


def in_whole_project(
    command: Callable[Concatenate[Place, P], int],
) -> Callable[P, int]:
    """As in_project, for a command that is about several environments: without --env."""
    return _in_project(command, _SHARED)


def _in_project(
    command: Callable[Concatenate[Place, P], int],
    options: Sequence[Callable[[Any], Any]],
) -> Callable[P, int]:
    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        console = click.get_current_context().find_object(Console) or Console()
        console.color = str(kwargs.pop("color"))
        console.debug = bool(kwargs.pop("debug"))
        place = Place(console, Path(str(kwargs.pop("chdir"))), str(kwargs.pop("env", "")))
        with _logging_to(console):
            return command(place, *args, **kwargs)

    for option in reversed(options):
        run = option(run)
    return run


class _Said(logging.Handler):
    """Log records as lines of conversation, masked like everything else that is said."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Say the record."""
        self._console.say(f"{record.name}: {record.getMessage()}")


@contextmanager
def _logging_to(console: Console) -> Iterator[None]:
    """With --debug, what the program logs is said; the logger is as before afterwards."""
    if not console.debug:
        yield
        return
    logger = logging.getLogger("reconciler")
    said, level = _Said(console), logger.level
    logger.addHandler(said)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(said)
        logger.setLevel(level)


_ENVIRONMENT: Callable[[Any], Any] = click.option(
    "--env",
    metavar="NAME",
    default="",
    envvar="RECONCILER_ENV",
    help="Environment of reconciler.yaml; its default_environment if left out.",
)

_SHARED: list[Callable[[Any], Any]] = [
    click.option(
        "--chdir",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        metavar="DIR",
        help="Directory of the project; this one if left out.",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="Colour of the output. auto obeys NO_COLOR and FORCE_COLOR.",
    ),
    click.option("--debug", is_flag=True, help="Say on standard error what is sent; no secrets."),
]


def formats(*names: str) -> Callable[[Any], Any]:
    """A --format option with these names; the first is the default."""
    return click.option(
        "--format",
        "output",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="Form of the output.",
    )


class ReportFile(click.Path):
    """A file to write whose name says the form of the report."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Path:
        """The path; fails where its name says no form."""
        path = Path(str(super().convert(value, param, ctx)))
        if path.suffix not in FORMS:
            known = ", ".join(FORMS)
            self.fail(
                f"{path.name!r} names no form of a report; it may end with {known}", param, ctx
            )
        return path


reports = click.option(
    "--report",
    "reports",
    type=ReportFile(),
    multiple=True,
    metavar="FILE",
    help="Write the result to a file, too, as .txt, .json, .md or .html; may be repeated.",
)

targets = click.option(
    "--target",
    "targets",
    type=AddressType(),
    multiple=True,
    metavar="ADDRESS",
    help="Only this persona; may be repeated.",
)
prune = click.option(
    "--prune/--no-prune",
    default=None,
    help="Delete personas whose definition is gone. Default: the environment's prune setting.",
)
overwrite = click.option(
    "--overwrite",
    is_flag=True,
    help="Remove what git dropped even where it was changed outside.",
)
allow_updates = click.option(
    "--allow-updates",
    type=click.IntRange(min=0),
    metavar="N",
    help="Confirm exactly N updates, more than the guard max_updates allows.",
)
allow_deletes = click.option(
    "--allow-deletes",
    type=click.IntRange(min=0),
    metavar="N",
    help="Confirm exactly N deletes, more than the guard max_deletes allows.",
)
lock_timeout = click.option(
    "--lock-timeout",
    type=click.FloatRange(min=0),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait while another run holds the environment.",
)
audit_log = click.option(
    "--audit-log",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Append what is done to this file, a JSON object a line; no values, no secrets.",
)
when_idle = click.option(
    "--when-idle",
    is_flag=True,
    help="Send a change once no conversation is active with its persona; those that nobody talks"
    " with first.",
)
idle_timeout = click.option(
    "--timeout",
    "idle_timeout",
    type=click.FloatRange(min=0),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for conversations to end; what is still talked with is not sent.",
)
auto_approve = click.option("--auto-approve", is_flag=True, help="Do not ask.")
expect = click.option(
    "--expect",
    default="",
    metavar="FINGERPRINT",
    help="Go on only if the plan has this fingerprint; then do not ask.",
)
