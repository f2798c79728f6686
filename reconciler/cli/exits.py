"""Exit codes, and errors as sentences on standard error."""

from __future__ import annotations

import traceback
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import DefinitionError, ReconcilerError, RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.cli.console import Console


class Exit(IntEnum):
    """What the process says when it ends (design.md section 10)."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    """`plan --detailed-exitcode`, `fmt --check`: there are changes; `drift`: live moved."""
    REFUSED = 3
    PARTIAL = 4
    USAGE = 64
    INTERRUPTED = 130


_CODES: Final[Mapping[type[ReconcilerError], Exit]] = {
    RefusedError: Exit.REFUSED,
    UsageError: Exit.USAGE,
}


def exit_code(failed: ReconcilerError) -> Exit:
    """The exit code of an error."""
    return next((code for kind, code in _CODES.items() if isinstance(failed, kind)), Exit.ERROR)


def report_error(failed: ReconcilerError, console: Console) -> Exit:
    """Say what is wrong, where, and what to do; the exit code."""
    from reconciler.report.phrasing import diagnostic_lines, printable_lines

    if isinstance(failed, DefinitionError):
        for diagnostic in failed.diagnostics:
            console.say_lines(diagnostic_lines(diagnostic, console.paint_err))
    detail = f": {printable_lines(failed.detail)}" if failed.detail else ""
    console.say(f"{console.paint_err('error', 'error')}: {failed.summary}{detail}")
    if failed.hint:
        console.say(console.paint_err(f"    {printable_lines(failed.hint)}", "dim"))
    if console.debug:
        console.say(traceback.format_exc())
    return exit_code(failed)


def report_bug(console: Console) -> Exit:
    """Show the trace of an unexpected exception, with every known secret masked."""
    console.say(traceback.format_exc())
    console.say(
        f"{console.paint_err('error', 'error')}: this is a bug of reconciler; please report it"
    )
    return Exit.ERROR
