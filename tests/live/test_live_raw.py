"""Requests word for word: every status is an answer, and the key is in none of it."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING

import pytest
from live_doubles import KEY, SETTINGS, Reply, Server, in_turn

from reconciler.core.document import ABSENT
from reconciler.core.errors import TavusUnreachableError
from reconciler.core.service.exchange import Asking
from reconciler.live.raw import RawExchange

if TYPE_CHECKING:
    from reconciler.core.service.exchange import Reply as Answer


def ask(server: Server, asking: Asking) -> Answer:
    async def run() -> Answer:
        async with RawExchange(SETTINGS, app=server) as wire:
            return await wire.ask(asking)

    return asyncio.run(run())


@pytest.mark.parametrize("status", [200, 204, 304, 400, 404, 409, 422, 429, 500, 502, 503])
def test_every_status_is_an_answer_and_nothing_is_sent_twice(status: int) -> None:
    server = in_turn(Reply(status, {"error": "What it says."}))
    reply = ask(server, Asking("PATCH", "/v2/personas/p1", body=[]))
    assert (reply.status, reply.words) == (status, "What it says.")
    assert len(server.requests) == 1
    assert reply.taken is (status in {200, 204, 304})
    assert reply.refused is (400 <= status < 500)


def test_a_request_goes_out_word_for_word() -> None:
    server = in_turn(Reply(200, {}))
    body = {"persona_name": "x", "odd": None}
    ask(server, Asking("POST", "/v2/pals", {"page": "0"}, body))
    sent = server.requests[0]
    assert (sent.method, sent.path, sent.query) == ("POST", "/v2/pals", {"page": "0"})
    assert (sent.json, sent.headers["x-api-key"]) == (body, KEY.reveal())


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"nonsense"])
def test_what_is_no_json_is_no_body(body: bytes) -> None:
    assert ask(in_turn(Reply(200, body)), Asking("GET", "/v2/personas")).body is ABSENT


def test_the_key_is_in_no_part_of_an_answer_in_no_guise() -> None:
    key = KEY.reveal()
    guises = [key, key.upper(), json.dumps(key), base64.b64encode(key.encode()).decode()]
    body = {guise: [guise, {"a": f"before {guise} after"}] for guise in guises}
    reply = ask(in_turn(Reply(200, body, {"x-echo": key})), Asking("GET", "/v2/personas"))
    seen = str((reply.body, dict(reply.headers)))
    assert not [guise for guise in guises if guise.strip('"').casefold() in seen.casefold()]
    assert "before " in seen
    assert " after" in seen


def test_white_space_and_line_ends_of_an_answer_stay() -> None:
    prompt = "One.\r\n\n Two.  \n"
    assert ask(in_turn(Reply(200, {"p": prompt})), Asking("GET", "/")).body == {"p": prompt}


def test_no_answer_is_an_error() -> None:
    with pytest.raises(TavusUnreachableError):
        ask(in_turn(ConnectionResetError("gone")), Asking("GET", "/v2/personas"))
