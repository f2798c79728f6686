"""State documents in a store: what the workflow reads and replaces, without knowing of bytes."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from reconciler.core.errors import StateError
from reconciler.core.secret import MASK, Secret
from reconciler.state.codec import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from reconciler.core.document import Json
    from reconciler.core.state import StateDocument


NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
"""No objects beside the document."""


class Store(Protocol):
    """Where bytes live: a local file, a git branch, an object store. design.md section 8."""

    def read(self) -> tuple[bytes, str] | None:
        """The document and its version, or None where there is none. Raises StateError."""

    def replace(
        self, data: bytes, expected: str | None, beside: Mapping[str, bytes | None] = NOTHING
    ) -> str:
        """Replace the expected version (None: if there is none); the new version.

        Args:
            data: the new document.
            expected: the version it replaces.
            beside: objects by name, «/» allowed, to be stored beside the document no later than
                the document itself; None removes one, if it is there.

        Raises:
            StateConflictError: another version is there; the document is as it was.
            StateError: it cannot be written, or whether it was is unknown.
        """

    def beside(self, name: str) -> bytes | None:
        """An object stored beside the document, or None where there is none. Raises StateError."""

    def alone(self) -> AbstractContextManager[bool]:
        """Announce a run that writes; whether that proves that no other run is alive.

        A lock that dies with its process proves it; most places have none and say no.
        Raises StateConflictError where another run is known to be alive.
        """

    def history(self) -> list[tuple[str, bytes]]:
        """Earlier documents with their versions, newest first, a bounded number."""

    def self_check(self) -> None:
        """Prove that a stale replace is refused here, and leave nothing. Raises StateError."""


class StateDocuments:
    """The documents of one environment."""

    def __init__(self, store: Store, hide: Callable[[Json], Json] = lambda value: value) -> None:
        """Hide takes secrets out of what is kept beside the document, by value."""
        self._store = store
        self._hide = hide

    def __str__(self) -> str:
        return str(self._store)

    def load(self) -> tuple[StateDocument, str] | None:
        """The current document and its version, or None where there is none. Raises StateError."""
        found = self._store.read()
        return None if found is None else (decode(found[0]), found[1])

    def alone(self) -> AbstractContextManager[bool]:
        """Announce a run that writes; whether that proves that no other run is alive.

        Raises StateConflictError where another run is known to be alive.
        """
        return self._store.alone()

    def save(
        self, document: StateDocument, expected: str | None, beside: Mapping[str, Json] = NOTHING
    ) -> str:
        """Replace the expected version; the new version. Raises StateConflictError when stale.

        A first document (expected: None) is stored only where the place has just proved that it
        refuses a stale replace; StateError otherwise.

        beside: values by name to be kept beside the document, secrets masked; None removes one.
        """
        if expected is None:
            self._store.self_check()
        kept = {
            name: None if value is None else _text(self._hide(value))
            for name, value in beside.items()
        }
        return self._store.replace(encode(document), expected, kept)

    def recall(self, name: str) -> Json:
        """A value kept beside the document; None where there is none. Raises StateError."""
        data = self._store.beside(name)
        try:
            return None if data is None else json.loads(data)
        except ValueError:
            raise StateError("A copy beside the state is damaged", name) from None


def _text(value: Json) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, default=_masked) + "\n").encode()


def _masked(value: object) -> str:
    if isinstance(value, Secret):
        return MASK
    raise TypeError(f"not JSON: {type(value).__name__}")
