"""The shapes of the JSON documents, from which their JSON Schemas are made.

Consumers ignore members they do not know and refuse a major version they do not know.
"""

from reconciler.report.formats.base import (
    FORMAT_VERSION,
    DiagnosticDocument,
    DiagnosticsDocument,
    PlaceDocument,
)
from reconciler.report.formats.doctor import CheckDocument, DoctorDocument
from reconciler.report.formats.environments import (
    ColumnDocument,
    EnvironmentsDocument,
    ProblemDocument,
    RowDocument,
)
from reconciler.report.formats.explanation import (
    DefaultDocument,
    ExplanationDocument,
    FindingDocument,
    KnownValueDocument,
    MemberDocument,
    ReplacedDocument,
)
from reconciler.report.formats.outcome import (
    NoticeDocument,
    OutcomeDocument,
    ResultDocument,
    ToldDocument,
)
from reconciler.report.formats.plan import (
    AgainstDocument,
    ChangeDocument,
    DriftDocument,
    DriftReportDocument,
    FieldDocument,
    LeftoverDocument,
    PlanDocument,
    ProfileDocument,
    ReachDocument,
    RefusalDocument,
)
from reconciler.report.formats.probe import ExperimentDocument, ProbeDocument

__all__ = [
    "FORMAT_VERSION",
    "AgainstDocument",
    "ChangeDocument",
    "CheckDocument",
    "ColumnDocument",
    "DefaultDocument",
    "DiagnosticDocument",
    "DiagnosticsDocument",
    "DoctorDocument",
    "DriftDocument",
    "DriftReportDocument",
    "EnvironmentsDocument",
    "ExperimentDocument",
    "ExplanationDocument",
    "FieldDocument",
    "FindingDocument",
    "KnownValueDocument",
    "LeftoverDocument",
    "MemberDocument",
    "NoticeDocument",
    "OutcomeDocument",
    "PlaceDocument",
    "PlanDocument",
    "ProbeDocument",
    "ProblemDocument",
    "ProfileDocument",
    "ReachDocument",
    "RefusalDocument",
    "ReplacedDocument",
    "ResultDocument",
    "RowDocument",
    "ToldDocument",
]
