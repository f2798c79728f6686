"""Plan, drift and outcome for people at a prompt. Nothing is cut where output is piped."""

from __future__ import annotations

import json
from itertools import groupby, islice
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.core.document import dotted
from reconciler.core.outcome import Status
from reconciler.core.sides import Attribution
from reconciler.report.phrasing import (
    authors_path,
    count,
    diagnostic_lines,
    patch_size,
    plain,
    printable,
    printable_lines,
    secret_words,
    short,
    spelled,
    summary_line,
)
from reconciler.report.values import details, headline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Path
    from reconciler.core.guards import Refusal
    from reconciler.core.outcome import Outcome, Result
    from reconciler.core.plan import Change, Plan
    from reconciler.report.phrasing import Paint

LONGEST: Final = 200
"""Lines told of one changed field; a rewritten prompt can have thousands."""

WIDTH: Final = 100
"""Columns that a paragraph is wrapped to."""

_ROLE: Final[Mapping[Action, str]] = {
    Action.CREATE: "add",
    Action.ADOPT: "change",
    Action.UPDATE: "change",
    Action.DELETE: "remove",
    Action.ORPHAN: "warn",
    Action.CONFLICT: "error",
    Action.NO_OP: "dim",
}

_ATTRIBUTION: Final[Mapping[Attribution, str]] = {
    Attribution.GIT: "",
    Attribution.OUTSIDE: "changed outside",
    Attribution.BOTH: "overwrites an outside change",
}


def plan_text(
    plan: Plan,
    refusals: Sequence[Refusal] = (),
    paint: Paint = plain,
    *,
    show_patches: bool = False,
) -> str:
    """The plan: first the counts, then a table, then each change, last the fingerprint."""
    lines = list(_plan_lines(plan, paint, show_patches=show_patches))
    for refusal in refusals:
        lines += ["", f"{paint('apply will refuse', 'error')}: {refusal.text}"]
        lines.append(paint(f"    {refusal.way_round}", "dim"))
    if plan.leftovers or any(change.action.writes for change in plan.changes):
        lines += ["", paint(f"Fingerprint {plan.fingerprint}", "dim")]
    return "\n".join(lines) + "\n"


def _plan_lines(plan: Plan, paint: Paint, *, show_patches: bool) -> Iterator[str]:
    yield paint(summary_line(plan), "strong")
    told = [change for change in plan.changes if change.action is not Action.NO_OP]
    if told:
        yield ""
        yield from _table(told, paint)
    for change in told:
        if change.fields or change.conflicts:
            yield ""
            yield from _change_lines(change, paint)
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
    notes = [count(len(change.fields), "field")] if change.fields else []
    if change.patches:
        operations, size = patch_size(change.patches)
        notes.append(f"{count(operations, 'operation')}, {size:,} bytes")
    if change.overwrites:
        notes.append("undoes an outside change")
    if change.previous:
        notes.append(f"moved from {change.previous}")
    if change.reason:
        notes.append(printable(change.reason))
    return "; ".join(notes)


def _change_lines(change: Change, paint: Paint) -> Iterator[str]:
    symbol = paint(change.action.symbol, _ROLE[change.action])
    place = f"  {change.place}" if change.place else ""
    known = f" ({printable(change.id)})" if change.id else ""
    title = paint(str(change.address), "strong")
    yield f"{symbol} {title}{known}{paint(place, 'dim')}"
    if change.action is Action.CREATE:
        yield from _creation_lines(change, paint)
    else:
        for field in change.fields:
            yield from _field_lines(field, change, paint)
    for conflict in change.conflicts:
        live = "(sensitive)" if conflict.sensitive else short(conflict.live)
        name = spelled(conflict.path, change.spellings)
        yield f"    {paint('!', 'error')} {name}: removed in git, changed outside to {live}"


def _field_lines(field: FieldChange, change: Change, paint: Paint) -> Iterator[str]:
    symbol, role = _field_symbol(field)
    note = _ATTRIBUTION[field.attribution]
    tag = paint(f"  [{note}]", "warn") if note else ""
    where = paint(_where(field.path, change), "dim")
    name = spelled(field.path, change.spellings)
    yield f"    {paint(symbol, role)} {name}: {headline(field)}{tag}{where}"
    told = details(field, paint)
    yield from (f"        {text}" for text in islice(told, LONGEST))
    if rest := sum(1 for _ in told):
        yield paint(f"        … {rest:,} more lines; --format json has both values", "dim")


def _creation_lines(change: Change, paint: Paint) -> Iterator[str]:
    """A paragraph per object: everything is new, and the definition itself is there to read."""
    by_object = sorted(change.fields, key=lambda field: (field.path[:-1], field.path))
    for parent, fields in groupby(by_object, key=lambda field: field.path[:-1]):
        words = ", ".join(
            f"{printable(authors_path(field.path, change.spellings)[-1])}={headline(field)}"
            for field in fields
        )
        title = f"{dotted(parent)}: " if parent else ""
        lines = wrap(f"{title}{words}", WIDTH, break_long_words=False, break_on_hyphens=False)
        yield f"    {paint('+', 'add')} {lines[0]}"
        yield from (f"        {line}" for line in lines[1:])


def _field_symbol(field: FieldChange) -> tuple[str, str]:
    if field.removes:
        return "-", "remove"
    return ("+", "add") if field.adds else ("~", "change")


def _where(path: Path, change: Change) -> str:
    """Where git says so: a line of the definition, or a place in a file that it is made of."""
    known = (change.places.get(path[:length]) for length in range(len(path), 0, -1))
    place = next((place for place in known if place is not None), None)
    if place is None or not place.line:
        return ""
    is_own = change.place is not None and place.file == change.place.file
    return f"  line {place.line}" if is_own else f"  {place.file}:{place.line}"


def _equivalent_lines(changes: Sequence[Change], paint: Paint) -> Iterator[str]:
    yield paint("Stored by Tavus in its own form, left alone:", "dim")
    for change in changes:
        names = ", ".join(spelled(path, change.spellings) for path in change.equivalent)
        yield paint(f"    {change.address}: {names}", "dim")


def drift_text(plan: Plan, paint: Paint = plain) -> str:
    """What moved outside, what vanished, and where git is ahead."""
    return "\n".join(_drift_lines(plan, paint)) + "\n"


def _drift_lines(plan: Plan, paint: Paint) -> Iterator[str]:
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
            words = secret_words(field) if field.sensitive else headline(field)
            yield f"    {paint('~', 'change')} {name}: {words}"
            yield from (f"        {text}" for text in details(field, paint))
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
