"""Where the git store works, and that it leaves alone what is the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from git_rig import SEEN, git, new_clone, what_is_the_users, wrapped_git

from reconciler.core.errors import StateError
from reconciler.state import git_command
from reconciler.state.git import GitStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def everything(store: GitStore) -> None:
    """Use the store for all it can do."""
    store.self_check()
    version = store.replace(b"1", None, {"copy.json": b"{}"})
    version = store.replace(b"2", version)
    assert store.read() == (b"2", version)
    assert store.beside("copy.json") == b"{}"
    assert [data for _, data in store.history()] == [b"1"]


@pytest.mark.parametrize(
    "options",
    [
        ["--depth=1"],
        ["--depth=1", "--no-single-branch"],
        ["--single-branch"],
        ["--filter=blob:none"],
        ["--no-checkout"],
        ["--bare"],
    ],
    ids=" ".join,
)
def test_it_works_in_clones_of_every_kind(
    remote: Path, clone: Path, tmp_path: Path, options: list[str]
) -> None:
    git(remote, "config", "uploadpack.allowFilter", "true")
    place = new_clone(remote, tmp_path / "another", *options)
    everything(GitStore(place, "prod"))
    again = new_clone(remote, tmp_path / "a third", *options)
    theirs, mine = GitStore(again, "prod"), GitStore(clone, "prod")
    found, version = theirs.read() or (b"", "")
    assert found == b"2"
    for number in range(3, 6):
        version = mine.replace(str(number).encode(), version)
    assert theirs.read() == (b"5", version)
    assert [data for _, data in theirs.history()] == [b"4", b"3", b"2", b"1"]
    assert theirs.replace(b"6", version)


def test_it_works_on_a_detached_head_below_the_top_and_in_a_work_tree(clone: Path) -> None:
    git(clone, "checkout", "--quiet", "--detach")
    below = clone / "deep" / "down"
    below.mkdir(parents=True)
    everything(GitStore(below, "one"))
    git(clone, "worktree", "add", "--quiet", "../beside")
    everything(GitStore(clone.parent / "beside", "two"))
    found = GitStore(clone, "two").read()
    assert found
    assert found[0] == b"2"


def test_it_leaves_everything_that_is_the_users_as_it_was(clone: Path) -> None:
    (clone / "staged.md").write_text("staged")
    git(clone, "add", "staged.md")
    git(clone, "stash")
    git(clone, "stash", "apply", "--index")
    (clone / "staged.md").write_text("changed")
    (clone / "loose.md").write_text("not known to git")
    git(clone, "branch", "mine")
    before = what_is_the_users(clone)
    everything(GitStore(clone, "prod"))
    assert what_is_the_users(clone) == before


def test_it_leaves_the_remote_as_it_was_but_for_its_branch(clone: Path, remote: Path) -> None:
    git(clone, "tag", "unpushed")
    git(clone, "config", "push.followTags", "true")
    before = git(remote, "for-each-ref").splitlines()
    everything(GitStore(clone, "prod"))
    now = git(remote, "for-each-ref").splitlines()
    assert [line for line in now if "reconciler" not in line] == before
    assert len(now) == len(before) + 1


def test_reading_adds_one_ref_and_no_tags(clone: Path, remote: Path, tmp_path: Path) -> None:
    version = GitStore(clone, "prod").replace(b"1", None)
    GitStore(clone, "staging").replace(b"2", None)
    git(remote, "tag", "on-the-state", version)
    other = new_clone(remote, tmp_path / "other", "--single-branch", "--no-tags")
    before = git(other, "for-each-ref").splitlines()
    assert GitStore(other, "prod").read()
    now = git(other, "for-each-ref").splitlines()
    assert sorted({*now} - {*before}) == [f"{version} commit\t{SEEN}"]
    assert not (other / ".git" / "FETCH_HEAD").exists()


def test_a_whole_clone_stays_whole(clone: Path, remote: Path, tmp_path: Path) -> None:
    everything(GitStore(clone, "prod"))
    other = new_clone(remote, tmp_path / "other", "--single-branch")
    assert GitStore(other, "prod").read()
    assert git(other, "rev-parse", "--is-shallow-repository") == "false"


def test_no_hook_of_the_user_is_run(clone: Path, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-push", "reference-transaction", "post-commit", "pre-commit", "commit-msg"):
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {tmp_path / 'hooked'}\nexit 1\n")
        (hooks / name).chmod(0o700)
    git(clone, "config", "core.hooksPath", str(hooks))
    everything(GitStore(clone, "prod"))
    assert not (tmp_path / "hooked").exists()


def test_settings_of_the_user_that_sign_prune_or_recurse_do_no_harm(clone: Path) -> None:
    for name in ("commit.gpgSign", "push.gpgSign", "fetch.prune", "submodule.recurse"):
        git(clone, "config", name, "true")
    git(clone, "config", "push.default", "nothing")
    git(clone, "config", "gpg.program", "false")
    everything(GitStore(clone, "prod"))


def test_it_can_be_used_from_a_hook_of_the_user(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = what_is_the_users(clone)
    other = tmp_path / "other"
    git(tmp_path, "init", "--quiet", str(other))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "objects"))
    monkeypatch.setenv("GIT_QUARANTINE_PATH", str(tmp_path / "objects"))
    everything(GitStore(clone, "prod"))
    monkeypatch.undo()
    assert what_is_the_users(clone) == before
    assert not (tmp_path / "objects").exists()


def test_a_remote_of_another_name_is_remembered_apart(clone: Path) -> None:
    GitStore(clone, "prod").replace(b"1", None)
    git(clone, "remote", "rename", "origin", "upstream")
    found = GitStore(clone, "prod", "upstream").read()
    assert found
    assert found[0] == b"1"


@pytest.mark.parametrize("name", ["a..b", "prod.", "prod.lock"])
def test_an_environment_that_can_name_no_branch_is_told(clone: Path, name: str) -> None:
    with pytest.raises(StateError, match=r"No git branch .*«") as refused:
        GitStore(clone, name)
    assert refused.value.hint


def test_a_directory_without_a_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=f"{tmp_path}: fatal: not a git repository") as refused:
        GitStore(tmp_path, "prod").read()
    assert "state: local" in refused.value.hint


ACTS: Final[dict[str, Callable[[GitStore], object]]] = {
    "read": GitStore.read,
    "replace": lambda store: store.replace(b"1", None),
    "beside": lambda store: store.beside("copy.json"),
    "history": GitStore.history,
    "self_check": GitStore.self_check,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_missing_remote_is_told(clone: Path, act: Callable[[GitStore], object]) -> None:
    with pytest.raises(StateError, match="'upstream' does not appear to be a git rep") as refused:
        act(GitStore(clone, "prod", "upstream"))
    assert refused.value.hint


def test_a_missing_git_is_told(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StateError, match="git: No such file") as refused:
        GitStore(clone, "prod").read()
    assert "state: local" in refused.value.hint


def test_a_repository_that_cannot_be_written_is_told(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = 'case "$*" in *fast-import*) echo "fatal: No space left on device" >&2; exit 128;; esac'
    monkeypatch.setenv("PATH", wrapped_git(tmp_path / "bin", f'{full}\nexec "$git" "$@"'))
    with pytest.raises(StateError, match="No space left on device"):
        GitStore(clone, "prod").replace(b"1", None)


def test_lost_objects_are_told(clone: Path) -> None:
    store = GitStore(clone, "prod")
    version = store.replace(b"1", None)
    (clone / ".git" / "objects" / version[:2] / version[2:]).unlink()
    for act in (store.read, store.history):
        with pytest.raises(StateError) as refused:
            act()
        assert refused.value.hint


def test_a_git_that_hangs_is_ended_and_told(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = 'case "$*" in *ls-remote*) exec sleep 60;; esac\nexec "$git" "$@"'
    monkeypatch.setenv("PATH", wrapped_git(tmp_path / "bin", hanging))
    monkeypatch.setattr(git_command, "SECONDS", 0.5)
    with pytest.raises(StateError, match=r"git ls-remote: no answer within 0\.5 seconds"):
        GitStore(clone, "prod").read()
