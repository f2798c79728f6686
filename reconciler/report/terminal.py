"""Plan, drift and outcome for people at a prompt. Nothing is cut where output is piped."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.core.outcome import Status
from reconciler.report.creation import creation_paragraphs
from reconciler.report.phrasing import (
    count,
    diagnostic_lines,
    plain,
    printable,
    printable_lines,
    short,
    spelled,
    summary_line,
)
from reconciler.report.prose import prose_of
from reconciler.report.tags import ATTRIBUTION, place_of, plan_notes, size_notes, warnings
from reconciler.report.values import WIDTH, details, headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.guards import Refusal
    from reconciler.core.outcome import Outcome, Result
    from reconciler.core.plan import Change, Plan
    from reconciler.report.phrasing import Paint

_INDENT: Final = 8
"""Columns before the lines of a field."""

LONGEST: Final = 200
"""Lines told of one changed field; a rewritten prompt can have thousands."""

_ROLE: Final[Mapping[Action, str]] = {
    Action.CREATE: "add",
    Action.ADOPT: "change",
    Action.UPDATE: "change",
    Action.DELETE: "remove",
    Action.ORPHAN: "warn",
    Action.CONFLICT: "error",
    Action.NO_OP: "dim",
}


def plan_text(
    plan: Plan,
    refusals: Sequence[Refusal] = (),
    paint: Paint = plain,
    *,
    show_patches: bool = False,
    width: int = WIDTH,
) -> str:
    """The plan: first the counts, then a table, then each change, last the fingerprint."""
    lines = list(_plan_lines(plan, paint, width, show_patches=show_patches))
    for refusal in refusals:
        lines += ["", f"{paint('apply will refuse', 'error')}: {refusal.text}"]
        lines.append(paint(f"    {refusal.way_round}", "dim"))
    if plan.leftovers or any(change.action.writes for change in plan.changes):
        lines += ["", paint(f"Fingerprint {plan.fingerprint}", "dim")]
    return "\n".join(lines) + "\n"


def _plan_lines(plan: Plan, paint: Paint, width: int, *, show_patches: bool) -> Iterator[str]:
    yield paint(summary_line(plan), "strong")
    told = [change for change in plan.changes if change.action is not Action.NO_OP]
    if told:
        yield ""
        yield from _table(told, paint)
    notes = plan_notes(plan) if told else []
    if notes:
        yield ""
        yield from (paint(printable(note), "dim") for note in notes)
    for change in told:
        if change.fields or change.conflicts:
            yield ""
            yield from _change_lines(change, paint, width)
        if show_patches:
            yield from _patch_lines(change, paint)
    yield from _quiet_lines(plan, paint)
    stored = [change for change in plan.changes if change.equivalent]
    if stored:
        yield ""
        yield from _equivalent_lines(stored, paint)
    for diagnostic in plan.diagnostics:
        yield ""
        yield from diagnostic_lines(diagnostic, paint)


def _quiet_lines(plan: Plan, paint: Paint) -> Iterator[str]:
    """What an apply records without sending anything: moves, and bindings of nothing."""
    moved = [c for c in plan.changes if c.previous and c.action is Action.NO_OP]
    if moved or plan.leftovers or plan.forgotten:
        yield ""
    for change in moved:
        yield paint(f"{change.address}: moved from {change.previous}", "dim")
    for left in plan.leftovers:
        symbol = paint("-", "remove")
        yield f"  {symbol} {left.id} “{printable(left.name)}”: left by a create of {left.address}"
    for address in plan.forgotten:
        yield paint(f"{address}: neither definition nor persona is left; forgotten", "dim")


def _patch_lines(change: Change, paint: Paint) -> Iterator[str]:
    """The requests, word for word but for secrets; one operation a line."""
    for patch in change.patches:
        yield paint(f"    PATCH {printable(change.id)}", "dim")
        for operation in patch:
            yield f"      {printable(json.dumps(operation, ensure_ascii=False))}"


def _table(changes: Sequence[Change], paint: Paint) -> Iterator[str]:
    width = max(len(str(change.address)) for change in changes)
    kinds = max(len(change.action.value) for change in changes)
    for change in changes:
        symbol = paint(change.action.symbol, _ROLE[change.action])
        row = f"{change.address!s:<{width}}  {change.action.value:<{kinds}}  {_row_note(change)}"
        yield f"  {symbol} {row.rstrip()}"


def _row_note(change: Change) -> str:
    notes = [*size_notes(change), *warnings(change)]
    if change.previous:
        notes.append(f"moved from {change.previous}")
    if change.reason:
        notes.append(printable(change.reason))
    return "; ".join(notes)


def _change_lines(change: Change, paint: Paint, width: int) -> Iterator[str]:
    symbol = paint(change.action.symbol, _ROLE[change.action])
    place = f"  {printable(str(change.place))}" if change.place else ""
    known = f" ({printable(change.id)})" if change.id else ""
    title = paint(str(change.address), "strong")
    yield f"{symbol} {title}{known}{paint(place, 'dim')}"
    if change.action is Action.CREATE:
        yield from _creation_lines(change, paint, width)
    else:
        for field in change.fields:
            yield from _field_lines(field, change, paint, width)
    for conflict in change.conflicts:
        live = "(sensitive)" if conflict.sensitive else short(conflict.live)
        name = spelled(conflict.path, change.spellings)
        yield f"    {paint('!', 'error')} {name}: removed in git, changed outside to {live}"


def _field_lines(field: FieldChange, change: Change, paint: Paint, width: int) -> Iterator[str]:
    symbol, role = _field_symbol(field)
    note = ATTRIBUTION[field.attribution]
    tag = paint(f"  [{note}]", "warn") if note else ""
    where = paint(place_of(field.path, change), "dim")
    name = spelled(field.path, change.spellings)
    prose = prose_of(field, change.model)
    yield f"    {paint(symbol, role)} {name}: {headline(field, prose)}{tag}{where}"
    told = details(field, prose, paint, width - _INDENT)
    yield from (f"        {text}" for text in islice(told, LONGEST))
    if rest := sum(1 for _ in told):
        yield paint(f"        … {rest:,} more lines; --format json has both values", "dim")


def _creation_lines(change: Change, paint: Paint, width: int) -> Iterator[str]:
    for first, *rest in creation_paragraphs(change, width):
        yield f"    {paint('+', 'add')} {first}"
        yield from (f"        {line}" for line in rest)


def _field_symbol(field: FieldChange) -> tuple[str, str]:
    if field.removes:
        return "-", "remove"
    return ("+", "add") if field.adds else ("~", "change")


def _equivalent_lines(changes: Sequence[Change], paint: Paint) -> Iterator[str]:
    yield paint("Stored by Tavus in its own form, left alone:", "dim")
    for change in changes:
        names = ", ".join(spelled(path, change.spellings) for path in change.equivalent)
        yield paint(f"    {change.address}: {names}", "dim")


def drift_text(plan: Plan, paint: Paint = plain, *, width: int = WIDTH) -> str:
    """What moved outside, what vanished, and where git is ahead."""
    return "\n".join(_drift_lines(plan, paint, width)) + "\n"


def _drift_lines(plan: Plan, paint: Paint, width: int) -> Iterator[str]:
    moved = len({*plan.drift, *plan.vanished})
    ahead = plan.ahead
    if not moved:
        yield paint("No drift.", "strong") + " Nothing moved outside since the last apply."
    else:
        yield paint(
            f"Drift: {count(moved, 'persona')} moved outside since the last apply.", "strong"
        )
    for address, fields in plan.drift.items():
        change = plan.of(address)
        spellings = change.spellings if change else {}
        yield ""
        known = f" ({printable(change.id)})" if change and change.id else ""
        yield f"{paint('~', 'change')} {paint(str(address), 'strong')}{known}"
        for field in fields:
            name = spelled(field.path, spellings)
            prose = prose_of(field, change.model if change else "")
            yield f"    {paint('~', 'change')} {name}: {headline(field, prose)}"
            told = details(field, prose, paint, width - _INDENT)
            yield from (f"        {text}" for text in told)
    for address in plan.vanished:
        yield ""
        yield f"{paint('-', 'remove')} {paint(str(address), 'strong')}: deleted outside"
    if ahead:
        names = ", ".join(map(str, ahead))
        yield ""
        yield f"Git is ahead of live for {count(len(ahead), 'persona')}: {names}"


def outcome_text(outcome: Outcome, paint: Paint = plain) -> str:
    """What happened: a line for everything that needs a word, then the counts."""
    return "\n".join(_outcome_lines(outcome, paint)) + "\n"


def _outcome_lines(outcome: Outcome, paint: Paint) -> Iterator[str]:
    for result in (*outcome.results, *outcome.leftovers):
        yield from result_lines(result, paint)
    if outcome.problem:
        problem = printable_lines(outcome.problem)
        yield f"{paint('error', 'error')}: the state could not be saved: {problem}"
        yield paint(
            "    Run apply again: it settles what was left open, and sends the rest.", "dim"
        )
    counts = {status: outcome.count(status) for status in Status if outcome.count(status)}
    parts = ", ".join(f"{number:,} {status.value}" for status, number in counts.items())
    head = "Interrupted" if outcome.interrupted else "Apply"
    yield paint(f"{head}: {parts or 'nothing to do'}.", "strong")


def result_lines(result: Result, paint: Paint = plain) -> Iterator[str]:
    """One result: what was done, and what is worth knowing about it."""
    role = "add" if result.status.succeeded else "error"
    known = f" ({printable(result.id)})" if result.id else ""
    detail = f": {printable_lines(result.detail)}" if result.detail else ""
    word = paint(result.status.value, role)
    symbol = paint(result.action.symbol, _ROLE[result.action])
    yield f"  {symbol} {result.address}{known}  {word}{detail}"
    if result.forms:
        tried = ", then ".join(result.forms)
        yield paint(f"      sent {tried}, because Tavus did not take it otherwise", "dim")
    if result.normalised:
        names = ", ".join(spelled(path, {}) for path in result.normalised)
        yield paint(f"      stored by Tavus in its own form: {names}; remembered as equal", "dim")
    if result.hint and not result.status.succeeded:
        yield paint(f"      {printable_lines(result.hint)}", "dim")
