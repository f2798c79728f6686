"""The project as it was at an earlier revision, laid out in a directory of its own.

Taken blob by blob: attributes of the repository, filters and hooks have no say in what is read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import SettingsError, StateError
from reconciler.state.git_command import Git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LINK: Final = "120000"
_FILES: Final = ("100644", "100755", _LINK)
MOST_BYTES: Final = 1024 * 1024 * 1024
"""More than that is no directory of definitions."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit of the repository that a project stands in."""

    git: Git
    name: str
    """As it was asked for."""
    commit: str

    @classmethod
    def of(cls, directory: Path, name: str) -> Revision:
        """The commit that a name means. Raises SettingsError where there is none."""
        git = Git(directory)
        try:
            found = git.run(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
            )
        except StateError as failed:
            raise SettingsError("The git command cannot be run", failed.detail) from None
        if not found.ok:
            raise SettingsError(
                "Git knows no such revision",
                f"{name}, in {directory}",
                "Fetch it first; a shallow clone of CI has one commit only (fetch-depth: 0).",
            )
        return cls(git, name, found.text)

    def lay_out(self, target: Path, *paths: str) -> None:
        """Write what stood at these paths below the project's directory, below target.

        Paths that did not exist are left out. Raises SettingsError.
        """
        entries = list(self._entries(paths))
        blobs = self._blobs([blob for _, blob, _ in entries])
        # Links last: nothing is ever written through one.
        for mode, blob, name in sorted(entries, key=lambda entry: entry[0] == _LINK):
            file = target / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if mode == _LINK:
                file.symlink_to(os.fsdecode(blobs[blob]))
            else:
                file.write_bytes(blobs[blob])

    def _entries(self, paths: Iterable[str]) -> Iterator[tuple[str, str, PurePosixPath]]:
        """Mode, blob and name of every file, relative to the project's directory."""
        listed = self.git.run("ls-tree", "-r", "-z", self.commit, "--", *paths)
        if not listed.ok:
            raise SettingsError("The revision cannot be read", f"{self.name}: {listed.words}")
        for line in listed.output.split(b"\0"):
            about, _, name = line.partition(b"\t")
            if not name:
                continue
            mode, _, blob = about.decode().split(" ")
            path = PurePosixPath(os.fsdecode(name))
            if path.is_absolute() or {"..", ".git"} & set(path.parts):
                raise SettingsError("The revision has a strange path", f"{self.name}: {path}")
            if mode in _FILES:
                yield mode, blob, path

    def _blobs(self, wanted: list[str]) -> dict[str, bytes]:
        """The contents of blobs, by name."""
        if not wanted:
            return {}
        feed = "".join(f"{blob}\n" for blob in wanted).encode()
        ran = self.git.run("cat-file", "--batch", feed=feed)
        if not ran.ok or len(ran.output) > MOST_BYTES:
            raise SettingsError("The revision cannot be read", f"{self.name}: {ran.words}")
        found, start = {}, 0
        for blob in wanted:
            end = ran.output.index(b"\n", start)
            size = ran.output[start:end].split(b" ")[-1]
            if not size.isdigit():
                hint = "Fetch it whole, without a filter."
                raise SettingsError("The revision is incomplete here", self.name, hint)
            start = end + 1 + int(size) + 1
            found[blob] = ran.output[end + 1 : start - 1]
        return found
