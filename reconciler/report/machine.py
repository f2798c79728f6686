"""Plan, drift and outcome as JSON: versioned, deterministic, the same bytes for equal input."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from reconciler import __version__
from reconciler.core.action import Action
from reconciler.core.canonical import VERSION
from reconciler.core.document import ABSENT, pointer, with_value
from reconciler.core.reach import reach
from reconciler.core.sides import Attribution
from reconciler.report.formats import FORMAT_VERSION
from reconciler.report.phrasing import spelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.against import Against
    from reconciler.core.diagnostics import Diagnostic, Place
    from reconciler.core.diff import FieldChange, FieldConflict
    from reconciler.core.document import Absent, Json, Object
    from reconciler.core.guards import Refusal
    from reconciler.core.outcome import Outcome, Result
    from reconciler.core.plan import Change, Plan
    from reconciler.core.resource import Address
    from reconciler.report.formats import (
        AgainstDocument,
        ChangeDocument,
        DiagnosticDocument,
        DriftDocument,
        DriftReportDocument,
        FieldDocument,
        OutcomeDocument,
        PlaceDocument,
        PlanDocument,
        RefusalDocument,
        ResultDocument,
    )

_ATTRIBUTION: Final[Mapping[Attribution, Any]] = {
    Attribution.GIT: "git",
    Attribution.OUTSIDE: "outside",
    Attribution.BOTH: "both",
}


def to_text(document: Mapping[str, Any]) -> str:
    """A document as indented JSON with one final newline."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def plan_document(
    plan: Plan, approval_digests: Mapping[str, list[str]], refusals: Sequence[Refusal] = ()
) -> PlanDocument:
    """The plan, masked before, with the digests that approve it, taken before that."""
    return {
        "kind": "persona-reconciler/plan",
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "canonicaliser": VERSION,
        "environment": plan.environment,
        "endpoint": plan.endpoint,
        "lineage": plan.lineage,
        "serial": plan.serial,
        "account": plan.account,
        "fingerprint": plan.fingerprint,
        "summary": {action.value: number for action, number in plan.summary.items()},
        "changes": [_change(change) for change in plan.changes],
        "drift": _drift(plan),
        "conflicts": [str(c.address) for c in plan.changes if c.action is Action.CONFLICT],
        "leftovers": [
            {"id": left.id, "name": left.name, "address": str(left.address)}
            for left in plan.leftovers
        ],
        "diagnostics": [diagnostic_document(d) for d in plan.diagnostics],
        "refusals": [_refusal(refusal) for refusal in refusals],
        "reach": [
            {
                "file": one.file,
                "addresses": list(map(str, one.addresses)),
                "conversations": one.conversations,
            }
            for one in reach(plan)
        ],
        "profile": {"name": plan.profile.name, "taken": plan.profile.taken},
        "against": _against(plan.against),
        "conversations_unknown": plan.conversations_unknown,
        "targets": [str(address) for address in sorted(plan.targets)],
        "approval_digests": dict(sorted(approval_digests.items())),
    }


def drift_document(plan: Plan) -> DriftReportDocument:
    """What moved outside, from the same plan value."""
    return {
        "kind": "persona-reconciler/drift",
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "environment": plan.environment,
        "endpoint": plan.endpoint,
        "drift": _drift(plan),
        "git_ahead": [str(address) for address in plan.ahead],
        "diagnostics": [diagnostic_document(d) for d in plan.diagnostics],
    }


def outcome_document(outcome: Outcome, plan: Plan) -> OutcomeDocument:
    """What happened, and which plan it was."""
    counts: dict[str, int] = {}
    for result in outcome.results:
        counts[result.status.value] = counts.get(result.status.value, 0) + 1
    return {
        "kind": "persona-reconciler/outcome",
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "environment": plan.environment,
        "fingerprint": plan.fingerprint,
        "interrupted": outcome.interrupted,
        "problem": outcome.problem,
        "halted": outcome.halted,
        "summary": dict(sorted(counts.items())),
        "results": [_result(result) for result in outcome.results],
        "leftovers": [_result(result) for result in outcome.leftovers],
    }


def _change(change: Change) -> ChangeDocument:
    return {
        "address": str(change.address),
        "previous_address": str(change.previous) if change.previous else None,
        "id": change.id or None,
        "name": change.name,
        "actions": [change.action.value],
        "reason": change.reason,
        "fields": [_field(field, change) for field in change.fields],
        "before": _nested({f.path: f.before for f in change.fields}),
        "after": _nested({f.path: f.after for f in change.fields}),
        "after_sensitive": _nested(
            {f.path: True for f in change.fields if f.sensitive and f.after is not ABSENT}
        ),
        "after_unknown": {"persona_id": True} if change.action is Action.CREATE else {},
        "body": change.body,
        "patches": [list(patch) for patch in change.patches],
        "conflicts": [_conflict(conflict) for conflict in change.conflicts],
        "server_equivalent": [pointer(path) for path in change.equivalent],
        "place": _place(change.place),
        "protected": change.protected,
        "labels": dict(sorted(change.labels.items())),
        "sources": list(change.sources),
        "conversations": change.conversations,
        "on_active_conversations": change.on_active.value,
    }


def _nested(values: Mapping[tuple[str, ...], Json | Absent]) -> Object:
    nested: Object = {}
    for path, value in values.items():
        if value is not ABSENT:
            nested = with_value(nested, path, value)
    return nested


def _field(field: FieldChange, change: Change | None) -> FieldDocument:
    return {
        "path": pointer(field.path),
        "written": spelled(field.path, change.spellings if change else {}),
        "before": None if field.before is ABSENT else field.before,
        "after": None if field.after is ABSENT else field.after,
        "attribution": _ATTRIBUTION[field.attribution],
        "sensitive": field.sensitive,
    }


def _conflict(conflict: FieldConflict) -> dict[str, Any]:
    live = None if conflict.live is ABSENT else conflict.live
    return {"path": pointer(conflict.path), "live": live, "sensitive": conflict.sensitive}


def _drift(plan: Plan) -> list[DriftDocument]:
    moved: list[Address] = sorted({*plan.drift, *plan.vanished})
    return [
        {
            "address": str(address),
            "deleted": address in plan.vanished,
            "fields": [_field(field, plan.of(address)) for field in plan.drift.get(address, ())],
        }
        for address in moved
    ]


def _result(result: Result) -> ResultDocument:
    return {
        "address": str(result.address),
        "action": result.action.value,  # type: ignore[typeddict-item]  # only actions that write
        "status": result.status.value,
        "id": result.id or None,
        "detail": result.detail,
        "hint": result.hint,
        "forms": list(result.forms),
        "residual": [pointer(path) for path in result.residual],
        "normalised": [pointer(path) for path in result.normalised],
        "wave": result.wave,
    }


def diagnostic_document(diagnostic: Diagnostic) -> DiagnosticDocument:
    """One problem."""
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.rule.code if diagnostic.rule else None,
        "rule": diagnostic.rule.slug if diagnostic.rule else None,
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
        "hint": diagnostic.hint,
        "place": _place(diagnostic.place),
        "via": [place for via in diagnostic.via if (place := _place(via))],
    }


def _place(place: Place | None) -> PlaceDocument | None:
    return {"file": place.file, "line": place.line, "column": place.column} if place else None


def _against(against: Against | None) -> AgainstDocument | None:
    if against is None:
        return None
    return {
        "side": against.side.value,
        "name": against.name,
        "recorded": against.recorded,
    }


def _refusal(refusal: Refusal) -> RefusalDocument:
    return {"guard": refusal.guard, "text": refusal.text, "way_round": refusal.way_round}
