"""One repository on GitHub, spoken to with one token.

Where it is comes from the variables of the job this runs in, never from a file or an answer.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Self

from reconciler import __version__
from reconciler.core.errors import CodeHostError
from reconciler.live.exchange import Answer, decode, encode, object_in
from reconciler.live.lean_httpx import httpx
from reconciler.live.retry import PassingError, pause_asked, repeated
from reconciler.live.scrub import scrubbed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from types import TracebackType

    from reconciler.core.document import Json, Object
    from reconciler.core.secret import Secret

PAGE: Final = 100
"""Items asked for per list call, the most GitHub gives."""

BOT: Final = "github-actions[bot]"
"""Who writes with the GITHUB_TOKEN of a workflow, which must not ask who it is."""

_MOST_PAGES: Final = 100
_TIMEOUT: Final = 20.0
_RETRIES: Final = 4
_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_REDIRECTS: Final = frozenset({301, 302, 307})
_SECONDARY_PAUSE: Final = 60.0
"""What GitHub wants waited after a secondary limit that names no time."""


class GitHub:
    """The repository. Methods raise CodeHostError."""

    def __init__(
        self,
        api: str,
        repository: str,
        token: Secret,
        *,
        author: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
        fixed_wait: float | None = None,
    ) -> None:
        """Take the API's base URL, owner/name, a token, and whose token it is if that is known."""
        self.repository = repository
        self._token = token
        self._author = author
        self._fixed_wait = fixed_wait
        try:
            client = httpx.AsyncClient(
                base_url=api.rstrip("/"),
                headers=_headers(token),
                timeout=_TIMEOUT,
                transport=transport,
            )
        except (OSError, ValueError, ImportError, httpx.InvalidURL):
            client = None
        if client is None:
            # Neither chained nor quoted: the address of a proxy may hold a password.
            raise CodeHostError(
                "The settings for GitHub cannot be used",
                "one of GITHUB_API_URL, GITHUB_TOKEN, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE",
            )
        self._client: Final = client

    async def __aenter__(self) -> Self:
        """The client itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Object:
        """One object below the repository."""
        return object_in(await self._send("GET", self._below(path), query=query))

    async def write(self, method: str, path: str, body: Object | None = None) -> Object:
        """What became of one object below the repository.

        A POST whose answer is lost is not sent again: the error says that its end is unknown.
        """
        return object_in(await self._send(method, self._below(path), body=body))

    async def items(
        self, path: str, query: Mapping[str, str | int] | None = None, *, member: str = ""
    ) -> AsyncIterator[Object]:
        """Every item of a list below the repository, page by page.

        member names the list where the answer is an object.
        """
        for page in range(1, _MOST_PAGES + 1):
            asked = {**(query or {}), "per_page": PAGE, "page": page}
            found = _items(await self._send("GET", self._below(path), query=asked), member)
            for item in found:
                yield item
            if len(found) < PAGE:
                return
        raise CodeHostError("GitHub's list has no end", f"GET {self._below(path)}")

    async def author(self) -> str:
        """The login this token writes as."""
        if not self._author:
            try:
                answer = object_in(await self._send("GET", "/user"))
            except CodeHostError as refused:
                if refused.status not in {403, 404}:
                    raise
                answer = {}
            self._author = str(answer.get("login") or BOT)
        return self._author

    def learn_author(self, login: str) -> None:
        """Learn whom the host names as the author of what was just written."""
        self._author = login or self._author

    async def download(self, path: str, most: int) -> bytes:
        """A file of at most so many bytes; GitHub hands it over from another server."""
        answer = await self._send("GET", self._below(path))
        call = f"GET {self._below(path)}"
        target = answer.headers.get("location", "")
        if answer.status not in {301, 302, 307} or not target.startswith(
            ("https://", "http://127.")
        ):
            raise CodeHostError("GitHub hands over no file", call, status=answer.status)
        content = bytearray()
        try:
            # A client of its own: the token is for the API and nobody else.
            async with (
                httpx.AsyncClient(timeout=_TIMEOUT) as elsewhere,
                elsewhere.stream("GET", target) as response,
            ):
                async for piece in response.aiter_bytes():
                    content += piece
                    if len(content) > most:
                        break
                status = response.status_code
        except (httpx.HTTPError, OSError) as failed:
            reason = type(failed).__name__
        else:
            reason = "" if status == httpx.codes.OK else f"answered {status}"
            if len(content) > most:
                reason = f"more than {most:,} bytes"
        if reason:
            raise CodeHostError("A file of a run cannot be fetched", f"{call}: {reason}")
        return bytes(content)

    def _below(self, path: str) -> str:
        return f"/repos/{self.repository}{path}"

    async def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Object | None = None,
    ) -> Answer:
        async def attempt(_: int) -> Answer:
            outcome = await self._outcome(method, path, query, body)
            if isinstance(outcome, Answer):
                return outcome
            raise outcome

        return await repeated(attempt, retries=_RETRIES, fixed_wait=self._fixed_wait)

    async def _outcome(
        self, method: str, path: str, query: Mapping[str, str | int] | None, body: Object | None
    ) -> Answer | Exception:
        """A value, so that nothing raised is chained to an error that holds the request."""
        call = f"{method} {path}"
        try:
            response = await self._client.request(
                method,
                path,
                params=query,
                content=None if body is None else encode(body),
                headers={} if body is None else {"content-type": "application/json"},
            )
        except (httpx.HTTPError, OSError) as failed:
            reason = scrubbed(str(failed) or type(failed).__name__, {self._token})
            lost = CodeHostError("GitHub cannot be reached", f"{call}: {reason}", unclear=True)
            return lost if method == "POST" else PassingError(lost)
        answer = Answer(response.status_code, dict(response.headers), response.content)
        if response.status_code < httpx.codes.BAD_REQUEST:
            return answer
        error = self._refusal(call, answer)
        if _is_limit(answer):
            return PassingError(error, _pause(answer))
        if answer.status not in _PASSING:
            return error
        return error if method == "POST" else PassingError(error, pause_asked(answer))

    def _refusal(self, call: str, answer: Answer) -> CodeHostError:
        words = scrubbed(str(object_in(answer).get("message", "")), {self._token})
        detail = f"{call} answered {answer.status}" + (f": {words}" if words else "")
        hints = {
            401: "The token is not valid.",
            403: "The token may not do that: see `permissions` of the workflow.",
            404: "It does not exist, or the token may not see it.",
        }
        return CodeHostError(
            "GitHub did not do what was asked",
            detail,
            hints.get(answer.status, ""),
            status=answer.status,
            unclear=answer.status >= httpx.codes.INTERNAL_SERVER_ERROR,
        )


def _headers(token: Secret) -> dict[str, str]:
    return {
        "authorization": f"Bearer {token.reveal()}",
        "accept": "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": f"persona-reconciler/{__version__}",
    }


def _items(answer: Answer, member: str) -> list[Object]:
    try:
        value: Json = decode(answer)
    except ValueError:
        value = None
    if member:
        value = value.get(member) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise CodeHostError("GitHub answered no list", status=answer.status)
    return [item for item in value if isinstance(item, dict)]


def _is_limit(answer: Answer) -> bool:
    """Whether the request was turned away unread, for its number."""
    if answer.status == httpx.codes.TOO_MANY_REQUESTS:
        return True
    if answer.status != httpx.codes.FORBIDDEN:
        return False
    said = str(object_in(answer).get("message", "")).lower()
    none_left = answer.headers.get("x-ratelimit-remaining") == "0"
    return none_left or "retry-after" in answer.headers or "rate limit" in said


def _pause(answer: Answer) -> float:
    asked = pause_asked(answer)
    if asked is not None:
        return asked
    reset = answer.headers.get("x-ratelimit-reset", "")
    if answer.headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(1.0, float(reset) - time.time())
    return _SECONDARY_PAUSE
