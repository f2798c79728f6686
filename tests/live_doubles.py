"""Tiny servers for the tests of the client: ASGI apps that answer what they are told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from reconciler.core.secret import Secret
from reconciler.live import LiveSettings, TavusPersonas

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object

KEY = Secret("k3y-C4N4RY/with+signs=")
SETTINGS = LiveSettings("http://tavus.test", KEY, "personas")
PALS = replace(SETTINGS, dialect="pals")

Result = TypeVar("Result")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: Json = b""
    """Bytes as they are, anything else as JSON."""
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Handler = Callable[[Request], Reply]
_Message = MutableMapping[str, Any]


class Server:
    """An ASGI app that answers with what handler returns, and keeps the requests."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.requests: list[Request] = []
        self.under_way = 0
        self.most_at_once = 0

    async def __call__(
        self,
        scope: _Message,
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        request = await _read(scope, receive)
        self.requests.append(request)
        reply = self.handler(request)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        await asyncio.sleep(reply.pause)
        self.under_way -= 1
        headers = [(k.encode(), v.encode()) for k, v in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.content})


async def _read(scope: _Message, receive: Callable[[], Awaitable[_Message]]) -> Request:
    body = b""
    while (message := await receive()).get("more_body"):
        body += message["body"]
    return Request(
        scope["method"],
        scope["path"],
        dict(parse_qsl(scope["query_string"].decode())),
        {k.decode(): v.decode() for k, v in scope["headers"]},
        body + message["body"],
    )


def in_turn(*replies: Reply | Exception) -> Server:
    """A server that answers with each reply once and then with the last one for ever."""
    left = list(replies)

    def handler(_: Request) -> Reply:
        reply = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    return Server(handler)


def account(rows: int, *, cap: int = 1000) -> Server:
    """A server whose list has so many personas and gives at most cap of them at once."""
    personas = [{"persona_id": f"p{n}", "persona_name": f"Number {n}"} for n in range(rows)]

    def handler(request: Request) -> Reply:
        limit = min(cap, int(request.query["limit"]))
        start = (int(request.query["page"]) - 1) * limit
        return Reply(200, {"data": personas[start : start + limit], "total_count": rows})

    return Server(handler)


def persona(**members: Json) -> Object:
    return {"persona_id": "p1", "persona_name": "Ada", **members}


def using(
    server: Server | None,
    act: Callable[[TavusPersonas], Awaitable[Result]],
    settings: LiveSettings = SETTINGS,
    on_page: Callable[[int, int], None] | None = None,
) -> Result:
    """What act gives on a client of server, or of the network; retries do not wait."""

    async def run() -> Result:
        async with TavusPersonas(settings, app=server, on_page=on_page, retry_wait=0) as client:
            return await act(client)

    return asyncio.run(run())
