"""A branch of a remote that is read, and moved by compare-and-swap, without having it locally."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.errors import StateConflictError, StateError

if TYPE_CHECKING:
    from reconciler.state.git_command import Git, Ran

PUSH: Final = ("push", "--quiet", "--no-signed", "--no-follow-tags", "--no-recurse-submodules")
"""A push of what it is told to push, whatever the user's settings add."""


class RemoteBranch:
    """One branch of a remote, seen from a clone."""

    def __init__(self, git: Git, remote: str, name: str) -> None:
        self.remote = remote
        self.name = name
        self._git = git
        self._ref = f"refs/heads/{name}"

    def __str__(self) -> str:
        return f"branch {self.name} of {self.remote}"

    def tip(self) -> str | None:
        """The commit that the remote has there now, or None for no branch. Raises StateError."""
        done = self._git.run("ls-remote", "--", self.remote, self._ref)
        if not done.ok:
            raise self._unreachable(done)
        # A pattern also matches the end of longer names.
        found = (line.split("\t") for line in done.text.splitlines())
        return next((commit for commit, ref in found if ref == self._ref), None)

    def fetch(self, depth: int | None) -> None:
        """Bring the branch's commits here, without a ref; the last few only where there is a depth.

        Raises StateError.
        """
        done = self._git.run(
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-prune",
            "--refmap=",
            *([] if depth is None else [f"--depth={depth}"]),
            "--",
            self.remote,
            self._ref,
        )
        if not done.ok:
            raise self._unreachable(done)

    def push(self, commit: str, expected: str | None) -> None:
        """Move the branch from the expected commit (None: there is no branch) to its child.

        Raises:
            StateConflictError: something else is there.
            StateError: the remote did not take it, or whether it did is unknown.
        """
        done = self._push(f"--force-with-lease={self._ref}:{expected or ''}", commit)
        if done.ok:
            return
        # A refusal and a lost answer look much the same from here; the remote knows.
        try:
            now = self.tip()
        except StateError:
            raise StateError(
                "Whether the state was replaced is unknown",
                f"{self}: {done.words}",
                "Run the command again once the remote answers: it starts from what is there then.",
            ) from None
        if now == commit:
            return
        if now == expected:
            raise self._refused(done)
        raise StateConflictError(
            "The state was replaced by someone else",
            str(self),
            "Run the command again: it starts from what is there now.",
        )

    def delete(self) -> None:
        """Remove the branch, whatever it points at. Raises StateError."""
        done = self._push("--force", "")
        if not done.ok:
            raise StateError(
                "A branch could not be removed from the remote",
                f"{self}: {done.words}",
                f"Remove it by hand: git push {self.remote} --delete {self.name}",
            )

    def _push(self, condition: str, commit: str) -> Ran:
        return self._git.run(*PUSH, condition, "--", self.remote, f"{commit}:{self._ref}")

    def _refused(self, done: Ran) -> StateError:
        return StateError(
            "The state could not be pushed; it is as it was",
            f"{self}: {done.words}",
            "The account needs the right to push to this branch (GitHub Actions: `permissions:"
            " contents: write`), and no rule of the remote may demand reviews or signatures there.",
        )

    def _unreachable(self, done: Ran) -> StateError:
        return StateError(
            "The remote that holds the state cannot be read",
            f"{self}: {done.words}",
            f"Try `git ls-remote {self.remote}` here: there has to be a remote of that name, and"
            " credentials that git finds without asking.",
        )
