"""The check whether a remote refuses a stale push, against honest remotes and liars."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from git_rig import git, wrapped_git

from reconciler.core.errors import StateError
from reconciler.state.git import GitStore

if TYPE_CHECKING:
    from pathlib import Path

REMOTE_HELPER = """#!{python}
# A remote in a plain directory whose last writer wins, as of some helpers for object stores.
import subprocess, sys

pushed, place = False, ["git", "--git-dir", sys.argv[2]]

def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout

for line in sys.stdin:
    command, _, rest = line.strip().partition(" ")
    if command == "capabilities":
        print("push\\n")
    elif command == "list":
        print(run(*place, "for-each-ref", "--format=%(objectname) %(refname)"))
    elif command == "push":
        source, _, target = rest.lstrip("+").partition(":")
        if source:
            pack = subprocess.run(
                ["git", "pack-objects", "--revs", "--stdout"],
                input=source.encode(), check=True, capture_output=True,
            ).stdout
            subprocess.run([*place, "unpack-objects", "-q"], input=pack, check=True)
            run(*place, "update-ref", target, run("git", "rev-parse", source).strip())
        else:
            run(*place, "update-ref", "-d", target)
        print("ok", target)
        pushed = True
    elif pushed:
        print()
        pushed = False
    else:
        break
    sys.stdout.flush()
"""


def test_a_check_passes_and_nothing_is_left(clone: Path, remote: Path) -> None:
    before = git(clone, "for-each-ref"), git(remote, "for-each-ref")
    GitStore(clone, "prod").self_check()
    assert (git(clone, "for-each-ref"), git(remote, "for-each-ref")) == before


def test_a_git_that_drops_the_condition_fails(
    clone: Path, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forcing = """
for word in "$@"; do shift
  case "$word" in --force-with-lease=*) set -- "$@" --force;; *) set -- "$@" "$word";; esac
done
exec "$git" "$@\""""
    before = git(remote, "for-each-ref")
    monkeypatch.setenv("PATH", wrapped_git(tmp_path / "bin", forcing))
    with pytest.raises(StateError, match="accepts a stale replace") as refused:
        GitStore(clone, "prod").self_check()
    assert refused.value.hint
    assert git(remote, "for-each-ref") == before


def test_a_remote_that_compares_nothing_itself_fails(
    clone: Path, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wrapped_git(tmp_path / "bin", 'exec "$git" "$@"')
    helper = tmp_path / "bin" / "git-remote-last"
    helper.write_text(REMOTE_HELPER.format(python=sys.executable))
    helper.chmod(0o700)
    monkeypatch.setenv("PATH", path)
    git(clone, "remote", "set-url", "origin", f"last::{remote}")
    before = git(remote, "for-each-ref")
    with pytest.raises(StateError, match="accepts a stale replace"):
        GitStore(clone, "prod").self_check()
    assert git(remote, "for-each-ref") == before


def test_where_no_hook_can_be_run_nothing_is_claimed(
    clone: Path, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = git(remote, "for-each-ref")
    unhooked = """
for word in "$@"; do shift
  case "$word" in core.hooksPath=*) word=core.hooksPath=/dev/null;; esac
  set -- "$@" "$word"
done
exec "$git" "$@\""""
    monkeypatch.setenv("PATH", wrapped_git(tmp_path / "bin", unhooked))
    with pytest.raises(StateError, match="cannot be tried") as failed:
        GitStore(clone, "prod").self_check()
    assert "TMPDIR" in failed.value.hint
    assert git(remote, "for-each-ref") == before


def test_a_scratch_branch_that_cannot_be_removed_is_named(clone: Path, remote: Path) -> None:
    git(remote, "config", "receive.denyDeletes", "true")
    with pytest.raises(StateError, match="could not be removed") as refused:
        GitStore(clone, "prod").self_check()
    left = git(remote, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/reconciler-*")
    assert f"git push origin --delete {left}" in refused.value.hint
