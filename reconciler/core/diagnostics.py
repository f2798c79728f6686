"""A problem as data: severity, summary, detail, place, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.core.rulebook import Rule


class Severity(StrEnum):
    """How bad it is: an error stops the run before anything is written, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a file. Lines and columns count from 1; 0 means the whole file."""

    file: str
    """Path as shown to people: relative to the project directory, with forward slashes."""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem."""

    severity: Severity
    summary: str
    """What is wrong, in a sentence without names the user chose, so that people recognise it."""
    detail: str = ""
    """The particulars: names, values (never a secret), what was expected."""
    place: Place | None = None
    hint: str = ""
    """What to do."""
    via: tuple[Place, ...] = ()
    """The places it came through, nearest first: the $file that included the text, and so on."""
    rule: Rule | None = None
    """The lint rule that found it; None for what is no matter of taste."""

    @property
    def is_error(self) -> bool:
        """Whether this stops the run."""
        return self.severity is Severity.ERROR


def error(summary: str, detail: str = "", place: Place | None = None, hint: str = "") -> Diagnostic:
    """A Diagnostic that stops the run."""
    return Diagnostic(Severity.ERROR, summary, detail, place, hint)


def warning(
    summary: str,
    detail: str = "",
    place: Place | None = None,
    hint: str = "",
    *,
    rule: Rule | None = None,
) -> Diagnostic:
    """A Diagnostic that does not stop the run, unless its rule is switched to do so."""
    return Diagnostic(Severity.WARNING, summary, detail, place, hint, rule=rule)


def in_order(found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place, then severity and text; exact repetitions once."""
    nowhere = Place("")
    return tuple(
        sorted(
            dict.fromkeys(found),
            key=lambda d: (d.place or nowhere, d.severity.value, d.summary, d.detail),
        )
    )
