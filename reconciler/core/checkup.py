"""A check-up: what was looked at before a run, how it stands, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.errors import ReconcilerError


class Status(StrEnum):
    """How one thing stands."""

    OK = "ok"
    WARNING = "warning"
    """A run works, but not as well as it could."""
    FAILED = "failed"
    """A run would stop here."""
    SKIPPED = "skipped"
    """It could not be looked at; detail says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    status: Status
    detail: str = ""
    """What was found; never a secret, nor its length."""
    hint: str = ""
    """What to do."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """Everything that was looked at, in the order of the screen."""

    environment: str
    """Empty where the project does not say."""
    checks: tuple[Check, ...]

    @property
    def failed(self) -> bool:
        """Whether a run would stop somewhere."""
        return any(check.status is Status.FAILED for check in self.checks)

    @property
    def summary(self) -> Mapping[Status, int]:
        """Status → number of checks, zeros included."""
        return {status: sum(c.status is status for c in self.checks) for status in Status}


def ok(name: str, detail: str = "", hint: str = "") -> Check:
    """All is well."""
    return Check(name, Status.OK, detail, hint)


def warning(name: str, detail: str, hint: str = "") -> Check:
    """A run works, but not as well as it could."""
    return Check(name, Status.WARNING, detail, hint)


def failed(name: str, detail: str, hint: str = "") -> Check:
    """A run would stop here."""
    return Check(name, Status.FAILED, detail, hint)


def skipped(name: str, why: str) -> Check:
    """It could not be looked at."""
    return Check(name, Status.SKIPPED, why)


def of_error(name: str, error: ReconcilerError) -> Check:
    """What the error says, as a failed check."""
    return failed(name, str(error), error.hint)
