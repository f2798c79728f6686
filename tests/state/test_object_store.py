"""A bucket as a place for the state document: conformance on an S3 emulator, order, history."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

import pytest
from obstore.store import from_url
from s3_emulator import Fault
from store_conformance import (
    CONFORMANCE,
    INCREMENTS,
    content,
    history_is_bounded,
    increment,
    no_increment_is_lost,
)

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state.objects import ObjectStore
from reconciler.state.objects_history import KEPT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from obstore.store import ObjectStore as Folder
    from s3_emulator import S3Emulator
    from store_conformance import Law

CONDITIONS: Final = frozenset({"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"})
PROCESSES: Final = 3

by_name: Final[Mapping[str, Any]] = {"ids": lambda law: law.__name__}


def opened(url: str) -> ObjectStore:
    """The store of one environment, as a process opens it."""
    return ObjectStore(f"{url}/team/states", "prod", os.environ)


@pytest.mark.parametrize("law", CONFORMANCE, **by_name)
def test_a_bucket(law: Law, s3: S3Emulator) -> None:
    law(partial(opened, s3.bucket()))


SLOW: Final = {history_is_bounded, no_increment_is_lost}
"""Laws of many requests, on which versioning has no bearing."""


@pytest.mark.parametrize("law", [law for law in CONFORMANCE if law not in SLOW], **by_name)
def test_a_bucket_that_keeps_versions(law: Law, s3: S3Emulator) -> None:
    law(partial(opened, s3.bucket(versioned=True)))


def test_where_no_condition_arrives_increments_are_lost(s3: S3Emulator) -> None:
    s3.ignores = CONDITIONS
    with pytest.raises(AssertionError):
        no_increment_is_lost(partial(opened, s3.bucket()))


@pytest.mark.parametrize("created", [True, False], ids=["an update", "a creation"])
def test_who_is_overtaken_between_reading_and_writing_is_refused(
    created: bool, s3: S3Emulator
) -> None:
    url = s3.bucket()
    mine, theirs = opened(url), opened(url)
    version = mine.replace(b"one", None, {"kept": b"1"}) if created else None
    overtaken = Fault("PUT *state.json", meanwhile=lambda: theirs.replace(b"two", version))
    s3.faults.append(overtaken)
    with pytest.raises(StateConflictError):
        mine.replace(b"three", version, {"kept": None})
    assert content(theirs) == b"two"
    assert [data for _, data in theirs.history()] == [b"one"] * created
    assert theirs.beside("kept") == (b"1" if created else None)


def test_without_the_condition_who_is_overtaken_would_win(s3: S3Emulator) -> None:
    url = s3.bucket()
    mine, theirs = opened(url), opened(url)
    version = mine.replace(b"one", None)
    s3.ignores = CONDITIONS
    s3.faults.append(Fault("PUT *state.json", meanwhile=lambda: theirs.replace(b"two", version)))
    mine.replace(b"three", version)
    assert content(theirs) == b"three"


def contend(url: str) -> None:
    """What one process of several does."""
    increment(partial(opened, url))


def test_processes_lose_no_increment(s3: S3Emulator) -> None:
    url = s3.bucket()
    opened(url).replace(b"0", None)
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        assert list(pool.map(contend, [url] * PROCESSES)) == [None] * PROCESSES
    assert content(opened(url)) == str(PROCESSES * INCREMENTS).encode()


def test_a_replace_stores_what_the_document_needs_before_it_and_removes_after_it(
    s3: S3Emulator,
) -> None:
    url = s3.bucket()
    version = opened(url).replace(b"one", None, {"old": b"1"})
    s3.requests.clear()
    opened(url).replace(b"two", version, {"new": b"2", "old": None})
    place = f"/{url.removeprefix('s3://')}/team/states/prod"
    assert s3.requests == [
        f"GET {place}/state.json",
        f"PUT {place}/objects/new",
        f"PUT {place}/history/00000001.json",
        f"PUT {place}/state.json",
        f"POST {place.split('/team', maxsplit=1)[0]}",  # how S3 removes
    ]


def test_a_stale_replace_sends_nothing(s3: S3Emulator) -> None:
    url = s3.bucket()
    opened(url).replace(b"one", None)
    s3.requests.clear()
    with pytest.raises(StateConflictError):
        opened(url).replace(b"two", '"of long ago"', {"new": b"2"})
    assert {request.partition(" ")[0] for request in s3.requests} == {"GET"}


def test_reading_needs_no_right_to_write(s3: S3Emulator) -> None:
    url = s3.bucket()
    opened(url).replace(b"two", opened(url).replace(b"one", None), {"a": b"1"})
    s3.requests.clear()
    store = opened(url)
    assert (store.read(), store.beside("a"), len(store.history())) != (None, None, 0)
    assert {request.partition(" ")[0] for request in s3.requests} == {"GET"}


def test_many_objects_are_stored_beside_and_removed(s3: S3Emulator) -> None:
    store = opened(s3.bucket())
    many = {f"runs/1/{number}.json": str(number).encode() for number in range(20)}
    version = store.replace(b"one", None, many)
    assert {name: store.beside(name) for name in many} == many
    store.replace(b"two", version, dict.fromkeys(many))
    assert {store.beside(name) for name in many} == {None}


def test_environments_in_one_bucket_do_not_meet(s3: S3Emulator) -> None:
    url = s3.bucket()
    dev, prod = ObjectStore(url, "dev", os.environ), ObjectStore(f"{url}/", "prod", os.environ)
    dev.replace(b"two", dev.replace(b"one", None), {"a": b"1"})
    assert (prod.read(), prod.beside("a"), prod.history()) == (None, None, [])
    assert s3.names(url) == ["dev/history/00000001.json", "dev/objects/a", "dev/state.json"]


def test_the_bucket_holds_a_bounded_history(s3: S3Emulator) -> None:
    url, version = s3.bucket(), None
    versions = []
    for number in range(KEPT + 5):
        version = opened(url).replace(str(number).encode(), version)
        versions.append(version)
    assert len([name for name in s3.names(url) if "/history/" in name]) == KEPT
    assert [known for known, _ in opened(url).history()] == versions[-2 : -2 - KEPT : -1]


def by_hand(url: str) -> Folder:
    """The folder of the environment, as any other program sees it."""
    return from_url(f"{url}/team/states/prod", client_options={"allow_http": True})


def test_a_document_put_there_by_hand_is_replaced_and_the_history_goes_on(s3: S3Emulator) -> None:
    url = s3.bucket()
    opened(url).replace(b"two", opened(url).replace(b"one", None))
    by_hand(url).put("state.json", b"by hand")
    found = opened(url).read()
    assert found is not None
    opened(url).replace(b"three", found[1])
    assert [data for _, data in opened(url).history()] == [b"by hand", b"one"]


def test_a_document_removed_by_hand_leaves_its_history_and_it_goes_on(s3: S3Emulator) -> None:
    url = s3.bucket()
    opened(url).replace(b"two", opened(url).replace(b"one", None))
    by_hand(url).delete("state.json")
    assert [data for _, data in opened(url).history()] == [b"one"]
    opened(url).replace(b"four", opened(url).replace(b"three", None))
    assert [data for _, data in opened(url).history()] == [b"three", b"one"]


def test_a_file_in_the_history_that_is_not_ours_is_ignored(s3: S3Emulator) -> None:
    url = s3.bucket()
    version = opened(url).replace(b"one", None)
    by_hand(url).put("history/notes.txt", b"not ours")
    opened(url).replace(b"two", version)
    assert [data for _, data in opened(url).history()] == [b"one"]


def test_a_bucket_proves_nothing_about_other_runs(s3: S3Emulator) -> None:
    with opened(s3.bucket()).alone() as alone:
        assert not alone


def test_the_store_says_where_it_is(s3: S3Emulator) -> None:
    assert str(opened("s3://bucket")) == "s3://bucket/team/states/prod/state.json"


LIES: Final = {
    "a second creation": frozenset({"HTTP_IF_NONE_MATCH"}),
    "a stale replace": frozenset({"HTTP_IF_MATCH"}),
}


@pytest.mark.parametrize(("accepted", "ignored"), LIES.items(), ids=LIES)
def test_a_bucket_that_ignores_a_condition_fails_its_check(
    accepted: str, ignored: frozenset[str], s3: S3Emulator
) -> None:
    url = s3.bucket()
    s3.ignores = ignored
    with pytest.raises(StateError, match=f"accepts {accepted}") as refused:
        opened(url).self_check()
    assert url in refused.value.detail
    assert "If-Match" in refused.value.hint
    assert s3.names(url) == []


def test_the_library_is_loaded_only_for_a_bucket() -> None:
    script = "import reconciler.state.objects, sys; print('obstore' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


def test_without_the_library_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(StateError) as refused:
        ObjectStore("s3://bucket", "prod", {})
    assert "pip install 'persona-reconciler[objects]'" in refused.value.hint
