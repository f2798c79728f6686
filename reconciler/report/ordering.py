"""The order in which a reviewer reads changes: what cannot be undone first, then by size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.core.document import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Absent, Json
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
    """Deletes, conflicts, creates, changes by size, then orphans; what stays is left out.

    The plan is masked before.
    """
    told = [change for change in plan.changes if change.action in _RANK]
    return sorted(told, key=lambda change: (_RANK[change.action], -_size(change), change.address))


def _size(change: Change) -> int:
    """About how many characters differ; creates count as equals, they are in order of address."""
    return 0 if change.action is Action.CREATE else sum(map(_extent, change.fields))


def _extent(field: FieldChange) -> int:
    """From the first to the last character that differs, in the longer of the two values."""
    before, after = _text(field.before), _text(field.after)
    shorter = min(len(before), len(after))
    start = _common(before, after, shorter)
    end = _common(before[::-1], after[::-1], shorter - start)
    return max(len(before), len(after)) - start - end


def _text(value: Json | Absent) -> str:
    if value is ABSENT:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _common(one: str, other: str, most: int) -> int:
    """How many characters both begin with, but at most so many; by halving, for long prompts."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least
