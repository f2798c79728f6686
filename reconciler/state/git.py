"""The state document on a branch of the repository that holds the definitions."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state.documents import NOTHING
from reconciler.state.git_branch import RemoteBranch
from reconciler.state.git_check import prove_refusal
from reconciler.state.git_command import Git
from reconciler.state.git_objects import first_parents, make_commit, read_files
from reconciler.state.git_sight import Sight

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

KEPT: Final = 20
"""How many earlier documents history() looks back."""

_FILE: Final = "state.json"
_NO_REF: Final = re.compile(r"\.\.|\.$|\.lock$")


class GitStore:
    """An orphan branch of a remote: state.json, objects/ beside it, one commit per replace.

    Versions are commit ids. What is beside and the history are those of the version that was read
    or written last. Nothing of the user's is touched: work tree, index, HEAD, branches.
    """

    def __init__(self, directory: Path, environment: str, remote: str = "origin") -> None:
        if _NO_REF.search(environment):
            raise StateError(
                "No git branch can have the name of the environment",
                f"«{environment}» holds «..» or ends in «.» or «.lock»",
                "Rename the environment, or choose another place for its state.",
            )
        self._git = Git(directory)
        self._remote = remote
        self._title = f"State of {environment}"
        self._branch = RemoteBranch(self._git, remote, f"reconciler-state/{environment}")
        self._sight = Sight(
            self._git, self._branch, f"refs/reconciler/{remote}/{environment}", KEPT + 1
        )
        self._known: str | None = None
        """The version that was read or written last."""

    def __str__(self) -> str:
        return str(self._branch)

    def read(self) -> tuple[bytes, str] | None:
        """The document and its version, or None where there never was any. Raises StateError."""
        tip = self._look()
        if tip is None:
            return None
        data = read_files(self._git, [f"{tip}:{_FILE}"])[0]
        if data is None:
            raise StateError(
                "The branch for the state does not hold one",
                f"{self._branch} at {tip[:12]} has no {_FILE}",
                "The branch is for this program alone: go back to the last commit that has one.",
            )
        return data, tip

    def _look(self) -> str | None:
        self._known = self._sight.look()
        return self._known

    def replace(
        self, data: bytes, expected: str | None, beside: Mapping[str, bytes | None] = NOTHING
    ) -> str:
        """Push a commit on top of the expected one (None: where there is no branch); its id.

        Raises StateConflictError where someone else was faster, StateError where it could not be
        pushed or whether it was is unknown.
        """
        # What this store has just read is not looked for again: the push is judged by the remote.
        if (expected is None or expected != self._known) and self._look() != expected:
            raise StateConflictError(
                "The state was replaced by someone else",
                str(self._branch),
                "Run the command again: it starts from what is there now.",
            )
        objects = {_object(name): value for name, value in beside.items()}
        commit = make_commit(self._git, expected, self._title, {**objects, _FILE: data})
        self._branch.push(commit, expected)
        self._sight.remember(commit, expected)
        self._known = commit
        return commit

    def beside(self, name: str) -> bytes | None:
        """An object stored beside the document, or None where there is none. Raises StateError."""
        at = self._known or self._look()
        return None if at is None else read_files(self._git, [f"{at}:{_object(name)}"])[0]

    def alone(self) -> AbstractContextManager[bool]:
        """Nothing is announced and nothing proven: a branch has no lock that dies with its run."""
        return nullcontext(False)

    def history(self) -> list[tuple[str, bytes]]:
        """Earlier documents with their versions, newest first, at most KEPT. Raises StateError."""
        at = self._known or self._look()
        earlier = [] if at is None else first_parents(self._git, at, KEPT)
        documents = read_files(self._git, [f"{commit}:{_FILE}" for commit in earlier])
        found = zip(earlier, documents, strict=True)
        return [(commit, data) for commit, data in found if data is not None]

    def self_check(self) -> None:
        """Prove on a scratch branch that a stale push is refused here. Raises StateError if not."""
        prove_refusal(self._git, self._remote)


def _object(name: str) -> str:
    return f"objects/{name}"
