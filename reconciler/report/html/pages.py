"""Plan, drift and outcome → the page that tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.core.outcome import Status
from reconciler.report.html.cards import change_card, drift_card, result_card
from reconciler.report.html.page import Page, Quiet, draw
from reconciler.report.ordering import by_weight
from reconciler.report.phrasing import count, spelled, summary_line
from reconciler.report.tags import plan_notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.guards import Refusal
    from reconciler.core.outcome import Outcome
    from reconciler.core.plan import Change, Plan

LARGEST: Final = 20_000_000
"""Characters of values, before and after; a page of more is slow to open."""


def plan_html(plan: Plan, refusals: Sequence[Refusal] = (), *, largest: int = LARGEST) -> str:
    """The plan, masked before, and why an apply would refuse it.

    With more text in it than largest, unchanged passages and patches are left out, and it is said.
    """
    told = by_weight(plan)
    whole = _size(field for change in told for field in change.fields) <= largest
    facts = _facts(plan)
    if any(change.action.writes for change in told) or plan.leftovers:
        facts.append(("fingerprint", plan.fingerprint))
    return draw(
        Page(
            f"Plan for {plan.environment}",
            summary_line(plan),
            facts,
            refusals,
            plan.diagnostics,
            cards=[change_card(change, whole=whole) for change in told],
            notes=plan_notes(plan) if told else (),
            quiet=[quiet for quiet in _quiet(plan) if quiet.items],
        )
    )


def drift_html(plan: Plan) -> str:
    """What moved outside since the last apply, from the same plan value."""
    changes = {change.address: change for change in plan.changes}
    moved = sorted({*plan.drift, *plan.vanished})
    number = count(len(moved), "persona")
    whole = _size(field for fields in plan.drift.values() for field in fields) <= LARGEST
    return draw(
        Page(
            f"Drift of {plan.environment}",
            f"Drift: {number} moved outside since the last apply." if moved else "No drift.",
            _facts(plan),
            diagnostics=plan.diagnostics,
            cards=[
                drift_card(at, plan.drift.get(at, ()), changes.get(at), whole=whole) for at in moved
            ],
            quiet=[Quiet("Git is ahead of live", list(map(str, plan.ahead)))] if plan.ahead else [],
        )
    )


def outcome_html(outcome: Outcome, plan: Plan) -> str:
    """What an apply did, and what was to be sent; both masked before."""
    results = (*outcome.results, *outcome.leftovers)
    counts = [f"{n:,} {status.value}" for status in Status if (n := outcome.count(status))]
    changes = {change.address: change for change in plan.changes}
    whole = _size(field for change in plan.changes for field in change.fields) <= LARGEST
    head = "Interrupted" if outcome.interrupted else "Apply"
    return draw(
        Page(
            f"Apply to {plan.environment}",
            f"{head}: {', '.join(counts) or 'nothing to do'}.",
            _facts(plan),
            problem=outcome.problem,
            cards=[result_card(one, changes.get(one.address), whole=whole) for one in results],
        )
    )


def _facts(plan: Plan) -> list[tuple[str, str]]:
    facts = [("environment", plan.environment), ("endpoint", plan.endpoint)]
    if plan.targets:
        facts.append(("limited to", ", ".join(map(str, sorted(plan.targets)))))
    return facts


def _quiet(plan: Plan) -> Iterator[Quiet]:
    same = [change for change in plan.changes if change.action is Action.NO_OP]
    yield Quiet("Unchanged", [str(change.address) for change in same])
    moved = [change for change in same if change.previous]
    yield Quiet("Moved in git", [f"{change.address}, from {change.previous}" for change in moved])
    left = [f"{one.id} “{one.name}”, left by a create of {one.address}" for one in plan.leftovers]
    yield Quiet("Leftovers to delete", left)
    yield Quiet("Neither definition nor persona is left; forgotten", list(map(str, plan.forgotten)))
    stored = [change for change in plan.changes if change.equivalent]
    yield Quiet("Stored by Tavus in its own form, left alone", list(map(_equivalent, stored)))


def _equivalent(change: Change) -> str:
    names = ", ".join(spelled(path, change.spellings) for path in change.equivalent)
    return f"{change.address}: {names}"


def _size(fields: Iterable[FieldChange]) -> int:
    """The characters of the texts."""
    both = (value for field in fields for value in (field.before, field.after))
    return sum(len(value) for value in both if isinstance(value, str))
