"""The emulator as an ASGI app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from reconciler.sandbox.calls import Asked, Dropped
from reconciler.sandbox.disturbing import Service
from reconciler.sandbox.faults import ConnectionDropped

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from reconciler.sandbox.store import Store

_METHODS: Final = ("GET", "POST", "PATCH", "PUT", "DELETE")
_PROMISED: Final = {"content-length": "1048576", "content-type": "application/json"}


class _Broken(Response):
    """An answer that stops short of its promised length, so that a server must hang up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head and a first byte, then raise ConnectionDropped."""
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        raise ConnectionDropped("The sandbox dropped the connection, as a fault asked for.")


def create_app(store: Store) -> Starlette:
    """The emulator on a store.

    A dropped connection raises ConnectionDropped out of the app; a server hangs up then.
    """
    service = Service(store)

    async def endpoint(request: Request) -> Response:
        path: str = request.scope["path"]
        asked = Asked(
            method=request.method,
            path=path.rstrip("/"),
            query=request.url.query,
            key=request.headers.get("x-api-key", ""),
            body=await request.body(),
        )
        reply = await service.respond(asked, path)
        if isinstance(reply, Dropped):
            return _Broken(headers=_PROMISED)
        return Response(reply.content, reply.status, dict(reply.headers), reply.media_type)

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=list(_METHODS))])
