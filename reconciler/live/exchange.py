"""One request and its answer, as values; bodies are encoded and decoded here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import ReconcilerError, TavusProtocolError
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json, Object

OUTCOME_UNKNOWN: Final = "Whether the change took effect is unknown; the next run reads live first."
"""The hint after a write whose answer does not tell what was stored."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, in the words of the route."""

    method: str
    path: str
    """From the root of the API, e.g. /v2/personas/p123."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    secrets: frozenset[Secret] = field(default=frozenset(), repr=False)
    """What an error text about this call must not quote, besides the API key."""
    names_one: bool = False
    """Whether the path ends in the id of a persona."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_read(self) -> bool:
        """Whether repeating it does no harm."""
        return self.method == "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, decompressed and otherwise untouched."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    content: bytes = field(repr=False)


def encode(body: Json) -> bytes:
    """The body as UTF-8 JSON, secrets revealed. Raises ReconcilerError where it cannot be."""
    try:
        return json.dumps(
            body, default=_revealed, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        ).encode()
    except ValueError:
        pass
    # Raised out here so that it is not chained: the encoder's error holds the whole text.
    raise ReconcilerError(
        "The document cannot be sent",
        "it holds a number that is not finite, or half of a surrogate pair",
        "Look for .inf, .nan and escapes such as \\ud800 in the definition.",
    )


def decode(answer: Answer) -> Json:
    """The body as a JSON value. Raises ValueError where it is none; the text quotes nothing."""
    try:
        return json.loads(answer.content, parse_constant=_not_finite)
    except (ValueError, RecursionError):
        pass
    # Raised out here so that it is not chained: the decoder's error holds the whole body.
    raise ValueError("not JSON")


def object_in(answer: Answer) -> Object:
    """The body where it is a JSON object, else an empty one."""
    try:
        body = decode(answer)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def required(call: Call, answer: Answer) -> Json:
    """The body of an answer that has to have one. Raises TavusProtocolError."""
    try:
        return decode(answer)
    except ValueError:
        detail = f"{call} answered {answer.status} with {_kind(answer)}"
    raise TavusProtocolError(
        "Tavus answered something that is no JSON",
        detail,
        "Check the base URL, and proxies on the way.",
        request=str(call),
        status=answer.status,
    )


def _kind(answer: Answer) -> str:
    if not answer.content.strip():
        return "an empty body"
    return "an HTML page" if is_html(answer) else "a body that is incomplete or no JSON"


def is_html(answer: Answer) -> bool:
    """Whether the body is a web page: from a proxy or a gateway, never from the API itself.

    Content-Type does not tell: some frameworks say HTML of an empty body, or of JSON.
    """
    return answer.content.lstrip()[:1] == b"<"


def not_json(answer: Answer) -> bool:
    """Whether there is a body, and it cannot be from the API."""
    if not answer.content.strip():
        return False
    try:
        decode(answer)
    except ValueError:
        return True
    return False


def _revealed(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _not_finite(constant: str) -> Json:
    raise ValueError(constant)
