"""What an apply did, and what a webhook is told of it."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from reconciler.report.formats.base import DOCUMENTED


@with_config(DOCUMENTED)
class ResultDocument(TypedDict):
    """What became of one change."""

    address: str
    action: Literal["create", "adopt", "update", "delete"]
    status: Literal[
        "done", "unchanged", "not converged", "not live", "failed", "unknown", "not started"
    ]
    id: str | None
    detail: str
    hint: str
    forms: list[str]
    """The patch forms that were sent, where the first did not do; else empty."""
    residual: list[str]
    normalised: list[str]
    wave: str
    """The wave it belongs to; empty where the plan was sent as a whole. Since 1.2."""


@with_config(DOCUMENTED)
class OutcomeDocument(TypedDict):
    """What happened on an apply (`reconciler apply --format json`)."""

    kind: Literal["persona-reconciler/outcome"]
    format_version: str
    tool_version: str
    environment: str
    fingerprint: str
    interrupted: bool
    problem: str
    halted: str
    """Why later waves were not sent, or the last one does not hold. Since 1.2."""
    summary: dict[str, int]
    """Status → number of changes."""
    results: list[ResultDocument]
    leftovers: list[ResultDocument]
    """What became of personas that creates of earlier runs had left behind. Since 1.1."""


@with_config(DOCUMENTED)
class ToldDocument(TypedDict):
    """One address and what became of it."""

    address: str
    status: str


@with_config(DOCUMENTED)
class NoticeDocument(TypedDict):
    """What a webhook is told (`notify` in reconciler.yaml). Since 1.2."""

    kind: Literal["persona-reconciler/notice"]
    format_version: str
    tool_version: str
    event: Literal["drift", "apply"]
    environment: str
    exit: int
    summary: dict[str, int]
    """Status → number of addresses."""
    addresses: list[ToldDocument]
    """What did not succeed first; fifty at most."""
    more: int
    """How many addresses are left out."""
    problem: str
    """What went wrong as a whole, in a sentence without particulars; empty where nothing did."""
    link: str
    """Where the CI job can be looked at; empty elsewhere."""
    commit: str
