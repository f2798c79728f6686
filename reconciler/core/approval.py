"""What was approved, compared with what would be sent now: the same, or less, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler.core.fingerprint import operation_digests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.digest import Digests
    from reconciler.core.plan import Change, Plan


@dataclass(frozen=True, slots=True)
class Approved:
    """What a plan file says was approved. It is compared with, never followed."""

    environment: str
    endpoint: str
    lineage: str
    operations: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Address → digest of each operation."""


def objections(approved: Approved, plan: Plan, digests: Digests) -> tuple[str, ...]:
    """Why the plan of now is not the approved one or a part of it; nothing where it is."""
    for name in ("environment", "endpoint", "lineage"):
        was, now = getattr(approved, name), getattr(plan, name)
        if was != now:
            return (f"it was made for another {name}: {was}, now {now}",)
    return tuple(
        text
        for change in plan.changes
        if change.action.writes
        for text in _objections(change, approved, digests)
    )


def _objections(change: Change, approved: Approved, digests: Digests) -> list[str]:
    known = approved.operations.get(str(change.address))
    if known is None:
        return [f"{change.address}: {change.action.value} was not in the approved plan"]
    if operation_digests(change, digests) <= known:
        return []
    moved = sorted(_moved(change, known, digests))
    where = ", ".join(moved) if moved else "its content"
    return [f"{change.address}: {where} is not what was approved"]


def _moved(change: Change, known: frozenset[str], digests: Digests) -> set[str]:
    single = replace(change, body=None)
    return {
        f"{operation['op']} {operation['path']}"
        for patch in change.patches
        for operation in patch
        if not operation_digests(replace(single, patches=((operation,),)), digests) <= known
    }
