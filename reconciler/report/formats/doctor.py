"""A check-up."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from reconciler.report.formats.base import DOCUMENTED


@with_config(DOCUMENTED)
class CheckDocument(TypedDict):
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "warning", "failed", "skipped"]
    detail: str
    """What was found; why it could not be looked at, where it was skipped."""
    hint: str
    """What to do; empty where nothing is to be done."""


@with_config(DOCUMENTED)
class DoctorDocument(TypedDict):
    """Whether everything a run needs is there (`reconciler doctor --format json`)."""

    kind: Literal["persona-reconciler/doctor"]
    format_version: str
    tool_version: str
    environment: str
    """Empty where there is no usable project and none was named."""
    healthy: bool
    """Whether no check failed."""
    summary: dict[str, int]
    """Status → number of checks."""
    checks: list[CheckDocument]
