"""What every JSON document is made of: its version, places, and diagnostics."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

FORMAT_VERSION: Final = "1.2"

DOCUMENTED: Final = ConfigDict(use_attribute_docstrings=True)
"""The text below a member is its description in the JSON Schema."""


@with_config(DOCUMENTED)
class PlaceDocument(TypedDict):
    """Where something stands in a file."""

    file: str
    line: int
    column: int


@with_config(DOCUMENTED)
class DiagnosticDocument(TypedDict):
    """One problem."""

    severity: Literal["error", "warning"]
    code: str | None
    """Of the lint rule that found it, such as PR104; null where it is no matter of taste."""
    rule: str | None
    """The same in words, such as deprecated-field."""
    summary: str
    detail: str
    hint: str
    place: PlaceDocument | None
    via: list[PlaceDocument]


@with_config(DOCUMENTED)
class DiagnosticsDocument(TypedDict):
    """What is wrong with the definitions (`reconciler validate --format json`)."""

    kind: Literal["persona-reconciler/diagnostics"]
    format_version: str
    definitions: int
    """How many definitions the run was about, those in error left out."""
    valid: bool
    diagnostics: list[DiagnosticDocument]
