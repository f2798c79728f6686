"""The proof that a remote refuses a stale push, on a scratch branch."""

from __future__ import annotations

import secrets
import shlex
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state.git_branch import PUSH, RemoteBranch
from reconciler.state.git_objects import make_commit

if TYPE_CHECKING:
    from reconciler.state.git_command import Git

_TITLE: Final = "Check whether a stale push is refused"


def prove_refusal(git: Git, remote: str) -> None:
    """Prove that this remote lets one of two pushes win, and leave nothing.

    The scratch branch has a prefix of its own: rules that keep the state's branches from being
    removed do not hold for it. Raises StateError where the remote lies or cannot be tried.
    """
    branch = RemoteBranch(git, remote, f"reconciler-check/{secrets.token_hex(8)}")
    first = make_commit(git, None, _TITLE, {})
    early, late = (make_commit(git, first, _TITLE, {}) for _ in range(2))
    branch.push(first, None)
    try:
        _push_overtaken(git, remote, branch.name, (first, early, late))
        _push_too_late(branch, late, first)
    finally:
        branch.delete()


def _push_too_late(branch: RemoteBranch, commit: str, expected: str) -> None:
    """Push on what is no longer there, as the remote tells before anything is sent."""
    try:
        branch.push(commit, expected)
    except StateConflictError:
        return
    raise StateError(
        "The state store accepts a stale replace",
        str(branch),
        "This remote cannot hold the state: its last writer wins. Choose another place.",
    )


def _push_overtaken(git: Git, remote: str, name: str, commits: tuple[str, str, str]) -> None:
    """Push while another push comes first, which only the remote itself can notice.

    git runs the hook between hearing what the remote has and sending.
    """
    first, early, late = commits
    with tempfile.TemporaryDirectory(prefix="reconciler-check-") as hooks:
        ran = Path(hooks, "ran")
        hook = Path(hooks, "pre-push")
        push = ["git", "-c", f"core.hooksPath={git.hooks}", *PUSH, "--", remote]
        hook.write_text(
            f"#!/bin/sh\n: > {shlex.quote(ran.as_posix())}\n"
            f"exec {shlex.join([*push, f'{early}:refs/heads/{name}'])}\n",
            encoding="utf-8",
            newline="\n",
        )
        hook.chmod(0o700)
        branch = RemoteBranch(replace(git, hooks=hooks), remote, name)
        try:
            _push_too_late(branch, late, first)
        except StateError:
            if ran.exists():
                raise
            raise StateError(
                "Whether this remote refuses a stale push cannot be tried",
                f"no program can be started in {hooks}",
                "Set TMPDIR to a directory in which programs may be started.",
            ) from None
