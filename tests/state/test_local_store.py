"""The local file as a place for the state document: conformance, crashes, locks, oddities."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from store_conformance import CONFORMANCE

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state import local
from reconciler.state.documents import NOTHING
from reconciler.state.local import KEPT, LocalStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from store_conformance import Law


@pytest.mark.parametrize("law", CONFORMANCE, ids=lambda law: law.__name__)
def test_the_local_store(law: Law, tmp_path: Path) -> None:
    law(lambda: LocalStore(tmp_path / "deep" / "state"))


class Lying(LocalStore):
    """A store that lets everybody replace everything."""

    def replace(
        self, data: bytes, expected: str | None, beside: Mapping[str, bytes | None] = NOTHING
    ) -> str:
        del expected
        found = self.read()
        return super().replace(data, found[1] if found else None, beside)


def test_a_store_that_accepts_a_stale_replace_fails_its_own_check(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="accepts a stale replace"):
        Lying(tmp_path).self_check()


class Crash(BaseException):
    """The end of the process."""


def test_a_crash_before_the_rename_leaves_the_old_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStore(tmp_path)
    version = store.replace(b"old", None)

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", crash)
        with pytest.raises(Crash):
            store.replace(b"new", version)
    assert LocalStore(tmp_path).read() == (b"old", version)
    assert LocalStore(tmp_path).replace(b"new", version)


def test_a_crash_after_the_history_was_written_leaves_the_old_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStore(tmp_path)
    version = store.replace(b"old", None)
    rename, calls = os.replace, []

    def crash_the_second_time(source: str, target: Path) -> None:
        calls.append(target)
        if len(calls) > 1:
            raise Crash
        rename(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", crash_the_second_time)
        with pytest.raises(Crash):
            store.replace(b"new", version)
    assert LocalStore(tmp_path).read() == (b"old", version)
    LocalStore(tmp_path).replace(b"new", version)
    assert {data for _, data in store.history()} == {b"old"}


def test_a_full_disk_is_told_and_leaves_the_old_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStore(tmp_path)
    version = store.replace(b"old", None)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device", "state.json")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StateError, match="No space left on device"):
            store.replace(b"new", version)
    assert store.read() == (b"old", version)
    assert not [file.name for file in tmp_path.rglob(".*.json.*")]


def test_leftovers_of_a_killed_process_are_ignored(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    version = store.replace(b"1", None)
    (tmp_path / ".state.json.k1ll3d").write_bytes(b"half a docu")
    version = store.replace(b"2", version)
    (tmp_path / "history" / ".00000001.json.k1ll3d").write_bytes(b"half")
    assert store.read() == (b"2", version)
    assert store.replace(b"3", version)
    assert [data for _, data in store.history()] == [b"2", b"1"]


@pytest.mark.parametrize("name", ["00000001 (copy).json", "notes.json", "._00000001.json"])
def test_a_file_in_the_history_that_is_not_ours_is_ignored(tmp_path: Path, name: str) -> None:
    store = LocalStore(tmp_path)
    version = store.replace(b"1", None)
    version = store.replace(b"2", version)
    (tmp_path / "history" / name).write_bytes(b"not ours")
    store.replace(b"3", version)
    assert [data for _, data in store.history()] == [b"2", b"1"]
    assert (tmp_path / "history" / name).exists()


def test_history_holds_the_last_documents_only(tmp_path: Path) -> None:
    store, version = LocalStore(tmp_path), None
    for number in range(KEPT + 5):
        version = store.replace(str(number).encode(), version)
    assert len(store.history()) == KEPT


def test_who_waits_too_long_for_the_lock_is_told_where_it_is_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStore(tmp_path)
    version = store.replace(b"old", None)
    monkeypatch.setattr(local, "LOCK_SECONDS", 0.02)
    with FileLock(tmp_path / "state.lock"), pytest.raises(StateConflictError) as refused:
        store.replace(b"new", version)
    assert "lock" in refused.value.summary
    assert str(tmp_path) in refused.value.detail
    assert refused.value.hint
    assert store.read() == (b"old", version)


def test_who_waits_long_enough_gets_the_lock(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    version = store.replace(b"old", None)
    lock = FileLock(tmp_path / "state.lock", thread_local=False)
    lock.acquire()
    threading.Timer(0.1, lock.release).start()
    assert store.replace(b"new", version)


@pytest.mark.parametrize("act", ["read", "replace"])
def test_a_directory_in_the_place_of_the_file_is_told(tmp_path: Path, act: str) -> None:
    (tmp_path / "state.json").mkdir()
    store = LocalStore(tmp_path)
    with pytest.raises(StateError) as refused:
        store.read() if act == "read" else store.replace(b"new", None)
    assert "state.json" in refused.value.detail


def test_a_file_in_the_place_of_the_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    store = LocalStore(tmp_path / "state")
    with pytest.raises(StateError):
        store.replace(b"new", None)
    with pytest.raises(StateError):
        store.beside("a.json")


def test_one_run_at_a_time_has_the_environment(tmp_path: Path) -> None:
    with LocalStore(tmp_path).alone() as alone:
        assert alone
        for _ in range(2):
            with pytest.raises(StateConflictError), LocalStore(tmp_path).alone():
                pass
    with LocalStore(tmp_path).alone():
        pass


def test_the_store_says_where_it_is(tmp_path: Path) -> None:
    assert str(LocalStore(tmp_path)) == str(tmp_path / "state.json")
