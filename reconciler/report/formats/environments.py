"""The matrix of personas and environments."""

from __future__ import annotations

from typing import Literal

from pydantic import with_config
from typing_extensions import TypedDict

from reconciler.report.formats.base import DOCUMENTED


@with_config(DOCUMENTED)
class ProblemDocument(TypedDict):
    """Why an environment could not be planned."""

    summary: str
    detail: str
    hint: str


@with_config(DOCUMENTED)
class ColumnDocument(TypedDict):
    """One environment of the matrix."""

    environment: str
    endpoint: str
    known: bool
    """Whether it could be planned."""
    summary: dict[str, int]
    """Standing → number of personas; standings of no persona are left out."""
    problem: ProblemDocument | None


@with_config(DOCUMENTED)
class RowDocument(TypedDict):
    """One persona of the matrix."""

    address: str
    standings: dict[
        str,
        Literal[
            "in sync",
            "ahead",
            "drifted",
            "diverged",
            "absent",
            "conflict",
            "orphan",
            "not meant",
            "unknown",
        ],
    ]
    """Environment → how the persona stands there."""


@with_config(DOCUMENTED)
class EnvironmentsDocument(TypedDict):
    """Persona by environment (`reconciler environments --format json`)."""

    kind: Literal["persona-reconciler/environments"]
    format_version: str
    tool_version: str
    environments: list[ColumnDocument]
    personas: list[RowDocument]
