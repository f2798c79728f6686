"""Repositories over smart HTTP: git's own back end behind a small server, with faults."""

from __future__ import annotations

import base64
import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Final

from threaded_server import listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

USER: Final = "ci"
TOKEN: Final = "canary-token"


@dataclass
class GitServer:
    """What the server does and has seen."""

    root: Path
    url: str = ""
    requests: list[str] = field(default_factory=list)
    """Method, path and query of every request."""
    asks_who: bool = False
    """Whether only USER with TOKEN is served."""
    breaks_before: bool = False
    """Whether a push is dropped unread."""
    breaks_after: Callable[[], None] | None = None
    """Called when a push has been done, whose answer is then lost."""
    is_down: bool = False
    """Whether every connection is closed at once."""

    def address(self, name: str, login: str = "") -> str:
        """The URL of a repository below root, with «user:password» in it if wanted."""
        return f"{self.url.replace('//', f'//{login}@' if login else '//')}/{name}"


@contextmanager
def served(root: Path) -> Iterator[GitServer]:
    """Serve the repositories below root for reading, and those with http.receivepack for more."""
    known = GitServer(root)

    class Handler(_Handler):
        server_knows = known

    with listening(Handler) as known.url:
        yield known


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_knows: GitServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        knows, body = self.server_knows, self._body()
        knows.requests.append(f"{self.command} {self.path}")
        is_push = self.command == "POST" and self.path.endswith("git-receive-pack")
        if knows.is_down or (is_push and knows.breaks_before):
            self.close_connection = True
            return
        if knows.asks_who and self.headers["Authorization"] != _BASIC:
            self._reply(401, [("WWW-Authenticate", "Basic realm=git")], b"")
            return
        head, _, data = self._backend(body).partition(b"\r\n\r\n")
        if is_push and knows.breaks_after:
            knows.breaks_after()
            self.close_connection = True
            return
        fields = [tuple(line.split(": ", 1)) for line in head.decode().splitlines()]
        status = next((int(value[:3]) for name, value in fields if name == "Status"), 200)
        self._reply(status, [(n, v) for n, v in fields if n != "Status"], data)

    def _body(self) -> bytes:
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _backend(self, body: bytes) -> bytes:
        path, _, query = self.path.partition("?")
        variables = {
            "GIT_PROJECT_ROOT": str(self.server_knows.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": self.headers["Content-Type"] or "",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers["Content-Encoding"] or "",
            "GIT_PROTOCOL": self.headers["Git-Protocol"] or "",
        }
        return subprocess.run(
            ["git", "http-backend"],
            input=body,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        ).stdout

    def _reply(self, status: int, fields: list[tuple[str, str]], data: bytes) -> None:
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


_BASIC: Final = "Basic " + base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
