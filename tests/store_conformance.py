"""What every place for state documents has to do, as functions of a way to open it.

Each law gets a function that opens the same, at first empty place once more, as another process
would. A new kind of store passes all of CONFORMANCE before it is trusted with a state document.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeAlias

import pytest

from reconciler.core.errors import StateConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.state.documents import Store

    OpenStore: TypeAlias = Callable[[], Store]
    Law: TypeAlias = Callable[[OpenStore], None]

THREADS: Final = 4
INCREMENTS: Final = 2


def content(store: Store) -> bytes | None:
    """What the store holds, without its version."""
    found = store.read()
    return None if found is None else found[0]


def a_new_place_holds_nothing(open_store: OpenStore) -> None:
    store = open_store()
    assert store.read() is None
    assert store.history() == []


def what_was_written_is_read_by_everybody(open_store: OpenStore) -> None:
    version = open_store().replace(b"one", None)
    assert open_store().read() == (b"one", version)


def any_bytes_come_back_as_they_are(open_store: OpenStore) -> None:
    store, data = open_store(), bytes(range(256)) + b"\r\n\n"
    store.replace(data, None)
    assert content(open_store()) == data


def a_new_version_differs_from_the_one_before(open_store: OpenStore) -> None:
    store = open_store()
    first = store.replace(b"one", None)
    second = store.replace(b"two", first)
    assert first != second
    assert open_store().read() == (b"two", second)


def creating_twice_is_refused(open_store: OpenStore) -> None:
    open_store().replace(b"one", None)
    with pytest.raises(StateConflictError):
        open_store().replace(b"two", None)
    assert content(open_store()) == b"one"


def a_stale_replace_is_refused_and_changes_nothing(open_store: OpenStore) -> None:
    mine, theirs = open_store(), open_store()
    version = mine.replace(b"one", None)
    now = theirs.replace(b"two", version)
    before = theirs.history()
    with pytest.raises(StateConflictError):
        mine.replace(b"three", version)
    assert theirs.read() == (b"two", now)
    assert theirs.history() == before


def replacing_what_is_not_there_is_refused(open_store: OpenStore) -> None:
    with pytest.raises(StateConflictError):
        open_store().replace(b"one", "a version of long ago")
    assert open_store().read() is None


def a_refused_writer_goes_on_after_reading_again(open_store: OpenStore) -> None:
    store = open_store()
    version = store.replace(b"one", None)
    open_store().replace(b"two", version)
    with pytest.raises(StateConflictError):
        store.replace(b"three", version)
    found = store.read()
    assert found is not None
    store.replace(b"three", found[1])
    assert content(open_store()) == b"three"


def earlier_documents_are_kept_newest_first(open_store: OpenStore) -> None:
    store, version = open_store(), None
    for data in (b"one", b"two", b"three"):
        version = store.replace(data, version)
    assert [data for _, data in open_store().history()] == [b"two", b"one"]


def history_is_bounded(open_store: OpenStore) -> None:
    store, version = open_store(), None
    sizes = []
    for number in range(32):
        version = store.replace(str(number).encode(), version)
        sizes.append(len(store.history()))
    assert sizes[-1] == sizes[-10] < 32
    newest = [data for _, data in store.history()]
    assert newest == [str(number).encode() for number in range(30, 30 - len(newest), -1)]


def what_is_beside_is_stored_with_the_document(open_store: OpenStore) -> None:
    store = open_store()
    version = store.replace(b"one", None, {"runs/1/before.json": b"{}", "copy.json": b"[]"})
    assert open_store().read() == (b"one", version)
    assert open_store().beside("runs/1/before.json") == b"{}"
    assert open_store().beside("copy.json") == b"[]"
    assert open_store().beside("runs/1/after.json") is None
    assert open_store().history() == []


def what_is_beside_stays_until_it_is_replaced_or_removed(open_store: OpenStore) -> None:
    store = open_store()
    version = store.replace(b"one", None, {"a": b"1", "deep/b": b"1", "deep/c": b"1"})
    version = store.replace(b"two", version, {"a": b"2", "deep/b": None, "never": None})
    store.replace(b"three", version)
    found = [open_store().beside(name) for name in ("a", "deep/b", "deep/c", "never")]
    assert found == [b"2", None, b"1", None]


def nothing_is_beside_before_the_first_document(open_store: OpenStore) -> None:
    assert open_store().beside("copy.json") is None


def a_run_may_be_announced_again_once_it_ended_or_failed(open_store: OpenStore) -> None:
    with pytest.raises(ZeroDivisionError), open_store().alone():
        raise ZeroDivisionError
    with open_store().alone():
        pass


def the_run_that_was_announced_replaces_and_others_still_read(open_store: OpenStore) -> None:
    store = open_store()
    with store.alone():
        version = store.replace(b"one", None)
        assert open_store().read() == (b"one", version)


def a_self_check_passes_and_leaves_nothing_behind(open_store: OpenStore) -> None:
    open_store().self_check()
    assert open_store().read() is None
    version = open_store().replace(b"one", None)
    open_store().self_check()
    assert open_store().read() == (b"one", version)
    assert open_store().history() == []


def no_increment_is_lost(open_store: OpenStore) -> None:
    """Four writers that each add one twice, starting over whenever they are refused."""
    open_store().replace(b"0", None)
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(increment, open_store) for _ in range(THREADS)]:
            done.result()
    assert content(open_store()) == str(THREADS * INCREMENTS).encode()


def increment(open_store: OpenStore) -> None:
    """Add one, as often as every writer does."""
    store, done = open_store(), 0
    while done < INCREMENTS:
        found = store.read()
        assert found is not None
        try:
            store.replace(str(int(found[0]) + 1).encode(), found[1])
        except StateConflictError:
            continue
        done += 1


CONFORMANCE: Final[Sequence[Law]] = (
    a_new_place_holds_nothing,
    what_was_written_is_read_by_everybody,
    any_bytes_come_back_as_they_are,
    a_new_version_differs_from_the_one_before,
    creating_twice_is_refused,
    a_stale_replace_is_refused_and_changes_nothing,
    replacing_what_is_not_there_is_refused,
    a_refused_writer_goes_on_after_reading_again,
    earlier_documents_are_kept_newest_first,
    history_is_bounded,
    what_is_beside_is_stored_with_the_document,
    what_is_beside_stays_until_it_is_replaced_or_removed,
    nothing_is_beside_before_the_first_document,
    a_run_may_be_announced_again_once_it_ended_or_failed,
    the_run_that_was_announced_replaces_and_others_still_read,
    a_self_check_passes_and_leaves_nothing_behind,
    no_increment_is_lost,
)
"""Every law."""
