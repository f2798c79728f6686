"""What was approved: by a plan file, by a fingerprint, or by a person at the prompt."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.core.action import Action
from reconciler.core.approval import (
    Approved,
    approval_of,
    left_out,
    mismatch,
    objections,
    together,
)
from reconciler.core.errors import ConflictError, RefusedError, StalePlanError, UnsafePlanError
from reconciler.core.guards import protected, refusals, talking
from reconciler.core.resource import Address
from reconciler.report.formats import FORMAT_VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.cli.console import Console
    from reconciler.core.guards import Guards, Refusal
    from reconciler.core.plan import Plan
    from reconciler.workflow.planning import Planned


def read_plan_file(file: Path) -> Approved:
    """What a plan file says was approved. Raises StalePlanError where it cannot be one."""
    try:
        value: Any = json.loads(file.read_text(encoding="utf-8"))
        if value["kind"] != "persona-reconciler/plan":
            raise _unusable(file, "it is no plan")
        if value.get("against") is not None:
            raise _unusable(file, "it was made offline, and what is live may be something else")
        if any(told.get("severity") == "error" for told in value.get("diagnostics", [])):
            raise _unusable(file, "it was made with errors")
        if value["format_version"].partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
            raise _unusable(file, f"its format is {value['format_version']}")
        digests = {
            str(address): frozenset(map(str, found))
            for address, found in value["approval_digests"].items()
        }
        targets = frozenset(Address.parse(address) for address in value["targets"])
        environment, endpoint, lineage = (
            str(value[name]) for name in ("environment", "endpoint", "lineage")
        )
        serial, account = int(value["serial"]), str(value["account"])
    except OSError as failed:
        raise _unusable(file, failed.strerror or "unreadable") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _unusable(file, "it is no plan, or a damaged one") from None
    return Approved(
        environment, endpoint, lineage, serial, account, digests, targets, source=str(file)
    )


def say_left_out(approvals: Sequence[Approved], plan: Plan, console: Console) -> None:
    """Tell what was approved and is not planned any more: done by somebody, or an option lacks."""
    for one in approvals:
        if reason := mismatch(one, plan):
            console.say(f"{one.source} approves nothing here: {reason}")
    for address in left_out(together(approvals, plan), plan):
        console.say(f"Approved, but nothing is planned for it now: {address}")


def _unusable(file: Path, why: str) -> StalePlanError:
    return StalePlanError(
        "The plan file cannot be used", f"{file}: {why}", "Make a new one: reconciler plan --out"
    )


def require_approved(planned: Planned, approvals: Sequence[Approved], expect: str) -> None:
    """Refuse what is not among the approved plans or a part of them. Raises StalePlanError."""
    if approvals:
        approved = together(approvals, planned.plan)
        found = objections(approved, planned.plan, planned.world.digests)
        if found:
            raise _stale("\n  ".join(("", *found)))
    if expect and expect != planned.plan.fingerprint:
        raise _stale(f"expected {expect}, now {planned.plan.fingerprint}")


def require_part(whole: Plan, part: Planned, guards: Guards) -> None:
    """Refuse a part that is not in the approved plan, or that is not safe any more.

    Numbers were guarded when the whole plan was. Raises as require_approved and require_safe do.
    """
    digests = part.world.digests
    found = objections(approval_of(whole, part.plan, digests), part.plan, digests)
    if found:
        raise _stale("\n  ".join(("", *found)))
    _require_no_conflict(part.plan)
    _require_none_of([*protected(part.plan), *talking(part.plan, guards)])


def _stale(detail: str) -> StalePlanError:
    return StalePlanError(
        "What would be sent now is not what was approved",
        detail,
        "Nothing was sent. Plan again and review what changed.",
    )


def require_safe(plan: Plan, guards: Guards) -> None:
    """Refuse conflicts and guarded plans. Raises ConflictError, UnsafePlanError."""
    _require_no_conflict(plan)
    _require_none_of(refusals(plan, guards))


def _require_no_conflict(plan: Plan) -> None:
    conflicts = [str(c.address) for c in plan.changes if c.action is Action.CONFLICT]
    if conflicts:
        raise ConflictError(
            "The plan has conflicts",
            ", ".join(conflicts),
            "Nothing was sent. Decide them, or leave them out with --target.",
        )


def _require_none_of(refused: Sequence[Refusal]) -> None:
    if refused:
        raise UnsafePlanError(
            "A guard refuses the plan",
            "; ".join(refusal.text for refusal in refused),
            "Nothing was sent. The way round: "
            + "; ".join(refusal.way_round for refusal in refused),
        )


def ask(console: Console) -> None:
    """Ask a person for approval. Raises RefusedError where there is none, or nobody to ask."""
    if not console.is_terminal:
        raise RefusedError(
            "Nobody is here to approve the plan",
            hint="Nothing was sent. Without a terminal give --auto-approve, a plan file, or"
            " --expect FINGERPRINT.",
        )
    question = "Send this? A PATCH is live at once for every conversation. Type yes to go on."
    if not console.confirm(question):
        raise RefusedError("Not approved", hint="Nothing was sent.")
