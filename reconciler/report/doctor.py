"""A check-up: as one screen, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler import __version__
from reconciler.core.checkup import Status
from reconciler.report.formats import FORMAT_VERSION
from reconciler.report.phrasing import plain, printable, printable_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.checkup import Check, Checkup
    from reconciler.report.formats import DoctorDocument
    from reconciler.report.phrasing import Paint

_ROLES: Final[Mapping[Status, str]] = {
    Status.OK: "add",
    Status.WARNING: "warn",
    Status.FAILED: "error",
    Status.SKIPPED: "dim",
}


def doctor_text(checkup: Checkup, paint: Paint = plain) -> str:
    """A line for each check, what to do below it, and one line that counts them."""
    width = max(len(check.name) for check in checkup.checks)
    lines = [line for check in checkup.checks for line in _lines(check, width, paint)]
    counts = [f"{number} {status}" for status, number in checkup.summary.items() if number]
    return "\n".join([*lines, "", f"{', '.join(counts)}."]) + "\n"


def _lines(check: Check, width: int, paint: Paint) -> Iterator[str]:
    status = paint(f"{check.status:<7}", _ROLES[check.status])
    yield f"{status}  {check.name:<{width}}  {printable(check.detail)}".rstrip()
    if check.hint:
        yield paint(f"{'':<{width + 11}}{printable_lines(check.hint)}", "dim")


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
