"""`reconciler github …`: what a job of GitHub Actions says there, and what was approved there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reconciler.cli import options as shared
from reconciler.cli.code_host import environment_name
from reconciler.cli.commands import github_files
from reconciler.cli.drift_branch import DriftBranch
from reconciler.cli.exits import Exit
from reconciler.cli.job_command import job_command, read_report, report_file
from reconciler.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.cli.code_host import Job
    from reconciler.live.github.sticky import Posted

MOST_FOREIGN: Final = 1_000_000
"""Bytes of a report of strangers that are looked at."""


@click.group("github")
def command() -> None:
    """Comment, issue and pull request for a job of GitHub Actions.

    Reads GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN and GITHUB_EVENT_PATH. A failure is a
    warning and exit 0, unless --strict is given.
    """


for _command in github_files.COMMANDS:
    command.add_command(_command)

_file: Final = click.option(
    "--file", type=report_file, required=True, metavar="FILE", help="The report, as Markdown."
)
_kind: Final = click.option(
    "--kind", default="plan", show_default=True, help="One comment is kept for each kind."
)
_fingerprint: Final = click.option(
    "--fingerprint", default="", metavar="FINGERPRINT", help="Shown in the footer."
)


@command.command("comment")
@_file
@_kind
@_fingerprint
@click.option(
    "--pull-request",
    "pull",
    type=click.IntRange(min=1),
    metavar="N",
    help="Which one; that of the event if left out.",
)
@job_command
def comment(
    place: shared.Place,
    job: Job,
    author: str,
    file: Path,
    kind: str,
    fingerprint: str,
    pull: int | None,
) -> int:
    """Keep one comment on a pull request, edited in place.

    It is found by a hidden first line, for this environment and directory, and by its author.
    """
    number = pull or _pull_of(job.event)
    if number is None:
        raise UsageError("Which pull request?", hint="The event is about none: --pull-request N.")
    sticky = job.sticky(kind, place)
    text = job.body(sticky, read_report(file), fingerprint=fingerprint)

    async def go() -> Posted:
        from reconciler.live.github.comments import Comments
        from reconciler.live.github.sticky import post

        async with job.host(author) as host:
            return await post(host, Comments(host, number), sticky, text)

    _say(place, "Comment", asyncio.run(go()))
    return Exit.DONE


@command.command("fork-comment")
@click.option("--artifact", default="reconciler-fork-plan", show_default=True, help="Its name.")
@click.option("--member", default="plan.txt", show_default=True, help="The file in it.")
@job_command
def fork_comment(place: shared.Place, job: Job, author: str, artifact: str, member: str) -> int:
    """Comment what the finished run of a fork kept.

    For a workflow that is started by `workflow_run`. Nothing of the fork is checked out or run; its
    text is shown as a block of code, and which pull request it is about is asked of GitHub.
    """
    from reconciler.cli.fork_reports import fork_run, tell

    run = fork_run(job)
    posted = asyncio.run(tell(place, job, run, author, (artifact, member), MOST_FOREIGN))
    if posted is None:
        place.console.say("No open pull request is at that commit, or the run kept no plan.")
    else:
        _say(place, "Comment", posted)
    return Exit.DONE


@command.command("issue")
@click.option("--file", type=report_file, metavar="FILE", help="The report, as Markdown.")
@click.option("--title", default="", metavar="TEXT", help="Title of a new issue.")
@click.option("--label", default="", metavar="NAME", help="Label of a new issue.")
@click.option("--close", "closes", is_flag=True, help="Close it: the environment is clean.")
@job_command
def issue(
    place: shared.Place,
    job: Job,
    author: str,
    file: Path | None,
    title: str,
    label: str,
    closes: bool,
) -> int:
    """Keep one open issue about the drift of an environment, or close it."""
    if (file is None) is not closes:
        raise UsageError("Either --file FILE or --close")
    sticky = job.sticky("drift", place)
    title = title or f"Personas moved outside git: {environment_name(place)}"

    async def go() -> Posted:
        from reconciler.live.github.issues import Issues, close_issues
        from reconciler.live.github.sticky import post

        async with job.host(author) as host:
            if file is None:
                return await close_issues(host, sticky, "Git and live agree again.")
            return await post(
                host, Issues(host, title, label), sticky, job.body(sticky, read_report(file))
            )

    _say(place, "Issue", asyncio.run(go()))
    return Exit.DONE


@command.command("pull-request")
@_file
@click.option("--title", default="", metavar="TEXT", help="Title, and message of the commit.")
@click.option("--base", default="", metavar="BRANCH", help="The branch of this run if left out.")
@job_command
def pull_request(
    place: shared.Place, job: Job, author: str, file: Path, title: str, base: str
) -> int:
    """Propose the changed files as one pull request, or close it.

    What `drift --pull --no-record` changed is pushed as one commit to reconciler/drift-ENVIRONMENT.
    Without a change, an open pull request is closed and the branch removed.
    """
    name = environment_name(place)
    branch = DriftBranch(place.directory, f"reconciler/drift-{name}")
    title = title or f"What moved outside git: {name}"
    pushed = branch.push(title)
    sticky = job.sticky("drift", place)

    async def go() -> Posted:
        from reconciler.live.github.pulls import Proposal, propose, withdraw

        async with job.host(author) as host:
            if not pushed:
                return await withdraw(host, branch.name, "Git and live agree again.")
            text = job.body(sticky, read_report(file))
            return await propose(host, Proposal(branch.name, base or job.branch, title, text))

    _say(place, "Pull request", asyncio.run(go()))
    if not pushed:
        branch.remove()
    return Exit.DONE


def _pull_of(event: Mapping[str, Any]) -> int | None:
    pull = event.get("pull_request")
    number = pull.get("number") if isinstance(pull, dict) else None
    return number if isinstance(number, int) else None


def _say(place: shared.Place, what: str, posted: Posted) -> None:
    url = f": {posted.url}" if posted.url else ""
    place.console.say(f"{what} {posted.did}{url}")
