"""A state branch that goes back or away is noticed by every clone that has seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from git_rig import SEEN, STATE, git, new_clone

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state.git import GitStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def versions(clone: Path) -> list[str]:
    """Three versions that the clone has seen."""
    store = GitStore(clone, "prod")
    found: list[str] = []
    for number in b"123":
        found.append(store.replace(bytes([number]), found[-1] if found else None))
    return found


def restored(remote: Path, versions: list[str]) -> None:
    git(remote, "update-ref", STATE, versions[0])


def restored_and_gone_on(remote: Path, versions: list[str]) -> None:
    tree = f"{versions[0]}^{{tree}}"
    git(remote, "update-ref", STATE, git(remote, "commit-tree", tree, "-p", versions[0], "-m", "4"))


def begun_anew(remote: Path, versions: list[str]) -> None:
    git(remote, "update-ref", STATE, git(remote, "commit-tree", f"{versions[0]}^{{tree}}"))


def removed(remote: Path, versions: list[str]) -> None:
    git(remote, "update-ref", "-d", STATE, versions[-1])


REWINDS = [restored, restored_and_gone_on, begun_anew, removed]


@pytest.mark.parametrize("rewind", REWINDS)
def test_what_goes_back_is_refused_until_somebody_decides(
    rewind: Callable[[Path, list[str]], None], clone: Path, remote: Path, versions: list[str]
) -> None:
    rewind(remote, versions)
    store = GitStore(clone, "prod")
    for act in (store.read, store.history, lambda: store.replace(b"4", None)):
        with pytest.raises(StateError, match="went back behind") as refused:
            act()
        assert f"git update-ref -d {SEEN}" in refused.value.hint
    with pytest.raises(StateError, match="went back behind"):
        GitStore(clone, "prod").replace(b"4", versions[0])


@pytest.mark.parametrize("rewind", REWINDS)
def test_the_named_command_accepts_what_is_there_now(
    rewind: Callable[[Path, list[str]], None], clone: Path, remote: Path, versions: list[str]
) -> None:
    rewind(remote, versions)
    with pytest.raises(StateError) as refused:
        GitStore(clone, "prod").read()
    git(clone, *refused.value.hint.rpartition(": git ")[2].split())
    found = GitStore(clone, "prod").read()
    assert (found and found[0]) == (None if rewind is removed else b"1")
    GitStore(clone, "prod").replace(b"5", found and found[1])


@pytest.mark.parametrize("rewind", REWINDS)
def test_the_named_command_brings_back_what_was_seen(
    rewind: Callable[[Path, list[str]], None], clone: Path, remote: Path, versions: list[str]
) -> None:
    rewind(remote, versions)
    with pytest.raises(StateError) as refused:
        GitStore(clone, "prod").read()
    command = refused.value.hint.partition(": git ")[2].partition(". ")[0]
    git(clone, *command.split())
    assert GitStore(clone, "prod").read() == (b"3", versions[-1])


def test_a_clone_that_has_seen_nothing_takes_what_is_there(
    remote: Path, tmp_path: Path, versions: list[str]
) -> None:
    restored(remote, versions)
    other = new_clone(remote, tmp_path / "other")
    assert GitStore(other, "prod").read() == (b"1", versions[0])


def test_a_shallow_clone_that_saw_it_long_ago_takes_no_progress_for_going_back(
    clone: Path, remote: Path, tmp_path: Path, versions: list[str]
) -> None:
    other = new_clone(remote, tmp_path / "other", "--depth=1")
    assert GitStore(other, "prod").read()
    store, version = GitStore(clone, "prod"), versions[-1]
    for number in range(30):
        version = store.replace(str(number).encode(), version)
    assert GitStore(other, "prod").read() == (b"29", version)
    restored(remote, versions)
    with pytest.raises(StateError, match="went back behind"):
        GitStore(other, "prod").read()


def test_a_replace_of_what_was_read_before_it_went_is_refused(
    clone: Path, remote: Path, versions: list[str]
) -> None:
    store = GitStore(clone, "prod")
    assert store.read()
    removed(remote, versions)
    with pytest.raises(StateConflictError):
        store.replace(b"4", versions[-1])
    assert STATE not in git(remote, "for-each-ref")
