"""The one place that sends requests: key, time-outs, concurrency, retries, debug log."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urlsplit

from reconciler import __version__
from reconciler.core.errors import SettingsError
from reconciler.live.answers import is_success, refusal
from reconciler.live.exchange import Answer
from reconciler.live.failures import FAILURES, failure, is_final
from reconciler.live.lean_httpx import httpx
from reconciler.live.retry import PassingError, may_pass, pause_asked, repeated

if TYPE_CHECKING:
    from reconciler.core.errors import TavusError
    from reconciler.core.secret import Secret
    from reconciler.live.exchange import Call
    from reconciler.live.settings import LiveSettings

_Message: TypeAlias = MutableMapping[str, Any]
AsgiApp: TypeAlias = Callable[
    [_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]],
    Awaitable[None],
]
"""An ASGI application, called in place of the network."""

_log: Final = logging.getLogger("reconciler.live")
_WHOLE_EXCHANGE: Final = 4
"""How many time-outs one exchange may take: a server that trickles bytes resets each of them."""


class Transport:
    """Sends calls to one account and gives back successful answers; raises TavusError."""

    def __init__(
        self, settings: LiveSettings, app: AsgiApp | None, *, fixed_wait: float | None = None
    ) -> None:
        self._settings = settings
        self._fixed_wait = fixed_wait
        self._slots = asyncio.Semaphore(max(1, settings.concurrency))
        # In-process nothing else limits the time; over the network the client's limits do.
        self._limit = settings.timeout * (1 if app else _WHOLE_EXCHANGE)
        self._host = _checked_host(settings.base_url)
        check_key(settings.api_key)
        self._client = _client(settings, app)

    async def send(self, call: Call) -> Answer:
        """The successful answer; a read is repeated where that may help."""
        if call.is_read:
            return await repeated(
                lambda number: self._attempt(call, number),
                retries=self._settings.retries,
                fixed_wait=self._fixed_wait,
            )
        try:
            return await self._attempt(call, 1)
        except PassingError as passing:
            error = passing.error
        raise error

    async def ask(self, call: Call) -> Answer:
        """What is answered, whatever it is, asked once. Raises TavusError where nobody answers."""
        async with self._slots:
            outcome = await self._answered(call, 1)
        if isinstance(outcome, Answer):
            return outcome
        raise outcome.error if isinstance(outcome, PassingError) else outcome

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def _attempt(self, call: Call, number: int) -> Answer:
        async with self._slots:
            outcome = await self._outcome(call, number)
        if isinstance(outcome, Answer):
            return outcome
        raise outcome

    async def _outcome(self, call: Call, number: int) -> Answer | TavusError | PassingError:
        """The successful answer, or what to raise."""
        answer = await self._answered(call, number)
        if not isinstance(answer, Answer) or is_success(call, answer.status):
            return answer
        error = refusal(call, answer, self._settings.api_key)
        return PassingError(error, pause_asked(answer)) if may_pass(error) else error

    async def _answered(self, call: Call, number: int) -> Answer | TavusError | PassingError:
        """A value, so that it is raised where no exception with the request is being handled."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._limit):
                answer = await self._exchange(call)
        except FAILURES as raised:
            _record(call, type(raised).__name__, started, number)
            error = failure(call, raised, host=self._host, api_key=self._settings.api_key)
            return error if is_final(raised) or not may_pass(error) else PassingError(error)
        _record(call, answer.status, started, number)
        return answer

    async def _exchange(self, call: Call) -> Answer:
        response = await self._client.request(
            call.method,
            call.path,
            params=call.query,
            content=call.body,
            headers={} if call.body is None else {"content-type": "application/json"},
        )
        return Answer(response.status_code, dict(response.headers), response.content)


def _record(call: Call, result: int | str, started: float, number: int) -> None:
    milliseconds = (time.perf_counter() - started) * 1000
    _log.debug("%s → %s in %.0f ms, attempt %d", call, result, milliseconds, number)


def _client(settings: LiveSettings, app: AsgiApp | None) -> httpx.AsyncClient:
    slots = max(1, settings.concurrency)
    try:
        return httpx.AsyncClient(
            base_url=settings.base_url,
            headers=_headers(settings.api_key),
            timeout=httpx.Timeout(settings.timeout),
            limits=httpx.Limits(max_connections=slots, max_keepalive_connections=slots),
            transport=httpx.ASGITransport(app) if app else None,
            follow_redirects=False,
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL):
        pass
    # Neither chained nor quoted: the address of a proxy may hold a password.
    raise SettingsError(
        "The proxy or certificate settings of the environment cannot be used",
        "one of HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE, SSL_CERT_DIR",
        "Correct or unset the variable.",
    )


def _headers(api_key: Secret) -> dict[str, str]:
    return {
        "x-api-key": api_key.reveal(),
        "user-agent": f"persona-reconciler/{__version__}",
        "accept": "application/json",
        "accept-encoding": "gzip",
        # A proxy's 304 must not be taken for the one that answers a PATCH (persona-api 4).
        "cache-control": "no-store",
    }


def _checked_host(base_url: str) -> str:
    """Host and port, as shown in errors. Raises SettingsError where base_url cannot be used."""
    try:
        httpx.URL(base_url)
        url = urlsplit(base_url)
        host = (url.hostname or "").encode("idna").decode()
        shown = f"{host}:{url.port}" if url.port else host
    except (ValueError, httpx.InvalidURL):
        shown = ""
    else:
        if url.scheme not in {"http", "https"} or "@" in url.netloc or url.query or url.fragment:
            shown = ""
    if shown:
        return shown
    raise SettingsError(
        "The base URL of the API cannot be used",
        "it needs http or https, a host, and neither a password nor a query",
        "An example: https://tavusapi.com",
    )


def check_key(api_key: Secret) -> None:
    """Raise SettingsError where the key is no header value: the library's error would quote it."""
    if not re.fullmatch(r"[\x21-\x7e]+", api_key.reveal()):
        problem = (
            "it holds white space or a letter outside ASCII" if api_key.reveal() else "it is empty"
        )
        raise SettingsError("The API key cannot be used", problem, "Copy the key again.")
