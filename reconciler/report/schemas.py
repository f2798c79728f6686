"""JSON Schemas of the JSON documents, made from their shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from reconciler.report.formats import (
    DiagnosticsDocument,
    DoctorDocument,
    DriftReportDocument,
    EnvironmentsDocument,
    ExplanationDocument,
    NoticeDocument,
    OutcomeDocument,
    PlanDocument,
    ProbeDocument,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def report_schemas() -> Mapping[str, dict[str, Any]]:
    """File name → JSON Schema, for each document that a command can print or send."""
    shapes: Mapping[str, Any] = {
        "plan.schema.json": PlanDocument,
        "drift.schema.json": DriftReportDocument,
        "outcome.schema.json": OutcomeDocument,
        "diagnostics.schema.json": DiagnosticsDocument,
        "environments.schema.json": EnvironmentsDocument,
        "doctor.schema.json": DoctorDocument,
        "explanation.schema.json": ExplanationDocument,
        "notice.schema.json": NoticeDocument,
        "probe.schema.json": ProbeDocument,
    }
    return {
        name: {"$schema": _DIALECT, **TypeAdapter(shape).json_schema()}
        for name, shape in shapes.items()
    }
