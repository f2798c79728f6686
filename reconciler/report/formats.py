"""The shapes of the JSON documents, from which their JSON Schemas are made.

Consumers ignore members they do not know and refuse a major version they do not know.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

FORMAT_VERSION: Final = "1.2"

_DOCUMENTED = ConfigDict(use_attribute_docstrings=True)


@with_config(_DOCUMENTED)
class PlaceDocument(TypedDict):
    """Where something stands in a file."""

    file: str
    line: int
    column: int


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
class DriftDocument(TypedDict):
    """One address that moved outside since the last apply."""

    address: str
    deleted: bool
    fields: list[FieldDocument]
    """before: what git says; after: what is live."""


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
class DiagnosticsDocument(TypedDict):
    """What is wrong with the definitions (`reconciler validate --format json`)."""

    kind: Literal["persona-reconciler/diagnostics"]
    format_version: str
    definitions: int
    """How many definitions the run was about, those in error left out."""
    valid: bool
    diagnostics: list[DiagnosticDocument]


@with_config(_DOCUMENTED)
class RefusalDocument(TypedDict):
    """Why an apply of the plan would be refused."""

    guard: str
    text: str
    way_round: str


@with_config(_DOCUMENTED)
class LeftoverDocument(TypedDict):
    """A persona that a create of an earlier run left beside the one that is bound."""

    id: str
    name: str
    """Ends with the nonce it was created with."""
    address: str


@with_config(_DOCUMENTED)
class AgainstDocument(TypedDict):
    """What stood in the place of live."""

    side: Literal["snapshot", "revision"]
    name: str
    """The file, or the revision as it was given."""
    recorded: str
    """When the snapshot was recorded, ISO 8601; for a revision its commit."""


@with_config(_DOCUMENTED)
class ReachDocument(TypedDict):
    """A fragment, and whom its change reaches."""

    file: str
    addresses: list[str]
    conversations: int | None
    """Active now, with all of them together; null where that is not known."""


@with_config(_DOCUMENTED)
class ProfileDocument(TypedDict):
    """A service profile: the answers to how the service behaves."""

    name: str
    taken: str
    """The day it was made."""


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
class ToldDocument(TypedDict):
    """One address and what became of it."""

    address: str
    status: str


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
class ProblemDocument(TypedDict):
    """Why an environment could not be planned."""

    summary: str
    detail: str
    hint: str


@with_config(_DOCUMENTED)
class ColumnDocument(TypedDict):
    """One environment of the matrix."""

    environment: str
    endpoint: str
    known: bool
    """Whether it could be planned."""
    summary: dict[str, int]
    """Standing → number of personas; standings of no persona are left out."""
    problem: ProblemDocument | None


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
class EnvironmentsDocument(TypedDict):
    """Persona by environment (`reconciler environments --format json`)."""

    kind: Literal["persona-reconciler/environments"]
    format_version: str
    tool_version: str
    environments: list[ColumnDocument]
    personas: list[RowDocument]


@with_config(_DOCUMENTED)
class CheckDocument(TypedDict):
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "warning", "failed", "skipped"]
    detail: str
    """What was found; why it could not be looked at, where it was skipped."""
    hint: str
    """What to do; empty where nothing is to be done."""


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
class KnownValueDocument(TypedDict):
    """One value of a field with known values."""

    value: str
    status: Literal["current", "deprecated", "removed"]
    instead: str
    since: str
    """When it was replaced: year, or year-month."""


@with_config(_DOCUMENTED)
class DefaultDocument(TypedDict):
    """What an absent member stands for."""

    value: Any
    since: str
    condition: str
    """When it holds; empty for always."""


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
class MemberDocument(TypedDict):
    """One member of a field that holds an object, or a list of objects."""

    name: str
    type: str
    description: str


@with_config(_DOCUMENTED)
class ReplacedDocument(TypedDict):
    """What replaced a field."""

    by: list[str]
    """JSON Pointers in persona words."""
    note: str
    since: str


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
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


@with_config(_DOCUMENTED)
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
    """How many throw-away personas were made and deleted again."""
    left: list[str]
    """Names of throw-away personas that may still be there."""
    findings: list[ExperimentDocument]
