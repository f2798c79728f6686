"""An S3 emulator on a loopback port that keeps its promises, and breaks them where a test asks."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import httpx
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

ACCESS_KEY: Final = "AKIACANARYCANARY0000"
SECRET_KEY: Final = "canary-secret-canary-secret-canary-secre"

TELLTALE: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>%s</Code><Message>About {ACCESS_KEY} and {SECRET_KEY}</Message>
<AWSAccessKeyId>{ACCESS_KEY}</AWSAccessKeyId>
<StringToSign>AWS4-HMAC-SHA256 canary-signature</StringToSign></Error>"""
"""An error's body that quotes what no message of ours may quote."""

_buckets: Final = count(1)


@dataclass
class Fault:
    """What happens to the next requests that are meant."""

    request: str
    """Method and path, with wildcards, e.g. «PUT *state.json»."""
    status: int | None = None
    """The status answered; None: the connection breaks without an answer."""
    code: str = "InternalError"
    times: int = 1
    skip: int = 0
    """How many requests pass before."""
    after: bool = False
    """Whether the request is carried out all the same."""
    meanwhile: Callable[[], object] | None = None
    """Done instead of any trouble: then the request is carried out and answered."""

    def meets(self, request: str) -> bool:
        """Whether it is this request's turn."""
        if self.times == 0 or not fnmatchcase(request, self.request):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class S3Emulator:
    """moto's S3 behind a gate that counts requests and disturbs them."""

    def __init__(self) -> None:
        from moto.moto_server.werkzeug_app import create_backend_app

        self._moto = create_backend_app("s3")
        self._one_at_a_time = threading.Lock()
        # One for all, since each reads the certificates of the world anew.
        self.client = httpx.Client(trust_env=False)
        self.endpoint = ""
        self.requests: list[str] = []
        self.faults: list[Fault] = []
        self.ignores: frozenset[str] = frozenset()
        """Names of headers that never arrive, as the environment of WSGI spells them."""

    def __call__(self, environ: dict[str, Any], answer: Callable[..., Any]) -> Iterable[bytes]:
        request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        self.requests.append(request)
        for header in self.ignores:
            environ.pop(header, None)
        fault = next((fault for fault in self.faults if fault.meets(request)), None)
        if fault and fault.meanwhile:
            fault.meanwhile()
        if fault is None or fault.meanwhile:
            return self._carry_out(environ, answer)
        if fault.after:
            self._carry_out(environ, lambda *_: None)
        return _refuse(fault, environ, answer)

    def _carry_out(self, environ: dict[str, Any], answer: Callable[..., Any]) -> list[bytes]:
        # moto compares and stores in two steps; S3 in one.
        with self._one_at_a_time:
            return list(self._moto(environ, answer))

    def bucket(self, *, versioned: bool = False) -> str:
        """The URL of a new, empty bucket."""
        name = f"bucket-{next(_buckets)}"
        self.client.put(f"{self.endpoint}/{name}").raise_for_status()
        if versioned:
            body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
            self.client.put(f"{self.endpoint}/{name}?versioning", content=body).raise_for_status()
        return f"s3://{name}"

    def names(self, url: str) -> list[str]:
        """What is in a bucket."""
        listed = self.client.get(f"{self.endpoint}/{url.removeprefix('s3://')}?list-type=2").text
        return sorted(part.partition("</Key>")[0] for part in listed.split("<Key>")[1:])

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment of a process that works with this emulator."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": "us-east-1",
            "NO_PROXY": "127.0.0.1",
        }


def _refuse(fault: Fault, environ: dict[str, Any], answer: Callable[..., Any]) -> Iterable[bytes]:
    if fault.status is None:
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    elif not fault.after:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    answer(f"{fault.status or 500} Refused", [("Content-Type", "application/xml")])
    return [(TELLTALE % fault.code).encode()]


@contextmanager
def served() -> Iterator[S3Emulator]:
    """An emulator that answers until the end of the block."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    emulator = S3Emulator()
    server = make_server("127.0.0.1", 0, emulator, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    emulator.endpoint = f"http://127.0.0.1:{server.port}"
    try:
        yield emulator
    finally:
        emulator.client.close()
        server.shutdown()
        thread.join()
        server.server_close()
