"""The plan, and the drift that is told from the same value."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import with_config
from typing_extensions import TypedDict

from reconciler.report.formats.base import DOCUMENTED, DiagnosticDocument, PlaceDocument


@with_config(DOCUMENTED)
class FieldDocument(TypedDict):
    """One managed field that differs."""

    path: str
    """JSON Pointer in persona words."""
    written: str
    """The author's name for it, dotted."""
    before: Any
    """null where it is not set; masked where sensitive."""
    after: Any
    attribution: Literal["git", "outside", "both"]
    sensitive: bool


@with_config(DOCUMENTED)
class ChangeDocument(TypedDict):
    """One address and what would be done to it."""

    address: str
    previous_address: str | None
    id: str | None
    name: str
    actions: list[Literal["create", "adopt", "update", "delete", "orphan", "conflict", "no-op"]]
    reason: str
    fields: list[FieldDocument]
    before: Any
    """The managed fields that change, as an object, before."""
    after: Any
    after_sensitive: Any
    """As after, with true in place of each sensitive value and nothing else."""
    after_unknown: Any
    """As after, with true in place of what is known only after the apply (a new id)."""
    body: Any
    """For a create: the document that will be sent, masked."""
    patches: list[list[dict[str, Any]]]
    """The exact JSON Patches that will be sent, one per request, in persona words, masked."""
    conflicts: list[dict[str, Any]]
    server_equivalent: list[str]
    place: PlaceDocument | None
    protected: bool
    labels: dict[str, str]
    """The definition's labels. Since 1.2."""
    sources: list[str]
    """The fragments it is made of: every file but the definition itself. Since 1.2."""
    conversations: int | None
    """Conversations with it that are active now; null where nothing is sent about a persona that
    exists, or where it is not known. Since 1.2."""
    on_active_conversations: Literal["warn", "wait", "refuse"]
    """What an apply does about them. Since 1.2."""


@with_config(DOCUMENTED)
class DriftDocument(TypedDict):
    """One address that moved outside since the last apply."""

    address: str
    deleted: bool
    fields: list[FieldDocument]
    """before: what git says; after: what is live."""


@with_config(DOCUMENTED)
class RefusalDocument(TypedDict):
    """Why an apply of the plan would be refused."""

    guard: str
    text: str
    way_round: str


@with_config(DOCUMENTED)
class LeftoverDocument(TypedDict):
    """A persona that a create of an earlier run left beside the one that is bound."""

    id: str
    name: str
    """Ends with the nonce it was created with."""
    address: str


@with_config(DOCUMENTED)
class AgainstDocument(TypedDict):
    """What stood in the place of live."""

    side: Literal["snapshot", "revision"]
    name: str
    """The file, or the revision as it was given."""
    recorded: str
    """When the snapshot was recorded, ISO 8601; for a revision its commit."""


@with_config(DOCUMENTED)
class ReachDocument(TypedDict):
    """A fragment, and whom its change reaches."""

    file: str
    addresses: list[str]
    conversations: int | None
    """Active now, with all of them together; null where that is not known."""


@with_config(DOCUMENTED)
class ProfileDocument(TypedDict):
    """A service profile: the answers to how the service behaves."""

    name: str
    taken: str
    """The day it was made."""


@with_config(DOCUMENTED)
class PlanDocument(TypedDict):
    """What would be done to one environment (`reconciler plan --format json`)."""

    kind: Literal["persona-reconciler/plan"]
    format_version: str
    tool_version: str
    canonicaliser: int
    environment: str
    endpoint: str
    lineage: str
    serial: int
    account: str
    """Digest of the API key, comparable within one lineage. Since 1.1."""
    fingerprint: str
    """Hash of what would be sent; `apply --expect` takes it."""
    summary: dict[str, int]
    """Action → number of addresses."""
    changes: list[ChangeDocument]
    drift: list[DriftDocument]
    conflicts: list[str]
    leftovers: list[LeftoverDocument]
    """What will be deleted although no definition is concerned. Since 1.1."""
    diagnostics: list[DiagnosticDocument]
    refusals: list[RefusalDocument]
    reach: list[ReachDocument]
    """Fragments whose change reaches two personas or more. Since 1.2."""
    profile: ProfileDocument
    """The service profile that values were compared by. Since 1.2."""
    against: AgainstDocument | None
    """What it was made against, where that was not Tavus; such a plan is never applied. Since 1.2.
    """
    conversations_unknown: str
    """Why the active conversations are not known; empty where they are, or nobody asked. Since
    1.2."""
    targets: list[str]
    """Addresses the plan is limited to; empty for all."""
    approval_digests: dict[str, list[str]]
    """Address → digests of the action and of each field: `apply PLANFILE` compares these."""


@with_config(DOCUMENTED)
class DriftReportDocument(TypedDict):
    """What moved outside (`reconciler drift --format json`)."""

    kind: Literal["persona-reconciler/drift"]
    format_version: str
    tool_version: str
    environment: str
    endpoint: str
    drift: list[DriftDocument]
    git_ahead: list[str]
    diagnostics: list[DiagnosticDocument]
