"""A bucket that fails: lost answers, crashes between two puts, refusals, and what is said then."""

from __future__ import annotations

import os
import socket
import traceback
from functools import partial
from typing import TYPE_CHECKING, Final

import pytest
from s3_emulator import ACCESS_KEY, SECRET_KEY, Fault

from reconciler.core.errors import ReconcilerError, StateConflictError, StateError
from reconciler.state import bucket
from reconciler.state.objects import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3_emulator import S3Emulator

FOR_GOOD: Final = 99
DOCUMENT: Final = "PUT *state.json"


def opened(url: str) -> ObjectStore:
    """The store of one environment, as a process opens it."""
    return ObjectStore(url, "prod", os.environ)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first failure of a request counts."""
    monkeypatch.setattr(bucket, "RETRIES", 0)


# ---------------------------------------------------------------- lost answers

LOST: Final = {
    "the connection breaks once": Fault(DOCUMENT, after=True),
    "it breaks every time": Fault(DOCUMENT, after=True, times=FOR_GOOD),
    "the server fails after storing": Fault(DOCUMENT, 500, after=True),
}


@pytest.mark.parametrize("created", [True, False], ids=["an update", "a creation"])
@pytest.mark.parametrize("name", LOST)
def test_a_put_whose_answer_was_lost_has_succeeded(
    name: str, created: bool, s3: S3Emulator
) -> None:
    store = opened(s3.bucket())
    version = store.replace(b"one", None) if created else None
    s3.faults.append(Fault(**vars(LOST[name])))
    now = store.replace(b"two", version, {"a": b"1"})
    s3.faults.clear()
    assert store.read() == (b"two", now)
    assert store.beside("a") == b"1"
    assert store.replace(b"three", now)


@pytest.mark.parametrize("status", [None, 503], ids=["no answer", "503"])
def test_a_put_that_fails_once_is_repeated(status: int | None, s3: S3Emulator) -> None:
    store = opened(s3.bucket())
    s3.faults.append(Fault(DOCUMENT, status, "SlowDown"))
    version = store.replace(b"one", None)
    assert store.read() == (b"one", version)


def test_a_put_that_never_arrives_is_told_and_leaves_the_old_document(s3: S3Emulator) -> None:
    store = opened(s3.bucket())
    version = store.replace(b"one", None)
    s3.faults.append(Fault(DOCUMENT, times=FOR_GOOD))
    with pytest.raises(StateError, match="cannot be reached"):
        store.replace(b"two", version)
    assert store.read() == (b"one", version)


def test_the_same_bytes_of_someone_else_are_not_taken_for_ones_own(s3: S3Emulator) -> None:
    url = s3.bucket()
    version = opened(url).replace(b"0", None)
    theirs = opened(url)
    s3.faults.append(Fault(DOCUMENT, meanwhile=lambda: theirs.replace(b"1", version)))
    with pytest.raises(StateConflictError):
        opened(url).replace(b"1", version)


def test_whose_put_was_lost_and_then_replaced_does_not_know(
    s3: S3Emulator, impatient: None
) -> None:
    url = s3.bucket()
    theirs = opened(url)

    def go_on() -> None:
        found = theirs.read()
        assert found is not None
        theirs.replace(b"two", found[1])

    s3.faults.append(Fault(DOCUMENT, after=True))
    s3.faults.append(Fault("GET *state.json", skip=1, meanwhile=go_on))
    with pytest.raises(StateError):
        opened(url).replace(b"one", None)
    assert [data for _, data in theirs.history()] == [b"one"]


# ---------------------------------------------------------------- conflicts


@pytest.mark.parametrize("created", [True, False], ids=["an update", "a creation"])
@pytest.mark.parametrize("status", [409, 412])
def test_both_refusals_of_a_condition_are_conflicts(
    status: int, created: bool, s3: S3Emulator
) -> None:
    store = opened(s3.bucket())
    version = store.replace(b"one", None) if created else None
    before = store.read()
    s3.faults.append(Fault(DOCUMENT, status, "ConditionalRequestConflict", times=FOR_GOOD))
    with pytest.raises(StateConflictError) as refused:
        store.replace(b"two", version)
    assert_nothing_leaks(refused.value)
    assert store.read() == before


# ---------------------------------------------------------------- crashes


def a_busy_replace(store: ObjectStore) -> None:
    """Every kind of request that a replace makes."""
    found = store.read()
    assert found is not None
    store.replace(b"three", found[1], {"new": b"3", "changed": b"3", "old": None})


REQUESTS: Final = 8
"""The requests of a_busy_replace."""


def prepared(url: str) -> ObjectStore:
    """A store with one document in its history."""
    store = opened(url)
    version = store.replace(b"one", None, {"old": b"1", "changed": b"1"})
    store.replace(b"two", version)
    return store


def test_the_requests_of_a_replace_are_all_tried_below(s3: S3Emulator) -> None:
    store = prepared(s3.bucket())
    s3.requests.clear()
    a_busy_replace(store)
    assert len(s3.requests) == REQUESTS - 1
    assert [data for _, data in store.history()] == [b"two", b"one"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("done", range(REQUESTS))
def test_a_crash_at_any_request_loses_no_document(
    done: int, after: bool, s3: S3Emulator, impatient: None
) -> None:
    url = s3.bucket()
    prepared(url)
    s3.faults.append(Fault("*", after=after, skip=done))
    s3.faults.append(Fault("*", skip=done, times=FOR_GOOD))
    try:
        a_busy_replace(opened(url))
    except ReconcilerError as failed:
        assert_nothing_leaks(failed)
    s3.faults.clear()

    store = opened(url)
    found = store.read()
    assert found is not None
    earlier = [data for _, data in store.history()]
    if found[0] == b"three":
        assert (store.beside("new"), store.beside("changed")) == (b"3", b"3")
        assert earlier == [b"two", b"one"]
    else:
        assert (found[0], earlier) == (b"two", [b"one"])
        assert store.beside("old") == b"1"
    a_busy_replace(store)
    assert [data for _, data in store.history()] == [found[0], *earlier]


# ---------------------------------------------------------------- what is said


def assert_nothing_leaks(failed: BaseException) -> None:
    """No word of a key, a signature or the server's own text, and no exception that has them."""
    told = "".join(traceback.format_exception(failed)) + repr(vars(failed))
    for secret in (ACCESS_KEY, SECRET_KEY, "canary"):
        assert secret not in told
    assert failed.__cause__ is None
    context = failed.__context__
    assert context is None or isinstance(context, ReconcilerError)
    if context:
        assert_nothing_leaks(context)


ACTS: Final[dict[str, Callable[[ObjectStore], object]]] = {
    "read": ObjectStore.read,
    "replace": lambda store: store.replace(b"one", None),
    "beside": lambda store: store.beside("a"),
    "history": ObjectStore.history,
    "self_check": ObjectStore.self_check,
}


@pytest.mark.parametrize("act", ACTS)
def test_no_access_is_told_with_what_is_needed(act: str, s3: S3Emulator) -> None:
    s3.faults.append(Fault("*", 403, "SignatureDoesNotMatch", times=FOR_GOOD))
    with pytest.raises(StateError) as refused:
        ACTS[act](opened("s3://bucket"))
    assert refused.value.summary == "The object store refuses access"
    assert "403 SignatureDoesNotMatch" in refused.value.detail
    assert "s3://bucket/prod" in refused.value.detail
    assert "AWS_ACCESS_KEY_ID" in refused.value.hint
    assert_nothing_leaks(refused.value)


@pytest.mark.parametrize("act", ACTS)
def test_a_missing_bucket_is_no_empty_state(act: str, s3: S3Emulator) -> None:
    with pytest.raises(StateError, match="The bucket does not exist"):
        ACTS[act](opened("s3://nobody-made-this"))


def test_a_bucket_that_disappears_is_no_conflict(s3: S3Emulator) -> None:
    store = opened(s3.bucket())
    version = store.replace(b"one", None)
    s3.faults.append(Fault(DOCUMENT, 404, "NoSuchBucket"))
    with pytest.raises(StateError, match="The bucket does not exist"):
        store.replace(b"two", version)


ANSWERS: Final = {
    (301, "PermanentRedirect"): ("another region", "AWS_REGION"),
    (400, "InvalidRequest"): ("400 InvalidRequest", "again"),
    (401, "Unauthorized"): ("refuses access", "AWS_ACCESS_KEY_ID"),
    (501, "NotImplemented"): ("501 NotImplemented", "again"),
    (503, "SlowDown"): ("503 SlowDown", "again"),
    (429, "SlowDown"): ("429 SlowDown", "again"),
}


@pytest.mark.parametrize(("status", "code"), ANSWERS)
def test_an_answer_is_told_by_its_status_and_code(
    status: int, code: str, s3: S3Emulator, impatient: None
) -> None:
    said, advised = ANSWERS[status, code]
    url = s3.bucket()
    s3.faults.append(Fault(DOCUMENT, status, code, times=FOR_GOOD))
    with pytest.raises(StateError) as failed:
        opened(url).replace(b"one", None)
    assert said in str(failed.value)
    assert advised in failed.value.hint
    assert_nothing_leaks(failed.value)


def test_who_may_not_remove_still_replaces_but_fails_the_check(s3: S3Emulator) -> None:
    store = opened(s3.bucket())
    version = store.replace(b"one", None, {"a": b"1"})
    s3.faults.append(Fault("POST *", 403, "AccessDenied", times=FOR_GOOD))
    now = store.replace(b"two", version, {"a": None})
    assert store.read() == (b"two", now)
    with pytest.raises(StateError, match="refuses access"):
        store.self_check()


@pytest.mark.parametrize("act", ACTS)
def test_an_endpoint_where_nobody_listens_is_told(
    act: str, s3: S3Emulator, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(StateError, match=r"cannot be reached.*no connection") as failed:
            ACTS[act](opened("s3://bucket"))
    assert_nothing_leaks(failed.value)


def test_an_endpoint_that_never_answers_is_given_up(
    s3: S3Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(bucket, "RETRY_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(StateError, match="did not answer in time"):
            opened("s3://bucket").read()


def test_an_endpoint_that_does_not_speak_tls_is_told(
    s3: S3Emulator, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.endpoint.replace("http:", "https:"))
    with pytest.raises(StateError, match="cannot be reached"):
        opened("s3://bucket").read()


def test_missing_credentials_are_told_with_the_variables(
    s3: S3Emulator, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(StateError, match="no usable credentials") as failed:
        opened("s3://bucket").read()
    assert "AWS_ACCESS_KEY_ID" in failed.value.hint


@pytest.mark.parametrize("name", ["a//b", "../outside"])
def test_a_name_that_is_no_plain_path_is_refused(name: str, s3: S3Emulator) -> None:
    store = opened(s3.bucket())
    for act in (partial(store.beside, name), partial(store.replace, b"one", None, {name: b""})):
        with pytest.raises(StateError):
            act()
    assert store.read() is None
