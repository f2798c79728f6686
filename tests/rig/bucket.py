"""A place for the state document in memory: bytes, compare and swap, a count of the replaces."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from reconciler.core.errors import StateConflictError
from reconciler.state.documents import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager


class Bucket:
    """The stored bytes, as every process sees them."""

    def __init__(self) -> None:
        self.data: bytes | None = None
        self.version = 0
        self.objects: dict[str, bytes] = {}

    def copy(self) -> Bucket:
        """Another place that holds the same."""
        other = Bucket()
        other.data, other.version, other.objects = self.data, self.version, dict(self.objects)
        return other

    def read(self) -> tuple[bytes, str] | None:
        """The document and its version."""
        return None if self.data is None else (self.data, str(self.version))

    def replace(
        self, data: bytes, expected: str | None, beside: Mapping[str, bytes | None] = NOTHING
    ) -> str:
        """Replace the expected version; raises StateConflictError where it is another."""
        if (None if self.data is None else str(self.version)) != expected:
            raise StateConflictError("The state was replaced by someone else")
        for name, value in beside.items():
            self.objects.pop(name, None)
            if value is not None:
                self.objects[name] = value
        self.data, self.version = data, self.version + 1
        return str(self.version)

    def beside(self, name: str) -> bytes | None:
        """An object beside the document."""
        return self.objects.get(name)

    def alone(self) -> AbstractContextManager[bool]:
        """No proof."""
        return nullcontext(False)

    def history(self) -> list[tuple[str, bytes]]:
        """None is kept."""
        return []

    def self_check(self) -> None:
        """It is what it says."""
