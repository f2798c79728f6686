"""What a probe needs of the outside: somebody to ask, and a place to write down what it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.resource import Live
    from reconciler.core.service.exchange import Asking, Reply
    from reconciler.core.service.made import Made


class Wire(Protocol):
    """Sends requests word for word."""

    async def ask(self, asking: Asking) -> Reply:
        """The answer, whatever its status. Raises TavusError where none came."""


class Looker(Protocol):
    """Finds the personas that an earlier probe left."""

    async def list(self) -> tuple[Live, ...]:
        """Every user-owned persona; raises rather than return a part of them."""

    async def get(self, persona_id: str) -> Live | None:
        """One persona, or None where the server says that there is none."""

    async def delete(self, persona_id: str) -> None:
        """Delete a persona. Raises TavusNotFoundError where it is gone already."""


class Journal(Protocol):
    """What was made and is not known to be gone, on disk before anything is sent."""

    def note(self, made: Made) -> None:
        """Write down a thing, or its id once that is known. Raises StateError."""

    def forget(self, made: Made) -> None:
        """It is gone. Raises StateError."""

    def entries(self) -> Sequence[Made]:
        """What is not gone yet, in this and earlier runs. Raises StateError."""
