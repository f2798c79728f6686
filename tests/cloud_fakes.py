"""Google Cloud Storage and Azure Blob Storage as far as a state store speaks to them.

Written from the vendors' descriptions of their wire, for lack of emulators that pip installs and
obstore understands. They show which conditions we send and that we live with the answers; what the
clouds themselves do, they cannot show.
"""

from __future__ import annotations

import logging
import re
import threading
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Headers = Sequence[tuple[str, str]]
    Reply = tuple[str, Headers, str | bytes]

DATE: Final = "Wed, 25 Nov 2026 20:00:00 GMT"
CREATED: Final = "2026-11-25T20:00:00Z"


@dataclass
class _Kept:
    data: bytes
    generation: int
    notes: Headers


@dataclass
class Cloud(ABC):
    """What the two have in common: objects, one request at a time, a condition with each put."""

    objects: dict[str, _Kept] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    generations: Iterator[int] = field(default_factory=lambda: count(1))
    notes: str = ""
    """How the headers begin with which something is noted, as WSGI spells them."""

    def __call__(self, environ: dict[str, Any], answer: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self.lock:
            status, headers, text = self._reply(environ, environ["PATH_INFO"].lstrip("/"), body)
        data = text.encode() if isinstance(text, str) else text
        answer(status, [*headers, ("Content-Length", str(len(data))), ("Last-Modified", DATE)])
        return [data]

    def _reply(self, environ: Mapping[str, Any], path: str, body: bytes) -> Reply:
        query = parse_qs(environ["QUERY_STRING"])
        if "batch" in query.get("comp", ()):
            return self._batch(body)
        if "prefix" in query:
            return "200 OK", [], self.listed(path, f"{path}/{query['prefix'][0]}")
        kept = self.objects.get(path)
        if environ["REQUEST_METHOD"] == "PUT":
            return self._put(environ, path, body, kept)
        if kept is None:
            return "404 Not Found", [], "<Error><Code>NoSuchKey</Code></Error>"
        if environ["REQUEST_METHOD"] == "DELETE":
            del self.objects[path]
            return "204 No Content", [], ""
        return "200 OK", [*self.identity(kept), *kept.notes], kept.data

    def _put(self, environ: Mapping[str, Any], path: str, body: bytes, kept: _Kept | None) -> Reply:
        if refusal := self.refusal(environ, kept):
            return refusal, [], "<Error><Code>ConditionNotMet</Code></Error>"
        notes = [
            (name.removeprefix("HTTP_").replace("_", "-"), value)
            for name, value in environ.items()
            if name.startswith(self.notes)
        ]
        stored = self.objects[path] = _Kept(body, next(self.generations), notes)
        return "201 Created", self.identity(stored), ""

    def _batch(self, body: bytes) -> Reply:
        removed = re.findall(rb"DELETE /(\S+) HTTP", body)
        parts = []
        for number, path in enumerate(removed):
            found = self.objects.pop(path.decode(), None)
            status = "202 Accepted" if found else "404 Not Found"
            head = f"--b\r\nContent-Type: application/http\r\nContent-ID: {number}\r\n\r\n"
            parts.append(f"{head}HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n\r\n")
        kind = ("Content-Type", "multipart/mixed; boundary=b")
        return "202 Accepted", [kind], "".join(parts) + "--b--\r\n"

    @abstractmethod
    def identity(self, kept: _Kept) -> Headers:
        """The headers that tell which object this is."""

    @abstractmethod
    def refusal(self, environ: Mapping[str, Any], kept: _Kept | None) -> str:
        """The status with which a put is refused; empty where its condition holds."""

    @abstractmethod
    def listed(self, bucket: str, prefix: str) -> str:
        """The answer to a request for the names that begin so."""

    def below(self, bucket: str, prefix: str) -> list[str]:
        """Names in a bucket."""
        return [p.removeprefix(f"{bucket}/") for p in sorted(self.objects) if p.startswith(prefix)]


class Google(Cloud):
    """Entity tags of the content, as those of S3; generations identify."""

    def identity(self, kept: _Kept) -> Headers:
        tag = f'"{hash(kept.data):x}"'
        return [("ETag", tag), ("x-goog-generation", str(kept.generation))]

    def refusal(self, environ: Mapping[str, Any], kept: _Kept | None) -> str:
        wanted = environ.get("HTTP_X_GOOG_IF_GENERATION_MATCH")
        there = str(kept.generation) if kept else "0"
        return "" if wanted in {None, there} else "412 Precondition Failed"

    def listed(self, bucket: str, prefix: str) -> str:
        entries = "".join(
            f"<Contents><Key>{name}</Key><Size>1</Size><LastModified>{CREATED}</LastModified>"
            "<ETag>x</ETag></Contents>"
            for name in self.below(bucket, prefix)
        )
        return f"<ListBucketResult>{entries}</ListBucketResult>"


class Azure(Cloud):
    """Entity tags that identify; a second creation is refused with 409, not 412."""

    def identity(self, kept: _Kept) -> Headers:
        return [("ETag", f'"0x{kept.generation:X}"')]

    def refusal(self, environ: Mapping[str, Any], kept: _Kept | None) -> str:
        if environ.get("HTTP_IF_NONE_MATCH") == "*" and kept:
            return "409 Conflict"
        wanted = environ.get("HTTP_IF_MATCH")
        there = dict(self.identity(kept))["ETag"] if kept else ""
        return "" if wanted in {None, there} else "412 Precondition Failed"

    def listed(self, bucket: str, prefix: str) -> str:
        entries = "".join(
            f"<Blob><Name>{name}</Name><Properties><Last-Modified>{DATE}</Last-Modified>"
            "<Content-Length>1</Content-Length><Content-Type>x</Content-Type><Etag>x</Etag>"
            "</Properties></Blob>"
            for name in self.below(bucket, prefix)
        )
        return f"<EnumerationResults><Blobs>{entries}</Blobs><NextMarker/></EnumerationResults>"


@contextmanager
def at_a_port(cloud: Cloud) -> Iterator[str]:
    """The endpoint of a cloud that answers until the end of the block."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, cloud, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
