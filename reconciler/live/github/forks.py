"""Which pull request a run of a fork belongs to: asked of the API, never of what the run kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.live.github.client import GitHub


@dataclass(frozen=True, slots=True)
class ForkRun:
    """A finished run, as the event of GitHub describes it."""

    number: int
    attempt: int
    commit: str
    repository: str
    branch: str


async def pull_of(host: GitHub, run: ForkRun) -> int | None:
    """The open pull request whose newest commit the run was about. Raises CodeHostError."""
    head = f"{run.repository.partition('/')[0]}:{run.branch}"
    async for pull in host.items("/pulls", {"state": "open", "head": head}):
        if _is_of(pull, run):
            return int(pull["number"])
    return None


def _is_of(pull: Object, run: ForkRun) -> bool:
    head = pull.get("head")
    if not isinstance(head, dict) or head.get("sha") != run.commit:
        return False
    repository = head.get("repo")
    return isinstance(repository, dict) and repository.get("full_name") == run.repository
