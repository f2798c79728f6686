"""What was approved, compared with what would be sent now: the same, or less, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reconciler.core.document import dotted
from reconciler.core.fingerprint import action_digest, approval_digests, field_digest
from reconciler.core.sides import Attribution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.digest import Digests
    from reconciler.core.plan import Change, Plan
    from reconciler.core.resource import Address


@dataclass(frozen=True, slots=True)
class Approved:
    """What a plan file says was approved. It is compared with, never followed."""

    environment: str
    endpoint: str
    lineage: str
    serial: int = 0
    account: str = ""
    digests: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Address → approval digests: of the action, and of each field."""
    targets: frozenset[Address] = frozenset()
    """Addresses the plan was limited to; empty for all."""
    source: str = ""
    """The plan file, for people."""


def together(approvals: Sequence[Approved], plan: Plan) -> Approved:
    """What several plans approve, each address with all that any of them says of it.

    Those that were made for elsewhere approve nothing; where all were, the first stands for them.
    """
    usable = [one for one in approvals if not mismatch(one, plan)] or approvals[:1]
    digests: dict[str, frozenset[str]] = {}
    for one in usable:
        for address, known in one.digests.items():
            digests[address] = digests.get(address, frozenset()) | known
    return replace(usable[0], digests=digests, targets=all_targets(usable))


def all_targets(approvals: Sequence[Approved]) -> frozenset[Address]:
    """The addresses that several plans were limited to; empty where one of them was not."""
    if not all(one.targets for one in approvals):
        return frozenset()
    return frozenset(address for one in approvals for address in one.targets)


def mismatch(approved: Approved, plan: Plan) -> str:
    """Why an approval is not about this environment, account and state; empty where it is."""
    for name in ("environment", "endpoint", "lineage"):
        was, now = getattr(approved, name), getattr(plan, name)
        if was != now:
            return f"it was made for another {name}: {was}, now {now}"
    if approved.account != plan.account:
        return "it was made with another API key"
    if approved.serial > plan.serial:
        older = f"it knew {approved.serial} replaces of the state, now there are {plan.serial}"
        return f"{older}: the state is an older copy"
    return ""


def approval_of(plan: Plan, now: Plan, digests: Digests) -> Approved:
    """The approval that lies in a plan of this run, to be compared with one made later.

    Args:
        plan: what was approved, still in memory.
        now: the later plan.
        digests: those of the later plan. A state that was unborn has its lineage since then, and
            with it other digests of the same values.
    """
    born = plan if plan.lineage else now
    return Approved(
        plan.environment,
        plan.endpoint,
        born.lineage,
        born.serial,
        born.account,
        {
            str(change.address): approval_digests(change, digests)
            for change in plan.changes
            if change.action.writes
        },
    )


def objections(approved: Approved, plan: Plan, digests: Digests) -> tuple[str, ...]:
    """Why the plan of now is not the approved one or a part of it; nothing where it is."""
    if elsewhere := mismatch(approved, plan):
        return (elsewhere,)
    return tuple(
        text
        for change in plan.changes
        if change.action.writes
        for text in _objections(change, approved, digests)
    )


def left_out(approved: Approved, plan: Plan) -> tuple[str, ...]:
    """Approved addresses for which nothing is planned any more."""
    planned = {str(change.address) for change in plan.changes if change.action.writes}
    return tuple(sorted(approved.digests.keys() - planned))


def _objections(change: Change, approved: Approved, digests: Digests) -> list[str]:
    known = approved.digests.get(str(change.address), frozenset())
    if action_digest(change, digests) not in known:
        whom = f" {change.id}" if change.id else ""
        return [f"{change.address}: {change.action.value}{whom} was not in the approved plan"]
    return [
        f"{change.address}: {dotted(moved.path)} is not what was approved ({_side(moved)})"
        for moved in change.fields
        if field_digest(moved, digests) not in known
    ]


def _side(moved: FieldChange) -> str:
    match moved.attribution:
        case Attribution.GIT:
            return "the definition moved"
        case Attribution.OUTSIDE:
            return "live moved"
        case Attribution.BOTH:
            return "the definition moved, or live did"
