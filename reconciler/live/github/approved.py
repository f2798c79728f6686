"""What was approved since the last apply that succeeded: plans of the pull requests merged since.

Everything since then counts, not the last push alone: a run that was cancelled while it waited, or
was refused, leaves nothing behind. Nothing here is believed: `apply` plans afresh and compares.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import CodeHostError
from reconciler.live.github.artifacts import file_of_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.document import Object
    from reconciler.live.github.client import GitHub

MOST_COMMITS: Final = 100
"""How far back is looked where no apply has succeeded yet."""

PLAN_FILE: Final = "plan.json"


@dataclass(frozen=True, slots=True)
class Question:
    """For which push, and where plans are kept."""

    commit: str
    branch: str
    apply_workflow: str
    """File name of the workflow that applies."""
    plan_workflow: str
    artifact: str


@dataclass(slots=True)
class Found:
    """Plans by pull request, and why there are not more."""

    plans: dict[int, bytes] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)


async def approved_plans(host: GitHub, question: Question) -> Found:
    """The newest plan of every pull request merged since the last successful apply.

    Raises CodeHostError.
    """
    found = Found()
    last = await _last_success(host, question)
    commits = await _commits_since(host, question, last, found)
    pulls: dict[int, Object] = {}
    for commit in commits:
        merged = await _merged(host, commit, question.branch)
        if not merged:
            found.reasons.append(f"commit {commit[:10]} came without a pull request")
        pulls |= {pull["number"]: pull for pull in merged}
    for number, pull in sorted(pulls.items()):
        plan = await _plan_of(host, pull, question)
        if isinstance(plan, str):
            found.reasons.append(f"pull request #{number}: {plan}")
        else:
            found.plans[number] = plan
    return found


async def _last_success(host: GitHub, question: Question) -> str:
    """The commit of the last apply that succeeded; empty where none did."""
    path = f"/actions/workflows/{question.apply_workflow}/runs"
    asked = {"branch": question.branch, "status": "success"}
    async for run in host.items(path, asked, member="workflow_runs"):
        # Runs come newest first. A re-run of this very commit has nothing new to look for.
        return str(run.get("head_sha", ""))
    return ""


async def _commits_since(
    host: GitHub, question: Question, last: str, found: Found
) -> Sequence[str]:
    """The commits of the branch itself that came since, newest first, without those merged in."""
    if not last:
        by_name = await _history(host, question.commit)
    else:
        compared = f"/compare/{last}...{question.commit}"
        status = str((await host.get(compared, {"per_page": 1})).get("status"))
        if status == "identical":
            return []
        if status != "ahead":
            found.reasons.append(
                f"{question.commit[:10]} does not follow {last[:10]}, which was applied last"
            )
            return []
        by_name = {str(c["sha"]): c async for c in host.items(compared, member="commits")}
    line: list[str] = []
    at = question.commit
    while at in by_name:
        line.append(at)
        parents = by_name[at].get("parents") or [{}]
        at = str(parents[0].get("sha", ""))
    return line


async def _history(host: GitHub, commit: str) -> dict[str, Object]:
    known: dict[str, Object] = {}
    async for one in host.items("/commits", {"sha": commit}):
        known[str(one["sha"])] = one
        if len(known) == MOST_COMMITS:
            break
    return known


async def _merged(host: GitHub, commit: str, branch: str) -> list[Object]:
    """The pull requests that brought a commit into the branch."""
    return [
        pull
        async for pull in host.items(f"/commits/{commit}/pulls")
        if pull.get("merged_at") and _part(pull, "base").get("ref") == branch
    ]


async def _plan_of(host: GitHub, pull: Object, question: Question) -> bytes | str:
    """The last plan of the commit that was merged, or why there is none."""
    head = str(_part(pull, "head").get("sha", ""))
    path = f"/actions/workflows/{question.plan_workflow}/runs"
    runs = [
        run
        async for run in host.items(
            path, {"head_sha": head, "event": "pull_request"}, member="workflow_runs"
        )
        if run.get("head_sha") == head
        and run.get("conclusion") == "success"
        # A run of a fork is planned by strangers, whatever it calls its artifact.
        and _part(run, "head_repository").get("full_name") == host.repository
    ]
    if not runs:
        return f"no plan run of {head[:10]} succeeded in this repository"
    newest = max(runs, key=lambda run: int(run.get("id", 0)))
    try:
        plan = await file_of_run(host, int(newest["id"]), question.artifact, PLAN_FILE)
    except CodeHostError as failed:
        return str(failed)
    return plan or f"its plan run kept no artifact {question.artifact}, or it has expired"


def _part(value: Object, name: str) -> Object:
    part = value.get(name)
    return part if isinstance(part, dict) else {}
