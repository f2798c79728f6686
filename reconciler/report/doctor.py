"""A check-up: as one screen, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler import __version__
from reconciler.core.checkup import Status
from reconciler.report.formats import FORMAT_VERSION
from reconciler.report.phrasing import plain, printable, printable_lines, wrapped
from reconciler.report.values import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.checkup import Check, Checkup
    from reconciler.report.formats import DoctorDocument
    from reconciler.report.phrasing import Paint

_STATUS: Final = 7
"""Columns of the status."""
_NARROWEST: Final = 40

_ROLES: Final[Mapping[Status, str]] = {
    Status.OK: "add",
    Status.WARNING: "warn",
    Status.FAILED: "error",
    Status.SKIPPED: "dim",
}


def doctor_text(checkup: Checkup, paint: Paint = plain, width: int = WIDTH) -> str:
    """A line for each check, what to do below it, and one line that counts them."""
    names = max(len(check.name) for check in checkup.checks)
    lines = [line for check in checkup.checks for line in _lines(check, names, width, paint)]
    counts = [f"{number} {status}" for status, number in checkup.summary.items() if number]
    return "\n".join([*lines, "", f"{', '.join(counts)}."]) + "\n"


def _lines(check: Check, names: int, width: int, paint: Paint) -> Iterator[str]:
    status = paint(f"{check.status:<{_STATUS}}", _ROLES[check.status])
    indent = " " * (_STATUS + 2 + names + 2)
    room = max(_NARROWEST, width - len(indent))
    first, *more = wrapped(printable(check.detail), room) or [""]
    yield f"{status}  {check.name:<{names}}  {first}".rstrip()
    yield from (indent + line for line in more)
    for text in printable_lines(check.hint).splitlines():
        yield from (paint(indent + line, "dim") for line in wrapped(text, room))


def doctor_document(checkup: Checkup) -> DoctorDocument:
    """The same as JSON."""
    return {
        "kind": "persona-reconciler/doctor",
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "environment": checkup.environment,
        "healthy": not checkup.failed,
        "summary": {status.value: number for status, number in checkup.summary.items()},
        "checks": [
            {
                "name": check.name,
                "status": check.status.value,
                "detail": check.detail,
                "hint": check.hint,
            }
            for check in checkup.checks
        ],
    }
