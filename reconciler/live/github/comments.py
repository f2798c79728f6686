"""The comments of one pull request as a board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from reconciler.core.document import Object
    from reconciler.live.github.client import GitHub


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of a pull request."""

    host: GitHub
    pull: int

    def all(self) -> AsyncIterator[Object]:
        """Every comment, of whomever."""
        return self.host.items(f"/issues/{self.pull}/comments")

    async def create(self, body: str) -> Object:
        """Comment."""
        return await self.host.write("POST", f"/issues/{self.pull}/comments", {"body": body})

    async def edit(self, known: Object, body: str) -> None:
        """Edit in place."""
        await self.host.write("PATCH", f"/issues/comments/{known['id']}", {"body": body})

    async def take_back(self, double: Object, kept: Object) -> None:
        """Delete."""
        del kept
        await self.host.write("DELETE", f"/issues/comments/{double['id']}")
