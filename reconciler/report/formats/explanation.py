"""What is known of a field."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import with_config
from typing_extensions import TypedDict

from reconciler.report.formats.base import DOCUMENTED


@with_config(DOCUMENTED)
class KnownValueDocument(TypedDict):
    """One value of a field with known values."""

    value: str
    status: Literal["current", "deprecated", "removed"]
    instead: str
    since: str
    """When it was replaced: year, or year-month."""


@with_config(DOCUMENTED)
class DefaultDocument(TypedDict):
    """What an absent member stands for."""

    value: Any
    since: str
    condition: str
    """When it holds; empty for always."""


@with_config(DOCUMENTED)
class FindingDocument(TypedDict):
    """A question about the service, as the service profile answers it."""

    question: str
    """Its name in profiles."""
    asks: str
    answer: Any
    confidence: Literal["documented", "seen", "official-code", "inferred", "unknown"]
    date: str
    evidence: str
    effect: str
    """What the tool does differently with another answer."""


@with_config(DOCUMENTED)
class MemberDocument(TypedDict):
    """One member of a field that holds an object, or a list of objects."""

    name: str
    type: str
    description: str


@with_config(DOCUMENTED)
class ReplacedDocument(TypedDict):
    """What replaced a field."""

    by: list[str]
    """JSON Pointers in persona words."""
    note: str
    since: str


@with_config(DOCUMENTED)
class ExplanationDocument(TypedDict):
    """What is known of one field (`reconciler explain --format json`)."""

    kind: Literal["persona-reconciler/explanation"]
    format_version: str
    tool_version: str
    profile: str
    """The service profile that the answers are from."""
    path: str
    """JSON Pointer in persona words; empty for the persona itself."""
    pal_path: str
    """The same in PAL words."""
    other_names: list[str]
    type: str
    description: str
    examples: list[Any]
    values: list[KnownValueDocument]
    values_are_open: bool
    """Whether other values are taken without a warning."""
    default: DefaultDocument | None
    """null where there is none, or none is known."""
    patchable: bool
    patch: str
    server: list[str]
    findings: list[FindingDocument]
    replaced: ReplacedDocument | None
    sensitive: bool
    confidence: Literal["documented", "seen", "official-code", "inferred", "unknown"] | None
    """null for the persona itself."""
    sources: list[str]
    since: str
    members: list[MemberDocument]
