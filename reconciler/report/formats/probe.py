"""What a probe found."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from reconciler.report.formats.base import DOCUMENTED


@with_config(DOCUMENTED)
class ExperimentDocument(TypedDict):
    """What one experiment found out."""

    id: str
    """Of a question of the service profile, or of a note."""
    asks: str
    verdict: Literal["answered", "open", "noted"]
    value: bool | int | str | list[str] | None
    """The answer; null where the question stayed open, and for notes."""
    shipped: bool | int | str | list[str] | None
    """The answer of the shipped profile; null for notes."""
    evidence: str
    effect: str
    """What the tool does differently; empty where the answer is the shipped one."""
    exchanges: list[int]
    """Numbers of the requests, as in a recording."""


@with_config(DOCUMENTED)
class ProbeDocument(TypedDict):
    """How a service behaves (`reconciler probe --format json`). Since 1.2."""

    kind: Literal["persona-reconciler/probe"]
    format_version: str
    tool_version: str
    environment: str
    endpoint: str
    date: str
    run: str
    problem: str
    """Why it ended early; empty where it did not."""
    requests: int
    deleted: int
    """How many throw-away things were made and deleted again."""
    left: list[str]
    """Names of throw-away things that may still be there."""
    findings: list[ExperimentDocument]
