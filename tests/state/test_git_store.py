"""A branch as a place for the state document: conformance, what is on it, contention, crashes."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from git_over_http import served
from git_rig import STATE, git, new_clone, wrapped_git
from store_conformance import CONFORMANCE

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state.git import KEPT, GitStore

if TYPE_CHECKING:
    from pathlib import Path

    from store_conformance import Law


@pytest.mark.parametrize("law", CONFORMANCE, ids=lambda law: law.__name__)
def test_the_git_store_in_one_clone_of_a_path(law: Law, clone: Path) -> None:
    law(lambda: GitStore(clone, "prod"))


@pytest.mark.parametrize("law", CONFORMANCE, ids=lambda law: law.__name__)
def test_the_git_store_in_many_clones_over_http(law: Law, remote: Path, tmp_path: Path) -> None:
    git(remote, "config", "http.receivepack", "true")
    names = map(str, itertools.count())
    with served(remote.parent) as server:
        clone = new_clone(server.address(remote.name), tmp_path / "clone")
        law(lambda: GitStore(shutil.copytree(clone, tmp_path / next(names)), "prod"))


def test_a_replace_is_one_commit_that_says_what_it_is_and_by_no_person(
    clone: Path, remote: Path
) -> None:
    store = GitStore(clone, "prod")
    first = store.replace(b"one", None, {'odd "name"\\ ü.json': b"{}"})
    second = store.replace(b"two", first)
    assert git(remote, "log", "--format=%H %an <%ae> %s", STATE).splitlines() == [
        f"{version} persona-reconciler <state@persona-reconciler.invalid> State of prod [skip ci]"
        for version in (second, first)
    ]
    assert store.beside('odd "name"\\ ü.json') == b"{}"
    names = git(remote, "ls-tree", "-r", "-z", "--name-only", STATE).split("\0")
    assert names == ['objects/odd "name"\\ ü.json', "state.json", ""]


def test_the_same_replace_by_two_at_the_same_second_has_one_winner(
    clone: Path, remote: Path, tmp_path: Path
) -> None:
    mine, theirs = GitStore(clone, "prod"), GitStore(new_clone(remote, tmp_path / "other"), "prod")
    version = mine.replace(b"one", None)
    assert theirs.read() == (b"one", version)
    mine.replace(b"two", version)
    with pytest.raises(StateConflictError, match="someone else"):
        theirs.replace(b"two", version)


def test_environments_have_branches_of_their_own(clone: Path) -> None:
    GitStore(clone, "prod").replace(b"prod", None)
    assert GitStore(clone, "staging").read() is None
    assert str(GitStore(clone, "staging")) == "branch reconciler-state/staging of origin"


def test_what_is_beside_and_the_history_belong_to_the_document_that_was_read(clone: Path) -> None:
    mine, theirs = GitStore(clone, "prod"), GitStore(clone, "prod")
    version = mine.replace(b"one", None, {"copy": b"1"})
    assert theirs.read() == (b"one", version)
    mine.replace(b"two", version, {"copy": b"2"})
    assert (theirs.beside("copy"), theirs.history()) == (b"1", [])
    assert theirs.read()
    assert (theirs.beside("copy"), theirs.history()) == (b"2", [(version, b"one")])


def test_many_large_objects_go_with_one_replace(clone: Path, remote: Path, tmp_path: Path) -> None:
    beside = {f"{number}.json": os.urandom(4_000) for number in range(500)}
    GitStore(clone, "prod").replace(b"{}", None, beside)
    found = GitStore(new_clone(remote, tmp_path / "other"), "prod")
    assert [found.beside(name) for name in list(beside)[::100]] == list(beside.values())[::100]


def test_a_commit_of_somebody_else_without_a_document_is_told(clone: Path, remote: Path) -> None:
    store = GitStore(clone, "prod")
    version = store.replace(b"one", None)
    empty = git(remote, "commit-tree", git(remote, "mktree"), "-p", version, "-m", "clean up")
    git(remote, "update-ref", STATE, empty)
    with pytest.raises(StateError, match=r"has no state\.json"):
        store.read()
    git(remote, "update-ref", STATE, git(remote, "commit-tree", f"{version}^{{tree}}", "-p", empty))
    assert store.read()
    assert store.history() == [(version, b"one")]


def test_no_run_is_proven_to_be_alone(clone: Path) -> None:
    with GitStore(clone, "prod").alone() as alone:
        assert alone is False


CONTENDERS = """
import os, pathlib, sys
from reconciler.core.errors import StateConflictError
from reconciler.state.git import GitStore

def contend(clone, ready, gun):
    store = GitStore(pathlib.Path(clone), "prod")
    found = store.read()
    os.write(ready, b".")
    os.read(gun, 1)
    try:
        print(store.replace(b"the same", found and found[1]), flush=True)
    except StateConflictError:
        pass

for round in range(int(sys.argv[1])):
    waiting, ready = os.pipe()
    gun, trigger = os.pipe()
    for clone in sys.argv[2:]:
        if os.fork() == 0:
            os.close(trigger)
            contend(clone, ready, gun)
            os._exit(0)
    for _ in sys.argv[2:]:
        os.read(waiting, 1)
    os.close(trigger)
    assert all(os.wait()[1] == 0 for _ in sys.argv[2:])
"""
"""Rounds of processes, one for each clone, that all replace what all of them have read."""


def test_of_twenty_processes_exactly_one_wins_each_round(remote: Path, tmp_path: Path) -> None:
    clone = new_clone(remote, tmp_path / "clone")
    clones = [str(shutil.copytree(clone, tmp_path / f"clone-{number}")) for number in range(20)]
    done = subprocess.run(
        [sys.executable, "-c", CONTENDERS, "3", *clones], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    winners = done.stdout.decode().split()
    assert len(winners) == 3
    assert winners == git(remote, "rev-list", "--reverse", STATE).split()


@pytest.mark.parametrize(
    ("step", "when", "left"),
    [
        ("fast-import", "before", b"one"),
        ("fast-import", "after", b"one"),
        ("push", "before", b"one"),
        ("push", "after", b"two"),
        ("update-ref", "before", b"two"),
    ],
)
def test_a_crash_leaves_the_old_document_or_the_new_one(
    clone: Path, tmp_path: Path, step: str, when: str, left: bytes
) -> None:
    version = GitStore(clone, "prod").replace(b"one", None)
    killing = f"""
for word in "$@"; do if [ "$word" = {step} ]; then
  [ {when} = after ] && "$git" "$@" >&2
  kill -9 $PPID; exit 1
fi; done
exec "$git" "$@\""""
    path = wrapped_git(tmp_path / "bin", killing)
    program = (
        "import pathlib, sys; from reconciler.state.git import GitStore;"
        "GitStore(pathlib.Path(sys.argv[1]), 'prod').replace(b'two', sys.argv[2], {'x': b'y'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(clone), version],
        env={**os.environ, "PATH": path},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    store = GitStore(clone, "prod")
    found = store.read()
    assert found
    assert found[0] == left
    assert store.beside("x") == (None if left == b"one" else b"y")
    assert store.replace(b"three", found[1])
    assert [f.name for f in (clone / ".git").rglob("*.lock")] == []
    assert "refs/reconciler/new" not in git(clone, "for-each-ref")


def test_git_finishes_when_the_terminal_interrupts_the_run(clone: Path, tmp_path: Path) -> None:
    interrupting = """
case "$*" in *" push "*) kill -INT -$PPID; sleep 0.1;; esac
exec "$git" "$@\""""
    program = """
import pathlib, signal, sys
from reconciler.state.git import GitStore

signal.signal(signal.SIGINT, lambda *_: print("interrupted"))
print(GitStore(pathlib.Path(sys.argv[1]), "prod").replace(b"one", None))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(clone)],
        env={**os.environ, "PATH": wrapped_git(tmp_path / "bin", interrupting)},
        start_new_session=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    interrupted, version = done.stdout.split()
    assert interrupted == "interrupted"
    assert GitStore(clone, "prod").read() == (b"one", version)


@pytest.mark.parametrize("options", [(), ("--depth=1",)])
def test_history_reaches_back_as_far_in_any_clone(
    clone: Path, remote: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    store, version = GitStore(clone, "prod"), None
    for number in range(KEPT + 5):
        version = store.replace(str(number).encode(), version)
    other = GitStore(new_clone(remote, tmp_path / "other", *options), "prod")
    assert other.history() == store.history()
    assert [int(data) for _, data in other.history()] == list(range(KEPT + 3, 3, -1))
