"""From a plan to what is printed or saved: masked first, then rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.cli.options import FORMS
from reconciler.core.fingerprint import approval_digests
from reconciler.core.guards import Guards, refusals
from reconciler.report.job_outputs import terraform_report
from reconciler.report.machine import drift_document, outcome_document, plan_document, to_text
from reconciler.report.markdown import drift_markdown, outcome_markdown, plan_markdown
from reconciler.report.terminal import drift_text, outcome_text, plan_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from reconciler.cli.console import Console
    from reconciler.cli.session import Session
    from reconciler.core.guards import Refusal
    from reconciler.core.outcome import Outcome
    from reconciler.core.plan import Plan
    from reconciler.workflow.planning import Planned


def render_plan(
    session: Session,
    planned: Planned,
    output: str,
    guards: Guards | None = None,
    *,
    show_patches: bool = False,
) -> str:
    """The plan in the form asked for."""
    guards = guards or Guards(session.settings.guards)
    refused = refusals(planned.plan, guards)
    console = session.place.console
    if output == "json":
        return to_text(_document(planned, console, refused))
    if output == "gitlab":
        return terraform_report({str(a): n for a, n in planned.plan.summary.items()})
    plan = console.mask.plan(planned.plan)
    if output == "markdown":
        return plan_markdown(plan, refused)
    if output == "html":
        from reconciler.report.html import plan_html

        return plan_html(plan, refused)
    return plan_text(plan, refused, console.paint, show_patches=show_patches, width=console.width)


def write_reports(files: Iterable[Path], console: Console, render: Callable[[str], str]) -> None:
    """Write each file in the form that its name ends with, without colour."""
    with console.uncoloured():
        for file in files:
            text = console.mask.text(render(FORMS[file.suffix]))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")


def save_plan(file: Path, planned: Planned, console: Console) -> None:
    """Write the plan as JSON, for `apply FILE`."""
    file.write_text(to_text(_document(planned, console)), encoding="utf-8")
    way_on = (
        "" if planned.plan.against else f" Apply exactly this, or less: reconciler apply {file}"
    )
    console.say(f"Saved to {file}.{way_on}")


def _document(
    planned: Planned, console: Console, refused: Sequence[Refusal] = ()
) -> dict[str, object]:
    digests = {
        str(change.address): sorted(approval_digests(change, planned.world.digests))
        for change in planned.plan.changes
        if change.action.writes
    }
    return dict(plan_document(console.mask.plan(planned.plan), digests, refused))


def render_drift(plan: Plan, console: Console, output: str) -> str:
    """What moved outside, in the form asked for."""
    plan = console.mask.plan(plan)
    if output == "json":
        return to_text(dict(drift_document(plan)))
    if output == "markdown":
        return drift_markdown(plan)
    if output == "html":
        from reconciler.report.html import drift_html

        return drift_html(plan)
    return drift_text(plan, console.paint, width=console.width)


def render_outcome(outcome: Outcome, plan: Plan, console: Console, output: str) -> str:
    """What happened, in the form asked for."""
    outcome = console.mask.outcome(outcome)
    if output == "json":
        return to_text(dict(outcome_document(outcome, plan)))
    if output == "markdown":
        return outcome_markdown(outcome, plan)
    if output == "html":
        from reconciler.report.html import outcome_html

        return outcome_html(outcome, console.mask.plan(plan))
    return outcome_text(outcome, console.paint)
