"""What a clone has seen of a remote branch, so that it notices when the branch goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.errors import StateError

if TYPE_CHECKING:
    from reconciler.state.git_branch import RemoteBranch
    from reconciler.state.git_command import Git


class Sight:
    """A private ref of the clone that follows a remote branch, forward only."""

    def __init__(self, git: Git, branch: RemoteBranch, ref: str, depth: int) -> None:
        self._git = git
        self._branch = branch
        self._ref = ref
        self._depth = depth

    def look(self) -> str | None:
        """The branch's commit now, with its history here; None where there never was a branch.

        Raises StateError where it cannot be read, and where it is gone or went back.
        """
        seen = self._seen()
        tip = self._branch.tip()
        if tip == seen:
            return tip
        if tip is None:
            raise self._went_back(f"{self._branch} is gone")
        self._branch.fetch(self._depth if seen is None and self._is_shallow() else None)
        if seen is not None and not self._leads_to(seen, tip):
            raise self._went_back(f"{self._branch} is at {tip[:12]}, which does not follow on it")
        self.remember(tip, seen)
        return tip

    def remember(self, tip: str, seen: str | None) -> None:
        """Keep the tip as seen, unless another process of this clone has seen more meanwhile."""
        self._git.run("update-ref", self._ref, tip, seen or "0" * len(tip))

    def _seen(self) -> str | None:
        done = self._git.run("rev-parse", "--verify", "--quiet", self._ref)
        if done.ok:
            return done.text
        if done.status == 1:
            return None
        raise StateError(
            "The state is to be kept in git, but there is no usable repository",
            f"{self._git.directory}: {done.words}",
            "Run the command in a clone of the repository, or choose `state: local`.",
        )

    def _is_shallow(self) -> bool:
        """Whether the clone has cut histories already: a whole one stays whole."""
        return self._git.run("rev-parse", "--is-shallow-repository").text == "true"

    def _leads_to(self, seen: str, tip: str) -> bool:
        done = self._git.run("merge-base", "--is-ancestor", seen, tip)
        if done.status not in {0, 1}:
            raise StateError(
                "The state was replaced while it was being read",
                f"{self._branch}: {done.words}",
                "Run the command again.",
            )
        return done.ok

    def _went_back(self, what: str) -> StateError:
        branch = self._branch
        return StateError(
            "The state in git went back behind what this clone has seen",
            f"{what}; {self._ref} holds what was seen",
            "Someone force-pushed, restored or removed the branch, and an older state could repeat"
            " or undo changes. To bring back what was seen: git push --force"
            f" {branch.remote} {self._ref}:refs/heads/{branch.name}."
            f" To go on with what is there now: git update-ref -d {self._ref}",
        )
