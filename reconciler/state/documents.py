"""State documents in a store: what the workflow reads and replaces, without knowing of bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from reconciler.core.secret import MASK, Secret
from reconciler.state.codec import decode, encode

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from reconciler.core.document import Json
    from reconciler.core.state import StateDocument


class Store(Protocol):
    """Where bytes live: local file now, other back ends later. design.md section 8."""

    def read(self) -> tuple[bytes, str] | None:
        """The document and its version, or None where there is none."""

    def replace(self, data: bytes, expected: str | None) -> str:
        """Replace the expected version; the new version. Raises StateConflictError when stale."""

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep other runs from changing the environment. Raises StateConflictError at once."""

    def history(self) -> list[tuple[str, bytes]]:
        """Earlier documents with their versions, newest first."""

    def keep(self, name: str, data: bytes) -> str:
        """Store an object beside the document; says where it is."""

    def self_check(self) -> None:
        """Prove that a stale replace is refused."""


class StateDocuments:
    """The documents of one environment."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __str__(self) -> str:
        return str(self._store)

    def load(self) -> tuple[StateDocument, str] | None:
        """The current document and its version, or None where there is none. Raises StateError."""
        found = self._store.read()
        return None if found is None else (decode(found[0]), found[1])

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep other runs from changing the environment. Raises StateConflictError at once."""
        return self._store.exclusive()

    def save(self, document: StateDocument, expected: str | None) -> str:
        """Replace the expected version; the new version. Raises StateConflictError when stale."""
        return self._store.replace(encode(document), expected)

    def keep_copy(self, name: str, document: Json) -> str:
        """Store a live document, secrets masked, beside the state; says where it is."""
        text = json.dumps(document, indent=1, ensure_ascii=False, default=_masked)
        return self._store.keep(f"{name}.json", (text + "\n").encode())


def _masked(value: object) -> str:
    if isinstance(value, Secret):
        return MASK
    raise TypeError(f"not JSON: {type(value).__name__}")
