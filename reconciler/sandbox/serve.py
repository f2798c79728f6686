"""The emulator on a port, for clients that cannot call it in process."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import ConnectionDropped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.sandbox.store import Store


def serve(
    store: Store,
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    access_log: bool = False,
    on_ready: Callable[[str, int], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then return. Port 0 takes a free one.

    on_ready is told the host and the real port once connections are accepted. Nothing is printed;
    with access_log the logger uvicorn.access gets a line per request. Raises OSError where the
    port cannot be had.
    """
    config = uvicorn.Config(
        create_app(store),
        log_config=None,
        log_level="info" if access_log else "warning",
        access_log=access_log,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with (
        socket.create_server((host, port), family=family) as listening,
        _without_planned_errors(),
        _ended_by_signals(server),
    ):
        if on_ready is not None:
            on_ready(host, listening.getsockname()[1])
        server.run(sockets=[listening])


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Let SIGINT and SIGTERM end the server and not the process.

    uvicorn raises the signals it caught once more when it is done; they arrive here.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_signal: int, _frame: object) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _without_planned_errors() -> Iterator[None]:
    """Keep the tracebacks of dropped connections out of uvicorn's error log."""
    logger = logging.getLogger("uvicorn.error")

    def unplanned(record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], ConnectionDropped))

    logger.addFilter(unplanned)
    try:
        yield
    finally:
        logger.removeFilter(unplanned)
