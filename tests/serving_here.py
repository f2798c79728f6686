"""An ASGI app on a port, served by a thread of this process; the time of day is the test's."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.live.transport import AsgiApp


@contextmanager
def serving(app: AsgiApp, *, clock: float | None = 0.0) -> Iterator[str]:
    """The base URL. clock: how many seconds its Date header is ahead; None for no such header."""
    config = uvicorn.Config(
        _dated(app, clock), log_config=None, lifespan="off", date_header=False, log_level="critical"
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def _dated(app: AsgiApp, clock: float | None) -> Any:
    async def answering(scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start" and clock is not None:
                date = formatdate(time.time() + clock, usegmt=True).encode()
                message["headers"] = [*message["headers"], (b"date", date)]
            await send(message)

        await app(scope, receive, sent)

    return answering
