"""The state document in a local file: lock, temporary file, fsync, rename, compare and swap."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state.documents import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KEPT: Final = 20
"""How many earlier documents stay beside the current one."""

LOCK_SECONDS: Final = 10
"""How long to wait for another process that is replacing the document; it takes milliseconds."""

_NUMBERED: Final = "[0-9]" * 8 + ".json"


class LocalStore:
    """A directory with state.json, its last versions in history/, and other objects beside it.

    Versions are the SHA-256 of the bytes, so two stores that hold the same have the same version.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file = directory / "state.json"

    def __str__(self) -> str:
        return str(self._file)

    def read(self) -> tuple[bytes, str] | None:
        """The document and its version, or None where there is none yet. Raises StateError."""
        try:
            data = self._file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as failed:
            raise StateError("The state file cannot be read", _reason(failed)) from None
        return data, _version(data)

    def replace(
        self, data: bytes, expected: str | None, beside: Mapping[str, bytes | None] = NOTHING
    ) -> str:
        """Replace the document if its version is still the expected one; None: if there is none.

        Returns the new version. Raises StateConflictError where someone else was faster, StateError
        where it cannot be written; in both cases the old document is untouched.
        """
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with FileLock(self._directory / "state.lock", timeout=LOCK_SECONDS):
                return self._swap(data, expected, beside)
        except Timeout:
            raise StateConflictError(
                "Another process holds the state file's lock",
                str(self._directory),
                "Run the command again once that process has ended.",
            ) from None
        except OSError as failed:
            raise StateError("The state file cannot be written", _reason(failed)) from None

    def _swap(self, data: bytes, expected: str | None, beside: Mapping[str, bytes | None]) -> str:
        found = self.read()
        if (found[1] if found else None) != expected:
            raise StateConflictError(
                "The state was replaced by someone else",
                str(self._file),
                "Run the command again: it starts from what is there now.",
            )
        for name, value in beside.items():
            self._keep(self._object(name), value)
        if found:
            self._remember(found[0])
        _write(self._file, data)
        return _version(data)

    def _keep(self, file: Path, data: bytes | None) -> None:
        if data is None:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, data)

    def _object(self, name: str) -> Path:
        return self._directory / "objects" / name

    def beside(self, name: str) -> bytes | None:
        """An object stored beside the document, or None where there is none. Raises StateError."""
        try:
            return self._object(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as failed:
            raise StateError("A copy beside the state cannot be read", _reason(failed)) from None

    def _remember(self, data: bytes) -> None:
        folder = self._directory / "history"
        folder.mkdir(exist_ok=True)
        earlier = sorted(folder.glob(_NUMBERED))
        number = int(earlier[-1].stem) + 1 if earlier else 1
        _write(folder / f"{number:08}.json", data)
        for old in earlier[: max(0, len(earlier) + 1 - KEPT)]:
            old.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Keep other runs on this machine from changing the environment meanwhile; True.

        The lock dies with its process, so whoever has it knows that no other run is alive.
        Raises StateConflictError at once where another run is at it.
        """
        lock = FileLock(self._directory / "run.lock", timeout=0)
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise StateConflictError(
                "Another run is changing this environment",
                str(self._directory),
                "Nothing was sent. Wait until it has ended, then run the command again.",
            ) from None
        except OSError as failed:
            raise StateError("The state cannot be locked", _reason(failed)) from None
        try:
            yield True
        finally:
            lock.release()

    def history(self) -> list[tuple[str, bytes]]:
        """Earlier documents with their versions, newest first, at most KEPT."""
        files = sorted((self._directory / "history").glob(_NUMBERED), reverse=True)
        return [(_version(data), data) for data in (file.read_bytes() for file in files)]

    def self_check(self) -> None:
        """Prove on a scratch document that a stale replace is refused. Raises StateError if not."""
        with tempfile.TemporaryDirectory() as scratch:
            store = type(self)(self._directory.__class__(scratch))
            version = store.replace(b"1", None)
            store.replace(b"2", version)
            try:
                store.replace(b"3", version)
            except StateConflictError:
                return
        raise StateError("The state store accepts a stale replace", str(self))


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(file: Path, data: bytes) -> None:
    """Replace a file so that a crash leaves the old or the new one, never a part."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(data)
            temporary.flush()
            os.fsync(temporary.fileno())
        os.replace(name, file)  # noqa: PTH105 - the temporary name is text already
    except BaseException:
        os.unlink(name)  # noqa: PTH108 - as above
        raise
    if os.name != "posix":  # elsewhere a directory cannot be opened, nor needs to be
        return
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _reason(failed: OSError) -> str:
    name = f"{failed.filename}: " if failed.filename else ""
    return f"{name}{failed.strerror or failed}"
