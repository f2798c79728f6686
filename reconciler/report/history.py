"""Runs, and what they did to one address, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.document import dotted
from reconciler.report.phrasing import count, plain, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from reconciler.core.rollback import Image
    from reconciler.core.run import RunRecord
    from reconciler.report.phrasing import Paint


def runs_text(runs: Sequence[RunRecord], paint: Paint = plain) -> str:
    """One line a run, newest first; below it where it ran."""
    return "".join(f"{line}\n" for run in reversed(runs) for line in _run_lines(run, paint))


def _run_lines(run: RunRecord, paint: Paint) -> Iterator[str]:
    counts = ", ".join(f"{number:,} {status}" for status, number in sorted(run.counts.items()))
    told = counts or "nothing done"
    ended = told if run.ended else paint("did not end, or is still at work", "warn")
    commit = f"  commit {run.origin.commit[:9]}" if run.origin.commit else ""
    wave = f", wave {run.wave}" if run.wave else ""
    yield f"{paint(run.id, 'strong')}  {run.started}  {run.command}{wave}  {ended}"
    yield paint(f"    {printable(str(run.origin))}{printable(commit)}", "dim")


def run_document(run: RunRecord) -> dict[str, Any]:
    """One run as JSON values."""
    ci = run.origin.ci
    return {
        "id": run.id,
        "command": run.command,
        "wave": run.wave,
        "started": run.started,
        "ended": run.ended or None,
        "who": run.origin.who,
        "host": run.origin.host,
        "commit": run.origin.commit,
        "ci": str(ci) if ci else None,
        "counts": dict(run.counts),
    }


def versions_text(found: Sequence[tuple[RunRecord, Image]], paint: Paint = plain) -> str:
    """One line a run that touched the address, newest first, with the fields it sent."""
    return "".join(f"{line}\n" for one in reversed(found) for line in _version_lines(*one, paint))


def _version_lines(run: RunRecord, image: Image, paint: Paint) -> Iterator[str]:
    known = f"  {printable(image.id)}" if image.id else ""
    when = run.ended or run.started
    wave = f"  wave {run.wave}" if run.wave else ""
    yield f"{paint(run.id, 'strong')}  {when}  {image.action.value}{known}  {image.status}{wave}"
    fields = ", ".join(map(dotted, image.fields)) or count(0, "field")
    yield paint(f"    {printable(str(run.origin))}: {printable(fields)}", "dim")


def version_document(run: RunRecord, image: Image) -> dict[str, Any]:
    """What one run did to an address as JSON values, with both images."""
    return {
        "run": run_document(run),
        "action": image.action.value,
        "id": image.id or None,
        "status": image.status,
        "fields": [dotted(path) for path in image.fields],
        "before": image.before,
        "after": image.after,
    }
