"""Neither the key nor any other secret is in an error, a traceback, a repr or the log."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from live_doubles import KEY, SETTINGS, Reply, Request, Server, in_turn, persona, using

from reconciler.core.errors import TavusError
from reconciler.core.secret import Secret
from reconciler.live import TavusPersonas

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object

_SENT = Secret('sent-C4N4RY "quoted" ü')
_STORED = Secret("stored-C4N4RY+value")
_HEADER = Secret("C4N4RY-header")
_SECRETS = (KEY, _SENT, _STORED, _HEADER)
_OPERATIONS: list[Object] = [
    {"op": "add", "path": "/layers/llm/api_key", "value": _SENT},
    {"op": "add", "path": "/layers/llm/headers", "value": {"x": _HEADER}},
]
_DOCUMENT = {"greeting": _SENT, "layers": {"llm": {"headers": {"x": _HEADER}}}}

Act = Callable[[TavusPersonas], Awaitable[object]]


async def _get(client: TavusPersonas) -> object:
    return await client.get("p1")


async def _list(client: TavusPersonas) -> object:
    return await client.list()


async def _create(client: TavusPersonas) -> object:
    return await client.create(_DOCUMENT)


async def _patch(client: TavusPersonas) -> object:
    return await client.patch("p1", _OPERATIONS)


def _echo(*secrets: Secret) -> str:
    """What the client sent, in each guise a server may choose."""
    guises: list[str] = []
    for value in (secret.reveal() for secret in secrets):
        guises += [value, repr(value), json.dumps(value), quote(value), value.upper()]
        guises.append(base64.b64encode(value.encode()).decode())
    return " | ".join(guises)


def _everything_shown(error: BaseException) -> str:
    return "\n".join(
        [
            *traceback.format_exception(error),
            *traceback.TracebackException.from_exception(error, capture_locals=True).format(),
            str(error),
            repr(error),
            repr(vars(error)),
        ]
    )


def _error_of(server: Server, act: Act) -> TavusError | None:
    """None for a get of what answers 404."""
    try:
        using(server, act)
    except TavusError as error:
        return error
    return None


def _assert_clean(text: str) -> None:
    assert "c4n4ry" not in text.lower()
    for secret in _SECRETS:
        for encoded in (
            base64.b64encode(secret.reveal().encode()).decode(),
            quote(secret.reveal()),
        ):
            assert encoded[:12] not in text


@pytest.mark.parametrize("act", [_get, _list, _create, _patch])
@pytest.mark.parametrize("status", [302, 400, 401, 404, 409, 422, 429, 500, 502])
@pytest.mark.parametrize("shape", ["error", "html", "text", "nested", "location"])
def test_a_server_that_echoes_everything_cannot_make_us_show_it(
    act: Act, status: int, shape: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def handler(request: Request) -> Reply:
        words = _echo(KEY, _SENT, _HEADER) if request.body else _echo(KEY)
        location = {"location": f"https://{KEY.reveal()[:11]}.example/"}
        return {
            "error": Reply(status, {"error": words}),
            "html": Reply(status, f"<title>{words}</title>".encode()),
            "text": Reply(status, words.encode()),
            "nested": Reply(status, {"message": {"a": [words]}}),
            "location": Reply(status, b"", location if status != 302 else {"location": words}),
        }[shape]

    error = _error_of(Server(handler), act)
    _assert_clean("" if error is None else _everything_shown(error))
    _assert_clean(caplog.text)
    _assert_clean(repr([vars(record) for record in caplog.records]))


@pytest.mark.parametrize("act", [_get, _create, _patch])
@pytest.mark.parametrize("kind", [ConnectionResetError, TimeoutError, OSError])
def test_a_failing_connection_shows_nothing(act: Act, kind: type[Exception]) -> None:
    server = in_turn(
        kind(f"broke while sending {_echo(KEY, *() if act is _get else (_SENT, _HEADER))}")
    )
    with pytest.raises(TavusError) as raised:
        using(server, act)
    assert raised.value.__cause__ is raised.value.__context__ is None
    _assert_clean(_everything_shown(raised.value))


def test_a_stored_secret_that_a_later_answer_quotes_is_hidden() -> None:
    async def act(client: TavusPersonas) -> None:
        _assert_clean(repr(await client.get("p1")))
        await client.patch("p1", [{"op": "remove", "path": "/greeting"}])

    error = _error_of(in_turn(Reply(200, _stored()), Reply(400, _complaint())), act)
    assert error is not None
    assert "is too old" in error.detail
    _assert_clean(_everything_shown(error))


def _stored() -> Json:
    return persona(layers={"llm": {"headers": {"Authorization": _STORED.reveal()}}})


def _complaint() -> Json:
    return {"error": f"Bad Request. {{'headers': ['{_STORED.reveal()} is too old']}}"}


def test_a_plain_string_at_a_sensitive_path_is_hidden_as_well() -> None:
    value = "plain-" + _HEADER.reveal()
    operation = {"op": "add", "path": "/layers/llm/headers/x", "value": value}
    with pytest.raises(TavusError) as raised:
        using(in_turn(Reply(400, {"error": value})), lambda client: client.patch("p1", [operation]))
    _assert_clean(str(raised.value))


def test_settings_and_client_show_no_key() -> None:
    client = TavusPersonas(SETTINGS, app=in_turn(Reply()))
    _assert_clean(repr(SETTINGS) + str(SETTINGS) + repr(client) + repr(vars(client)))
