"""Plan, drift and outcome as Markdown for a comment: whole where it fits, else shorter, saying so.

Text from outside stands in fences only. What stands outside of them is ours: counts, addresses and
the names of environments, whose characters are few and harmless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.core.outcome import Status
from reconciler.report.fence import fenced
from reconciler.report.fitting import fit
from reconciler.report.markdown_change import field_section
from reconciler.report.ordering import by_weight
from reconciler.report.phrasing import count, diagnostic_lines, summary_line
from reconciler.report.tags import plan_notes, size_notes, warnings
from reconciler.report.terminal import result_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reconciler.core.guards import Refusal
    from reconciler.core.outcome import Outcome
    from reconciler.core.plan import Change, Plan

LIMIT: Final = 60_000
"""Bytes of a report: GitHub takes 65,536 characters in a comment, and somebody adds a footer."""

_NOTES: Final = 6_000
"""Bytes of refusals, of diagnostics, and of other notes each."""


def plan_markdown(plan: Plan, refusals: Sequence[Refusal] = (), *, limit: int = LIMIT) -> str:
    """The plan: counts, refusals, a table, then each change folded; at most limit bytes.

    What does not fit is told in fewer words, the least important first, and that is said at the
    top. Every address is named as long as the names alone fit.
    """
    changes = by_weight(plan)
    head = [f"### Plan for `{plan.environment}`", f"**{summary_line(plan)}**"]
    tail = [f"Fingerprint `{plan.fingerprint}`"] if plan.has_changes else []
    if refusals:
        lines = [line for r in refusals for line in (r.text, f"    {r.way_round}")]
        head += ["**An apply of this will be refused:**", _short(lines)]
    if notes := list(_notes(plan)):
        tail.insert(0, _folded("Notes", notes))
    if found := [line for d in plan.diagnostics for line in diagnostic_lines(d)]:
        title = count(len(plan.diagnostics), "finding")
        tail.insert(0, _folded(f"{title} in the definitions", found))
    return fit(head, changes, tail, _row, limit)


def _row(change: Change) -> str:
    symbol = change.action.symbol.strip()
    return f"| `{symbol}` | `{change.address}` | {change.action.value} | {_row_note(change)} |"


def _row_note(change: Change) -> str:
    notes = [*size_notes(change), *(f"**{words}**" for words in warnings(change))]
    if change.protected and change.action is Action.DELETE:
        notes.append("protected")
    return "; ".join(notes)


def _notes(plan: Plan) -> Iterator[str]:
    yield from plan_notes(plan)
    for change in plan.changes:
        if change.previous and change.action is Action.NO_OP:
            yield f"{change.address}: moved from {change.previous}"
        if change.equivalent:
            fields = count(len(change.equivalent), "field")
            yield f"{change.address}: {fields} stored by Tavus in its own form, left alone"
    for left in plan.leftovers:
        yield f"- {left.id} “{left.name}”: left by a create of {left.address}"
    for address in plan.forgotten:
        yield f"{address}: neither definition nor persona is left; forgotten"


def _folded(title: str, lines: Iterable[str]) -> str:
    return f"<details><summary>{title}</summary>\n\n{_short(lines)}\n\n</details>"


def _short(lines: Iterable[str]) -> str:
    """The lines in a fence, as many as a note may have."""
    kept: list[str] = []
    room = _NOTES
    lines = list(lines)
    for line in lines:
        room -= len(line.encode("utf-8", "backslashreplace")) + 1
        if room < 0:
            kept.append(f"… {len(lines) - len(kept):,} more lines")
            break
        kept.append(line)
    return fenced(kept)


def drift_markdown(plan: Plan, *, limit: int = LIMIT) -> str:
    """What moved outside, what vanished, and where git is ahead; at most limit bytes."""
    moved = len({*plan.drift, *plan.vanished})
    head = [f"### Drift in `{plan.environment}`"]
    if moved:
        head.append(f"**{count(moved, 'persona')} moved outside since the last apply.**")
    else:
        head.append("**No drift.** Nothing moved outside since the last apply.")
    names = [f"- `{address}` was deleted outside" for address in plan.vanished]
    names += [
        f"- `{address}`: {count(len(fields), 'field')} moved"
        for address, fields in plan.drift.items()
    ]
    if plan.ahead:
        names.append(f"- git is ahead of live for {count(len(plan.ahead), 'persona')}")
    blocks = [*head, *_within(names, limit // 2)]
    room = limit - len("\n\n".join(blocks).encode()) - 200
    left = 0
    for change in plan.changes:
        if not change.drift:
            continue
        text = field_section(f"<code>{change.address}</code>", change.drift, change)
        room -= len(text.encode()) + 2
        if room < 0:
            left += 1
            room += len(text.encode()) + 2
            continue
        blocks.append(text)
    if left:
        blocks.append(f"Details of {count(left, 'persona')} are left out to keep this short.")
    return "\n\n".join(blocks) + "\n"


def outcome_markdown(outcome: Outcome, plan: Plan, *, limit: int = LIMIT) -> str:
    """What happened: the counts, then a line for each result; at most limit bytes."""
    counts = {status: outcome.count(status) for status in Status if outcome.count(status)}
    parts = ", ".join(f"{number:,} {status.value}" for status, number in counts.items())
    head = "Interrupted" if outcome.interrupted else "Apply"
    blocks = [f"### Apply to `{plan.environment}`", f"**{head}: {parts or 'nothing to do'}.**"]
    if outcome.problem:
        blocks += ["**The state could not be saved:**", _short(outcome.problem.split("\n"))]
    results = (*outcome.results, *outcome.leftovers)
    failed = [line for r in results if not r.status.succeeded for line in result_lines(r)]
    done = [f"- `{r.address}` {r.action.value}: {r.status.value}" for r in results]
    if failed:
        blocks.append(_short(failed))
    blocks += _within(done, limit - len("\n\n".join(blocks).encode()) - 200)
    return "\n\n".join(blocks) + "\n"


def _within(lines: Sequence[str], room: int) -> list[str]:
    """The lines as one block of at most room bytes, and how many are left out."""
    kept: list[str] = []
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            kept.append(f"- … and {len(lines) - len(kept):,} more")
            break
        kept.append(line)
    return ["\n".join(kept)] if kept else []
