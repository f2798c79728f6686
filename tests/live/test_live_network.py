"""Over real sockets: everything that can go wrong below HTTP."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from live_doubles import SETTINGS, persona

from reconciler.core.errors import (
    TavusError,
    TavusProtocolError,
    TavusUnreachableError,
)
from reconciler.live import LiveSettings, TavusPersonas

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_BODY = json.dumps(persona()).encode()
_FAST = replace(SETTINGS, timeout=0.3, retries=0)
_OPERATIONS = [{"op": "remove", "path": "/greeting"}]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def _on_socket(
    speak: Speak,
    act: Callable[[TavusPersonas], Awaitable[object]],
    settings: LiveSettings = _FAST,
    scheme: str = "http",
) -> object:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await speak(reader, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def run() -> object:
        server = await asyncio.start_server(connected, "127.0.0.1")
        port = server.sockets[0].getsockname()[1]
        where = replace(settings, base_url=f"{scheme}://127.0.0.1:{port}")
        async with server, TavusPersonas(where, retry_wait=0) as client:
            return await act(client)

    return asyncio.run(run())


async def _get(client: TavusPersonas) -> object:
    return await client.get("p1")


async def _patch(client: TavusPersonas) -> object:
    return await client.patch("p1", _OPERATIONS)


def _saying(answer: bytes) -> Speak:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    return speak


def _answer(body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"content-length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def test_a_persona_is_read_over_a_socket() -> None:
    assert _on_socket(_saying(_answer(_BODY)), _get) is not None


def test_a_compressed_answer_is_read() -> None:
    packed = _answer(gzip.compress(_BODY), "content-encoding: gzip")
    assert _on_socket(_saying(packed), _get) is not None


def test_a_broken_compression_is_a_protocol_error() -> None:
    with pytest.raises(TavusProtocolError, match="compressed"):
        _on_socket(_saying(_answer(b"not gzip", "content-encoding: gzip")), _get)


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200", _answer(_BODY, length=9999), b"SSH-2.0-OpenSSH_9\r\n"],
    ids=["nothing", "half a head", "half a body", "not http"],
)
@pytest.mark.parametrize("act", [_get, _patch])
def test_an_answer_that_breaks_off_is_no_answer(
    answer: bytes, act: Callable[[TavusPersonas], Awaitable[object]]
) -> None:
    with pytest.raises(TavusUnreachableError) as raised:
        _on_socket(_saying(answer), act)
    assert ("unknown" in raised.value.hint) == (act is _patch)
    assert raised.value.status is None


def test_a_broken_read_is_tried_again() -> None:
    answers = [b"", _answer(_BODY, length=9999), _answer(_BODY)]

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _saying(answers.pop(0))(reader, writer)

    assert _on_socket(speak, _get, replace(_FAST, retries=2)) is not None
    assert not answers


def test_a_silent_server_is_a_time_out() -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.6)

    with pytest.raises(TavusUnreachableError, match="did not answer in time"):
        _on_socket(silent, _get)


def test_a_server_that_trickles_does_not_keep_us_for_ever() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_answer(b"", length=1000))
        for _ in range(100):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    with pytest.raises(TavusUnreachableError, match="did not answer in time"):
        _on_socket(trickle, _get, replace(_FAST, timeout=0.1))


def test_a_server_without_tls_is_told_as_such() -> None:
    with pytest.raises(TavusUnreachableError, match="encrypted connection"):
        _on_socket(_saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), _get, scheme="https")


def _at(url: str) -> TavusError:
    async def run() -> None:
        async with TavusPersonas(replace(_FAST, base_url=url), retry_wait=0) as client:
            await client.patch("p1", _OPERATIONS)

    with pytest.raises(TavusUnreachableError) as raised:
        asyncio.run(run())
    return raised.value


def test_a_refused_connection_sent_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        error = _at(f"http://127.0.0.1:{port}")
    assert error.summary == "The server refuses connections"
    assert f"127.0.0.1:{port}" in error.detail
    assert error.hint.startswith("Nothing was sent.")


def test_a_name_nobody_has_is_told_as_such() -> None:
    error = _at("https://nobody.invalid")
    assert error.summary == "The name of the server cannot be resolved"
    assert "nobody.invalid" in error.detail


def test_connections_are_kept_and_shared() -> None:
    connections = 0

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_answer(_BODY))
            await writer.drain()

    async def many(client: TavusPersonas) -> None:
        await asyncio.gather(*(client.get("p1") for _ in range(20)))

    _on_socket(speak, many, replace(_FAST, concurrency=2, timeout=5))
    assert connections == 2
