"""The branch on which drift is proposed as a change: one commit on top of what is checked out.

Made without touching the work tree, the index or the branch that is checked out.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reconciler.cli.session import OWN_DIRECTORY
from reconciler.core.errors import CodeHostError
from reconciler.state.git_command import Git

if TYPE_CHECKING:
    from reconciler.state.git_command import Ran

_NAME: Final = "github-actions[bot]"
_EMAIL: Final = "41898282+github-actions[bot]@users.noreply.github.com"
_REMOTE: Final = "origin"


@dataclass(frozen=True, slots=True)
class DriftBranch:
    """The branch, for the project in one directory."""

    directory: Path
    name: str

    def push(self, message: str) -> bool:
        """Make the branch say what the files here say; False where nothing is changed.

        Raises CodeHostError, also where somebody else has worked on the branch.
        """
        with tempfile.TemporaryDirectory() as folder:
            git = Git(self.directory, index=Path(folder) / "index")
            head = _ok(git.run("rev-parse", "HEAD"))
            _ok(git.run("read-tree", head))
            _ok(git.run("add", "--all", "--", *self._files(git)))
            tree = _ok(git.run("write-tree"))
        if tree == _ok(git.run("rev-parse", f"{head}^{{tree}}")):
            return False
        tip = self._tip(git)
        if tip and (tree, head) == self._content(git, tip):
            return True
        person = ("-c", f"user.name={_NAME}", "-c", f"user.email={_EMAIL}")
        commit = _ok(git.run(*person, "commit-tree", tree, "-p", head, "-m", message))
        _ok(git.run("push", "--quiet", self._lease(tip), _REMOTE, f"{commit}:{self._ref}"))
        return True

    def remove(self) -> None:
        """Remove the branch, if it is there and still ours. Raises CodeHostError."""
        git = Git(self.directory)
        if tip := self._tip(git):
            _ok(git.run("push", "--quiet", self._lease(tip), _REMOTE, f":{self._ref}"))

    @staticmethod
    def _files(git: Git) -> list[str]:
        """Everything here but our own directory; git minds an exclusion of what is ignored."""
        if git.run("check-ignore", "--quiet", OWN_DIRECTORY).ok:
            return ["."]
        return [".", f":(exclude){OWN_DIRECTORY}"]

    @property
    def _ref(self) -> str:
        return f"refs/heads/{self.name}"

    def _lease(self, tip: str) -> str:
        return f"--force-with-lease={self._ref}:{tip}"

    def _tip(self, git: Git) -> str:
        """The commit the branch is at; empty where there is none."""
        found = _ok(git.run("ls-remote", _REMOTE, self._ref)).split()
        if not found:
            return ""
        tip = found[0]
        _ok(git.run("fetch", "--quiet", "--no-tags", _REMOTE, self._ref))
        if _ok(git.run("log", "-1", "--format=%ce", tip)) != _EMAIL:
            raise CodeHostError(
                "Somebody has worked on the branch of the drift",
                self.name,
                "Merge it, or delete it; then the next run proposes what is left.",
            )
        return tip

    @staticmethod
    def _content(git: Git, commit: str) -> tuple[str, str]:
        tree, _, parents = _ok(git.run("log", "-1", "--format=%T %P", commit)).partition(" ")
        return tree, parents


def _ok(ran: Ran) -> str:
    if not ran.ok:
        raise CodeHostError("git did not do what was asked", ran.words)
    return ran.text
