"""The journal of a probe: what it makes, a line in a file before each request that makes it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import StateError
from reconciler.core.service.made import Made

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
        """Write down a persona, or its id once that is known. Raises StateError."""
        self._append(self._file, {"made": made.name, "id": made.id, "endpoint": made.endpoint})

    def forget(self, made: Made) -> None:
        """It is gone. Raises StateError."""
        for file in self._files():
            if any(made.name == one.name for one in _open_in(file)):
                self._append(file, {"gone": made.name})
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
            with file.open("a", encoding="utf-8") as journal:
                journal.write(text)
                journal.flush()
                os.fsync(journal.fileno())
        except OSError as failed:
            raise StateError(
                "The journal of the probe cannot be written", f"{file}: {failed.strerror}"
            ) from None


def _open_in(file: Path) -> list[Made]:
    """The last word on each name in a file; a line that was cut short counts for nothing."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as failed:
        raise StateError("The journal of the probe cannot be read", f"{file}: {failed}") from None
    found: dict[str, Made] = {}
    for line in lines:
        try:
            entry = json.loads(line)
            if "gone" in entry:
                found.pop(entry["gone"], None)
            else:
                found[entry["made"]] = Made(entry["made"], entry["endpoint"], entry["id"])
        except (ValueError, KeyError, TypeError):
            continue
    return list(found.values())
