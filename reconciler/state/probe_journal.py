"""The journal of a probe: what it makes, a line in a file before each request that makes it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, BinaryIO, Final

from reconciler.core.errors import StateError
from reconciler.core.service.made import Kind, Made

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_VERSION: Final = 1


class ProbeJournal:
    """A directory with a file of JSON lines for each run. A file goes when its run left nothing."""

    def __init__(self, directory: Path, run: str = "") -> None:
        """Run names the file that is written; empty for a journal that only forgets."""
        self._directory = directory
        self._file = directory / f"{run}.jsonl"

    def note(self, made: Made) -> None:
        """Write down a thing, or its id once that is known. Raises StateError."""
        line = {"made": made.name, "id": made.id, "endpoint": made.endpoint, "kind": made.kind}
        self._append(self._file, line)

    def forget(self, made: Made) -> None:
        """It is gone. Raises StateError."""
        for file in self._files():
            if any((made.name, made.kind) == (one.name, one.kind) for one in _open_in(file)):
                self._append(file, {"gone": made.name, "id": made.id, "kind": made.kind})
                if not _open_in(file):
                    file.unlink(missing_ok=True)

    def entries(self) -> list[Made]:
        """What is not gone yet, in this and earlier runs. Raises StateError."""
        return [made for file in self._files() for made in _open_in(file)]

    def _files(self) -> Iterator[Path]:
        yield from sorted(self._directory.glob("*.jsonl"))

    def _append(self, file: Path, line: dict[str, str]) -> None:
        text = json.dumps({"version": _VERSION, **line}) + "\n"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("ab+") as journal:
                journal.write(_end_of_line(journal) + text.encode())
                journal.flush()
                os.fsync(journal.fileno())
        except OSError as failed:
            raise StateError(
                "The journal of the probe cannot be written", f"{file}: {failed.strerror}"
            ) from None


def _end_of_line(journal: BinaryIO) -> bytes:
    """What has to come before a new line: a kill may have cut the last one short."""
    if journal.seek(0, os.SEEK_END) == 0:
        return b""
    journal.seek(-1, os.SEEK_END)
    return b"" if journal.read(1) == b"\n" else b"\n"


def _open_in(file: Path) -> list[Made]:
    """What is open in a file; a line that was cut short counts for nothing."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as failed:
        raise StateError("The journal of the probe cannot be read", f"{file}: {failed}") from None
    entries = _Entries()
    for line in lines:
        try:
            entries.take(json.loads(line))
        except (ValueError, KeyError, TypeError):
            continue
    return entries.open


class _Entries:
    """What the lines of a file add up to. Two things of one kind may have one name."""

    def __init__(self) -> None:
        self.open: list[Made] = []

    def take(self, line: dict[str, str]) -> None:
        """Heed one more line. Raises KeyError or ValueError for what is none.

        Lines of earlier versions name no kind, and say of what is gone only the name.
        """
        kind = Kind(line.get("kind", Kind.PERSONA))
        if "gone" in line:
            self._drop(line["gone"], kind, line.get("id"))
            return
        made = Made(line["made"], line["endpoint"], line["id"], kind)
        self.open = [
            one for one in self.open if one not in {made, Made(made.name, made.endpoint, "", kind)}
        ]
        self.open.append(made)

    def _drop(self, name: str, kind: Kind, id_: str | None) -> None:
        """Forget what has the id; where nothing has it, what was noted without one."""
        named = [one for one in self.open if (one.name, one.kind) == (name, kind)]
        ids = {id_} if id_ in {one.id for one in named} else {""}
        gone = [one for one in named if id_ is None or one.id in ids]
        self.open = [one for one in self.open if one not in gone]
