"""The open issues as a board, and closing what was said there once it no longer holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.live.github.sticky import Did, Posted, ours

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from reconciler.core.document import Object
    from reconciler.core.sticky import Sticky
    from reconciler.live.github.client import GitHub


@dataclass(frozen=True, slots=True)
class Issues:
    """The open issues of a repository."""

    host: GitHub
    title: str
    label: str = ""

    def all(self) -> AsyncIterator[Object]:
        """Every open issue; a label is not asked for, since not every token may set one."""
        return self._open()

    async def _open(self) -> AsyncIterator[Object]:
        async for issue in self.host.items("/issues", {"state": "open"}):
            if "pull_request" not in issue:
                yield issue

    async def create(self, body: str) -> Object:
        """Open one."""
        labels: Object = {"labels": [self.label]} if self.label else {}
        return await self.host.write(
            "POST", "/issues", {"title": self.title, "body": body, **labels}
        )

    async def edit(self, known: Object, body: str) -> None:
        """Edit in place."""
        await self.host.write("PATCH", f"/issues/{known['number']}", {"body": body})

    async def take_back(self, double: Object, kept: Object) -> None:
        """Close as a duplicate."""
        number = double["number"]
        said = f"Two runs reported at once; this goes on in #{kept['number']}."
        await self.host.write("POST", f"/issues/{number}/comments", {"body": said})
        await self.host.write(
            "PATCH", f"/issues/{number}", {"state": "closed", "state_reason": "not_planned"}
        )


async def close_issues(host: GitHub, sticky: Sticky, said: str) -> Posted:
    """Close what is open with this marker, saying why. Raises CodeHostError."""
    posted = Posted(Did.NOTHING)
    for issue in await ours(host, Issues(host, ""), sticky):
        number = issue["number"]
        await host.write("POST", f"/issues/{number}/comments", {"body": said})
        await host.write(
            "PATCH", f"/issues/{number}", {"state": "closed", "state_reason": "completed"}
        )
        posted = Posted(Did.CLOSED, str(issue.get("html_url", "")))
    return posted
