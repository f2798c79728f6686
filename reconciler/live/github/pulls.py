"""The one pull request of a branch of ours. GitHub itself allows no second one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import CodeHostError
from reconciler.core.sticky import same_text
from reconciler.live.github.sticky import Did, Posted, author_of, text_of

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.live.github.client import GitHub

_INVALID: Final = 422
"""Among others: there is one already."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a pull request says."""

    branch: str
    base: str
    title: str
    body: str


async def propose(host: GitHub, proposal: Proposal) -> Posted:
    """Open the pull request or edit the open one. Raises CodeHostError."""
    known = await _open(host, proposal.branch)
    if known is None:
        try:
            return _posted(Did.CREATED, await host.write("POST", "/pulls", _opening(proposal)))
        except CodeHostError as failed:
            if not (failed.unclear or failed.status == _INVALID):
                raise
            known = await _open(host, proposal.branch)
            if known is None:
                raise
    if author_of(known) != await host.author():
        return _posted(Did.LEFT, known)
    if same_text(text_of(known), proposal.body):
        return _posted(Did.KEPT, known)
    changed: Object = {"title": proposal.title, "body": proposal.body}
    await host.write("PATCH", f"/pulls/{known['number']}", changed)
    return _posted(Did.EDITED, known)


async def withdraw(host: GitHub, branch: str, said: str) -> Posted:
    """Close the open pull request of the branch, saying why. Raises CodeHostError."""
    known = await _open(host, branch)
    if known is None:
        return Posted(Did.NOTHING)
    await host.write("POST", f"/issues/{known['number']}/comments", {"body": said})
    await host.write("PATCH", f"/pulls/{known['number']}", {"state": "closed"})
    return _posted(Did.CLOSED, known)


async def _open(host: GitHub, branch: str) -> Object | None:
    head = f"{host.repository.partition('/')[0]}:{branch}"
    async for known in host.items("/pulls", {"state": "open", "head": head}):
        return known
    return None


def _opening(proposal: Proposal) -> Object:
    return {
        "head": proposal.branch,
        "base": proposal.base,
        "title": proposal.title,
        "body": proposal.body,
        "maintainer_can_modify": False,
    }


def _posted(did: Did, known: Object) -> Posted:
    return Posted(did, str(known.get("html_url", "")))
