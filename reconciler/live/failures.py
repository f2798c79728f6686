"""From what httpx and the operating system raise to the exception tree, in plain words.

The new error is never chained to the old one, which holds the request and so the key.
"""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import TavusError, TavusProtocolError, TavusUnreachableError
from reconciler.live.exchange import OUTCOME_UNKNOWN
from reconciler.live.lean_httpx import httpx
from reconciler.live.scrub import scrubbed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.secret import Secret
    from reconciler.live.exchange import Call

FAILURES: Final = (httpx.HTTPError, OSError)
"""What an exchange may raise: OSError is the time limit's, and the in-process server's."""

_SUMMARIES: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (ssl.SSLCertVerificationError, "The certificate of the server is not trusted"),
    (ssl.SSLError, "The encrypted connection cannot be set up"),
    (socket.gaierror, "The name of the server cannot be resolved"),
    (httpx.ProxyError, "The proxy does not let the request through"),
    (httpx.PoolTimeout, "No connection became free in time"),
    (httpx.ConnectTimeout, "The server could not be reached in time"),
    (httpx.TimeoutException, "The server did not answer in time"),
    (TimeoutError, "The server did not answer in time"),
    (ConnectionRefusedError, "The server refuses connections"),
    (httpx.ConnectError, "The server cannot be reached"),
)
"""Searched in order, each over the whole chain of causes."""

_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    ConnectionRefusedError,
)


def failure(call: Call, raised: Exception, *, host: str, api_key: Secret) -> TavusError:
    """The error that a failed exchange stands for."""
    if isinstance(raised, httpx.DecodingError):
        kind: type[TavusError] = TavusProtocolError
        summary = "The compressed answer cannot be read"
    else:
        kind = TavusUnreachableError
        summary = _summary(raised)
    reason = scrubbed(str(raised), {api_key, *call.secrets})
    detail = f"{call} to {host}" + (f": {reason}" if reason else "")
    return kind(summary, detail, _hint(call, raised), request=str(call))


def is_final(raised: Exception) -> bool:
    """Whether the same request can only fail again: the certificate will not change."""
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(raised))


def _summary(raised: Exception) -> str:
    causes = tuple(_causes(raised))
    for kind, summary in _SUMMARIES:
        if any(isinstance(cause, kind) for cause in causes):
            return summary
    return "The connection broke before the answer was complete"


def _hint(call: Call, raised: Exception) -> str:
    advice = "Check the network, the base URL and the proxy settings."
    if call.is_read:
        return advice
    return f"Nothing was sent. {advice}" if isinstance(raised, _NEVER_SENT) else OUTCOME_UNKNOWN


def _causes(raised: BaseException) -> Iterator[BaseException]:
    """The error and everything it came from."""
    waiting, seen = [raised], set[int]()
    while waiting:
        error = waiting.pop()
        if id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        waiting += [e for e in (error.__cause__, error.__context__) if e is not None]
        if isinstance(error, BaseExceptionGroup):
            waiting += error.exceptions
