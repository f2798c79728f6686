"""What the workflow needs of the sides: a reader, a writer, and a place for state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.document import Json, Object
    from reconciler.core.outcome import Written
    from reconciler.core.resource import Live
    from reconciler.core.run import CiRun
    from reconciler.core.state import StateDocument


class PersonaReader(Protocol):
    """Looks; cannot write. All that a plan is given. Every method raises TavusError."""

    async def list(self) -> tuple[Live, ...]:
        """Every user-owned persona; raises rather than return a part of them."""

    async def get(self, persona_id: str) -> Live | None:
        """One persona, or None where the server says that there is none."""

    async def has_draft(self, persona_id: str) -> bool:
        """Whether a draft stands beside the live persona, so that a write may not be live."""

    async def active_conversations(self) -> Mapping[str, int]:
        """Persona id → conversations that are active with it now; those without are left out."""


class PersonaWriter(Protocol):
    """Writes. Each call is one request, never repeated. Every method raises TavusError."""

    async def create(self, document: Object) -> str:
        """Create a persona; its id."""

    async def patch(
        self, persona_id: str, operations: Sequence[Object], *, force: bool = False
    ) -> Written:
        """Send one JSON Patch. With force, unpublished edits in PAL Maker are thrown away."""

    async def delete(self, persona_id: str) -> None:
        """Delete a persona."""


class PersonaClient(PersonaReader, PersonaWriter, Protocol):
    """Both."""


class Documents(Protocol):
    """State documents of one environment, replaced by compare and swap only."""

    def load(self) -> tuple[StateDocument, str] | None:
        """The current document and its version. Raises StateError."""

    def save(
        self, document: StateDocument, expected: str | None, beside: Mapping[str, Json]
    ) -> str:
        """Replace the expected version; the new one. Raises StateConflictError when stale.

        beside: values by name, kept beside the document with secrets masked; None removes one.
        """

    def recall(self, name: str) -> Json:
        """A value kept beside the document; None where there is none. Raises StateError."""


class CiRuns(Protocol):
    """The CI service, asked about other runs."""

    async def is_over(self, run: CiRun) -> bool:
        """Whether the run is certainly over; False where that cannot be found out."""


class Audit(Protocol):
    """An append-only record of what a run does."""

    def note(self, event: str, **facts: Json) -> None:
        """Write one event, at once."""
