"""Reads are tried again where that may help; writes never are."""

from __future__ import annotations

import asyncio
import logging
import operator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from live_doubles import SETTINGS, Reply, Request, Server, in_turn, persona, using

from reconciler.core.errors import (
    TavusError,
    TavusRateLimitError,
    TavusServerError,
    TavusUnreachableError,
)
from reconciler.live import TavusPersonas
from reconciler.live.exchange import Answer
from reconciler.live.retry import PassingError, next_wait, pause_asked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reconciler.core.resource import Live

_OK = Reply(200, persona())
_DROPPED = ConnectionResetError("dropped")
_LOST = TavusUnreachableError("lost")


async def _get(client: TavusPersonas) -> Live | None:
    return await client.get("p1")


def _asking(retry_after: str) -> Answer:
    return Answer(429, {"retry-after": retry_after}, b"")


@pytest.mark.parametrize(
    "trouble", [*map(Reply, (429, 500, 502, 503, 504)), _DROPPED, TimeoutError()]
)
def test_a_read_is_tried_again(trouble: Reply | Exception) -> None:
    server = in_turn(trouble, trouble, _OK)
    assert using(server, _get) is not None
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 408, 409, 422, 501])
def test_a_read_that_can_only_fail_again_is_not(status: int) -> None:
    server = in_turn(Reply(status))
    with pytest.raises(TavusError):
        using(server, _get)
    assert len(server.requests) == 1


def test_the_attempts_end_and_the_last_error_is_told() -> None:
    server = in_turn(Reply(500), Reply(502), Reply(429, {"message": "slow down"}))
    with pytest.raises(TavusRateLimitError, match="slow down"):
        using(server, _get, replace(SETTINGS, retries=2))
    assert len(server.requests) == 3


def test_no_retries_means_one_attempt() -> None:
    server = in_turn(Reply(503), _OK)
    with pytest.raises(TavusServerError):
        using(server, _get, replace(SETTINGS, retries=0))
    assert len(server.requests) == 1


@pytest.mark.parametrize("trouble", [*map(Reply, (429, 500, 502, 503, 504)), _DROPPED])
@pytest.mark.parametrize(
    "write",
    [
        operator.methodcaller("create", {}),
        operator.methodcaller("patch", "p1", [{"op": "remove", "path": "/greeting"}]),
        operator.methodcaller("delete", "p1"),
    ],
)
def test_a_write_is_never_sent_twice(
    trouble: Reply | Exception, write: Callable[[TavusPersonas], Awaitable[object]]
) -> None:
    server = in_turn(trouble)
    with pytest.raises(TavusError):
        using(server, write)
    assert len(server.requests) == 1


def test_a_long_retry_after_ends_the_attempts_at_once_and_is_named() -> None:
    server = in_turn(Reply(429, headers={"retry-after": "120"}))
    with pytest.raises(TavusRateLimitError, match="120 seconds"):
        using(server, _get)
    assert len(server.requests) == 1


def test_retry_after_is_read_in_both_forms() -> None:
    assert pause_asked(_asking("7")) == 7
    assert pause_asked(_asking(" 1.5 ")) == 1.5
    soon = datetime.now(UTC) + timedelta(seconds=30)
    assert pause_asked(_asking(format_datetime(soon, usegmt=True))) == pytest.approx(30, abs=2)
    assert pause_asked(_asking("Fri, 01 Jan 2021 00:00:00 GMT")) == 0
    assert pause_asked(_asking("Fri, 01 Jan 2021 00:00:00 -0000")) == 0


@pytest.mark.parametrize("nonsense", ["", "soon", "-1", "nan", "inf", "\u0661", "1" * 400])
def test_nonsense_in_retry_after_is_ignored(nonsense: str) -> None:
    assert pause_asked(_asking(nonsense)) is None


def test_how_long_the_pause_is() -> None:
    assert next_wait(PassingError(_LOST)) is True
    assert next_wait(PassingError(_LOST, 0.0)) is True
    assert next_wait(PassingError(_LOST, 60.0)) == 60.0
    assert next_wait(PassingError(_LOST, 61.0)) is False
    assert next_wait(PassingError(_LOST, 61.0), 0.0) is False
    assert next_wait(PassingError(_LOST, 5.0), 0.0) == 0.0
    assert next_wait(KeyError("a bug")) is False


def test_retry_after_is_waited_for() -> None:
    server = in_turn(Reply(503, headers={"retry-after": "0.2"}), _OK)

    async def timed() -> float:
        async with TavusPersonas(SETTINGS, app=server) as client:
            started = asyncio.get_running_loop().time()
            await client.get("p1")
            return asyncio.get_running_loop().time() - started

    assert 0.19 < asyncio.run(timed()) < 1.5


def test_retries_say_nothing_but_at_debug_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    using(in_turn(Reply(503), _OK), _get)
    ours = [r.getMessage() for r in caplog.records if r.name == "reconciler.live"]
    assert [line.split(" in ")[0] for line in ours] == [
        "GET /v2/personas/p1 → 503",
        "GET /v2/personas/p1 → 200",
    ]
    assert [line.rsplit(", ")[-1] for line in ours] == ["attempt 1", "attempt 2"]
    assert not [r for r in caplog.records if r.name == "stamina"]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_requests_than_allowed_are_under_way(concurrency: int) -> None:
    def handler(request: Request) -> Reply:
        return Reply(200, persona(persona_id=request.path.rpartition("/")[2]), pause=0.005)

    async def many(client: TavusPersonas) -> None:
        await asyncio.gather(*(client.get(f"p{n}") for n in range(12)))

    server = Server(handler)
    using(server, many, replace(SETTINGS, concurrency=concurrency))
    assert server.most_at_once == concurrency


def test_an_answer_that_takes_too_long_in_process_is_a_time_out() -> None:
    server = in_turn(Reply(200, persona(), pause=5))
    with pytest.raises(TavusUnreachableError, match="in time"):
        using(server, _get, replace(SETTINGS, timeout=0.05, retries=0))
