"""`reconciler github …` for files: approved plans of merged pull requests, outputs, quotes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.cli.job_command import job_command, read_report, report_file
from reconciler.cli.json_files import read_json_file
from reconciler.report.hosted import QUOTED, quoted
from reconciler.report.job_outputs import job_outputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.cli.code_host import Job


@click.command("approved")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="Where the plans are written.",
)
@click.option("--artifact", required=True, metavar="NAME", help="What plan runs call theirs.")
@click.option("--plan-workflow", default="plan.yml", show_default=True, help="Its file name.")
@job_command
def approved(
    place: shared.Place, job: Job, author: str, out: Path, artifact: str, plan_workflow: str
) -> int:
    """Fetch the plans that merged pull requests approved.

    Those merged since the last run of this workflow that succeeded: a run that was cancelled or
    refused leaves nothing behind. Writes a file for each, for `apply`; says why there are not more.
    """
    from reconciler.live.github.approved import Question, approved_plans

    question = Question(job.commit, job.branch, job.workflow, plan_workflow, artifact)

    async def go() -> tuple[Mapping[int, bytes], list[str]]:
        async with job.host(author) as host:
            found = await approved_plans(host, question)
            return found.plans, found.reasons

    plans, reasons = asyncio.run(go())
    out.mkdir(parents=True, exist_ok=True)
    for number, plan in plans.items():
        file = out / f"pull-{number}.json"
        file.write_bytes(plan)
        place.console.print(f"Approved: the plan of pull request #{number}\n")
    place.console.say_lines(f"Not approved: {reason}" for reason in reasons)
    return Exit.DONE


@click.command("outputs")
@click.argument("file", type=report_file)
@shared.in_project
def outputs(place: shared.Place, file: Path) -> int:
    """Print the outputs of the action for a plan, drift or outcome as JSON: name=value lines."""
    place.console.print(job_outputs(read_json_file(file)))
    return Exit.DONE


@click.command("quote")
@click.argument("file", type=report_file)
@click.option(
    "--most",
    type=click.IntRange(min=200),
    default=QUOTED,
    show_default=True,
    metavar="BYTES",
    help="How long it may become.",
)
@shared.in_project
def quote(place: shared.Place, file: Path, most: int) -> int:
    """Print a text as Markdown that only shows it."""
    place.console.print(quoted(read_report(file), most))
    return Exit.DONE


COMMANDS: Final = (approved, outputs, quote)
"""Added to the group in `github`."""
