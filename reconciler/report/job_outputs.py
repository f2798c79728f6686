"""The outputs of a CI job: lines of name=value, from the JSON form of a plan, drift or outcome."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIONS: Final = ("create", "update", "delete", "adopt", "conflict")
"""Counted, in this order."""

_FINGERPRINT: Final = re.compile(r"[0-9a-f]{1,64}")


def job_outputs(document: Any) -> str:  # noqa: ANN401 - any JSON
    """One line per output. Only numbers, words and a hash: nothing that a persona says."""
    counts = _counts(document)
    changes = any(counts.get(action) for action in ACTIONS)
    lines = [f"has-changes={str(changes).lower()}"]
    lines += [f"{action}={counts.get(action, 0)}" for action in ACTIONS]
    fingerprint = document.get("fingerprint") if isinstance(document, dict) else None
    if isinstance(fingerprint, str) and _FINGERPRINT.fullmatch(fingerprint):
        lines.append(f"fingerprint={fingerprint}")
    return "\n".join(lines) + "\n"


def terraform_report(summary: Mapping[str, int]) -> str:
    """The counts that GitLab shows in a merge request, from `reports: terraform`."""
    return json.dumps({action: summary.get(action, 0) for action in ACTIONS[:3]}) + "\n"


def _counts(document: Any) -> dict[str, int]:  # noqa: ANN401 - any JSON
    if not isinstance(document, dict):
        return {}
    match document.get("kind"):
        case "persona-reconciler/outcome":
            done = [r for r in document["results"] if r.get("status") == "done"]
            return {action: sum(r["action"] == action for r in done) for action in ACTIONS}
        case "persona-reconciler/drift":
            deleted = sum(bool(moved.get("deleted")) for moved in document["drift"])
            return {"update": len(document["drift"]) - deleted, "delete": deleted}
    summary = document.get("summary", {})
    return {action: int(summary.get(action, 0)) for action in ACTIONS}
