"""What the run of a fork has to say, told by a trusted job. The fork's words are data here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reconciler.core.errors import UsageError
from reconciler.report.hosted import quoted

if TYPE_CHECKING:
    from reconciler.cli.code_host import Job
    from reconciler.cli.options import Place
    from reconciler.live.github.forks import ForkRun
    from reconciler.live.github.sticky import Posted

_INTRODUCTION: Final = (
    "**What this pull request changes**, by its files alone: a fork gets no key, so nobody looked"
    " at live.\nThe text was made by the fork's own run and is shown as it is.\n\n"
)


def fork_run(job: Job) -> ForkRun:
    """The finished run that the event is about. Raises UsageError where it is about none."""
    from reconciler.live.github.forks import ForkRun

    run: Any = job.event.get("workflow_run")
    try:
        return ForkRun(
            number=int(run["id"]),
            attempt=int(run["run_attempt"]),
            commit=str(run["head_sha"]),
            repository=str(run["head_repository"]["full_name"]),
            branch=str(run["head_branch"]),
        )
    except (KeyError, TypeError, ValueError):
        pass
    raise UsageError("The event is about no finished run", hint="Start it on: workflow_run.")


async def tell(
    place: Place, job: Job, run: ForkRun, author: str, kept: tuple[str, str], most: int
) -> Posted | None:
    """Comment what the run kept; None where there is nothing to comment, or nowhere.

    Raises CodeHostError.
    """
    from reconciler.live.github.artifacts import file_of_run
    from reconciler.live.github.comments import Comments
    from reconciler.live.github.forks import pull_of
    from reconciler.live.github.sticky import post

    async with job.host(author) as host:
        number = await pull_of(host, run)
        if number is None:
            return None
        content = await file_of_run(host, run.number, *kept, most=most)
        if content is None:
            return None
        sticky = job.sticky("plan", place, (run.number, run.attempt))
        report = _INTRODUCTION + quoted(content.decode(errors="replace"))
        body = job.body(sticky, report, commit=run.commit)
        return await post(host, Comments(host, number), sticky, body)
