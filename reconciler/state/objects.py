"""The state document in a bucket of S3, Google Cloud Storage or Azure: compare and swap by put."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state.bucket import Bucket, replaced_by_someone_else
from reconciler.state.bucket_check import prove_conditions
from reconciler.state.documents import NOTHING
from reconciler.state.objects_history import ObjectsHistory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reconciler.state.bucket import StoredObject

_DOCUMENT: Final = "state.json"
_AT_ONCE: Final = 8
"""Puts and removals under way at a time, of objects beside the document."""

_NUMBER: Final = "number"
"""Note with the document: how many there have been, itself included."""
_WRITER: Final = "writer"
"""Note with the document: drawn for each replace, so that it knows its own after a lost answer."""


class ObjectStore:
    """ENVIRONMENT/state.json below a URL; its last versions in history/, other things in objects/.

    Versions are the entity tag (and the version id, where the bucket keeps versions). A replace
    stores what is beside the document and the document before it, then puts the document on the
    condition that it is still the one that was read. It never ends with less than there was: a
    crash in between leaves the old document, and objects that nothing refers to. Objects of a
    replace that loses a race may stay as well, so their names are those of one run.

    Args:
        url: s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX.
        environment: the name of the environment.
        variables: the environment variables of the process.

    Raises StateError where the bucket cannot be opened; nothing is sent yet.
    """

    def __init__(self, url: str, environment: str, variables: Mapping[str, str]) -> None:
        self._bucket = Bucket(f"{url.rstrip('/')}/{environment}", variables)
        self._history = ObjectsHistory(self._bucket)

    def __str__(self) -> str:
        return f"{self._bucket}/{_DOCUMENT}"

    def read(self) -> tuple[bytes, str] | None:
        """The document and its version, or None where there is none yet. Raises StateError."""
        found = self._bucket.get(_DOCUMENT)
        return None if found is None else (found.data, found.version)

    def replace(
        self, data: bytes, expected: str | None, beside: Mapping[str, bytes | None] = NOTHING
    ) -> str:
        """Replace the document if its version is still the expected one; None: if there is none.

        Returns the new version. Raises StateConflictError where someone else was faster, StateError
        where it cannot be written or where that is unknown: then the network is to be mended and
        the document to be read again. What cannot be removed afterwards stays, to no harm.
        """
        found = self._bucket.get(_DOCUMENT)
        if (found.version if found else None) != expected:
            raise replaced_by_someone_else(str(self))
        number = self._number(found)
        stored = {name: value for name, value in beside.items() if value is not None}
        _at_once(lambda name: self._bucket.put(_object(name), stored[name]), stored)
        if found:
            self._history.keep(number, found)
        version = self._swap(data, found, number + 1)
        with suppress(StateError):
            _at_once(lambda name: self._bucket.remove(_object(name)), beside.keys() - stored)
            self._history.trim(number)
        return version

    def _number(self, found: StoredObject | None) -> int:
        """The number of the document that was found; of one put there by hand, the next."""
        noted = found.notes.get(_NUMBER, "") if found else ""
        if noted.isdecimal():
            return int(noted)
        return max(self._history.numbers(), default=0) + (1 if found else 0)

    def _swap(self, data: bytes, found: StoredObject | None, number: int) -> str:
        writer = uuid4().hex
        notes = {_NUMBER: str(number), _WRITER: writer}
        try:
            return self._bucket.replace(_DOCUMENT, data, found, notes)
        except (StateConflictError, StateError):
            # The answer to a put that was carried out may be lost; a repetition is then refused.
            with suppress(StateError):
                now = self._bucket.get(_DOCUMENT)
                if now and now.notes.get(_WRITER) == writer:
                    return now.version
            raise

    def beside(self, name: str) -> bytes | None:
        """An object stored beside the document, or None where there is none. Raises StateError."""
        found = self._bucket.get(_object(name))
        return None if found is None else found.data

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """False: a bucket cannot prove that no other run is alive."""
        yield False

    def history(self) -> list[tuple[str, bytes]]:
        """Earlier documents with their versions, newest first, a bounded number."""
        found = self._bucket.get(_DOCUMENT)
        return self._history.before(self._number(found) + (0 if found else 1))

    def self_check(self) -> None:
        """Prove on a scratch object that this bucket refuses a stale replace. Raises StateError."""
        prove_conditions(self._bucket)


def _object(name: str) -> str:
    return f"objects/{name}"


def _at_once(act: Callable[[str], None], names: Mapping[str, bytes] | set[str]) -> None:
    """Do it for every name, several at a time; all are done or have failed when this ends."""
    if names:
        with ThreadPoolExecutor(min(len(names), _AT_ONCE)) as pool:
            for done in [pool.submit(act, name) for name in names]:
                done.result()
