"""In which order a reviewer reads: first what cannot be undone, last what is only noted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.report.phrasing import patch_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.plan import Change, Plan

_RANK: Final[Mapping[Action, int]] = {
    Action.DELETE: 0,
    Action.CONFLICT: 1,
    Action.CREATE: 2,
    Action.ADOPT: 3,
    Action.UPDATE: 3,
    Action.ORPHAN: 4,
}


def by_weight(plan: Plan) -> list[Change]:
    """Deletes, conflicts, creates, changes by size, then orphans; what stays is left out."""
    told = [change for change in plan.changes if change.action is not Action.NO_OP]
    return sorted(told, key=_weight)


def _weight(change: Change) -> tuple[int, int, str]:
    _, size = patch_size(change.patches)
    return _RANK[change.action], -size, str(change.address)
