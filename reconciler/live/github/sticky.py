"""One text that stays: written once, edited in place, never doubled, whoever runs at the same time.

Two runs that find nothing both write. Each then lists again, keeps the oldest of ours with the
newest text, and takes back the others: the one that wrote last always sees both.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from reconciler.core.errors import CodeHostError
from reconciler.core.sticky import same_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from reconciler.core.document import Object
    from reconciler.core.sticky import Sticky
    from reconciler.live.github.client import GitHub

_ATTEMPTS: Final = 3
_GONE: Final = frozenset({404, 410})


class Did(StrEnum):
    """What became of the text."""

    CREATED = "created"
    EDITED = "edited"
    KEPT = "unchanged"
    LEFT = "left to a newer run"
    CLOSED = "closed"
    NOTHING = "nothing to do"


@dataclass(frozen=True, slots=True)
class Posted:
    """Where the text is, and what became of it."""

    did: Did
    url: str = ""


class Board(Protocol):
    """Where such texts hang."""

    def all(self) -> AsyncIterator[Object]:
        """Every text, of whomever."""
        ...

    async def create(self, body: str) -> Object:
        """Hang up a new one."""
        ...

    async def edit(self, known: Object, body: str) -> None:
        """Change one."""
        ...

    async def take_back(self, double: Object, kept: Object) -> None:
        """Remove one that says what another says."""
        ...


async def post(host: GitHub, board: Board, sticky: Sticky, body: str) -> Posted:
    """Make the text the one on the board. body begins with sticky.head. Raises CodeHostError."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return await _settle(host, board, sticky, body)
        except CodeHostError as failed:
            # Removed meanwhile by a run beside us, or perhaps written although no answer came.
            if not (failed.unclear or failed.status in _GONE):
                raise
    return await _settle(host, board, sticky, body)


async def ours(host: GitHub, board: Board, sticky: Sticky) -> list[Object]:
    """What we wrote with this marker, oldest first."""
    author = await host.author()
    found = [
        known
        async for known in board.all()
        if sticky.marks(text_of(known)) and author_of(known) == author
    ]
    return sorted(found, key=number_of)


async def _settle(host: GitHub, board: Board, sticky: Sticky, body: str) -> Posted:
    found = await ours(host, board, sticky)
    created = None
    if not found:
        created = await board.create(body)
        host.learn_author(author_of(created))
        found = await ours(host, board, sticky) or [created]
    kept, *doubles = found
    did = Did.CREATED if created and number_of(created) == number_of(kept) else Did.KEPT
    if sticky.is_older_than(text_of(kept)):
        did = Did.LEFT
    elif not same_text(text_of(kept), body):
        await board.edit(kept, body)
        did = Did.EDITED
    for double in doubles:
        # What a newer run wrote is its own to take back, once it has laid its text over the oldest.
        if not sticky.is_older_than(text_of(double)):
            await _take_back(board, double, kept)
    return Posted(did, str(kept.get("html_url", "")))


async def _take_back(board: Board, double: Object, kept: Object) -> None:
    try:
        await board.take_back(double, kept)
    except CodeHostError as failed:
        if failed.status not in _GONE:
            raise


def text_of(known: Object) -> str:
    """The body of a comment, issue or pull request."""
    return str(known.get("body") or "")


def number_of(known: Object) -> int:
    """A number that is smaller for what was there earlier."""
    number = known.get("id")
    return number if isinstance(number, int) else 0


def author_of(known: Object) -> str:
    """The login of who wrote it."""
    user = known.get("user")
    return str(user.get("login", "")) if isinstance(user, dict) else ""
