"""One repository on GitHub, spoken to with one token.

Where it is comes from the variables of the job this runs in, never from a file or an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from reconciler import __version__
from reconciler.core.errors import CodeHostError
from reconciler.live.exchange import Answer, encode, object_in
from reconciler.live.github.answers import DONE, HANDED_OVER, items_in, judged, lost
from reconciler.live.lean_httpx import httpx
from reconciler.live.retry import repeated

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from types import TracebackType

    from reconciler.core.document import Object
    from reconciler.core.secret import Secret

PAGE: Final = 100
"""Items asked for per list call, the most GitHub gives."""

BOT: Final = "github-actions[bot]"
"""Who writes with the GITHUB_TOKEN of a workflow, which must not ask who it is."""

_MOST_PAGES: Final = 100
TIMEOUT: Final = 20.0
"""Seconds for each part of an exchange."""

_RETRIES: Final = 4


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
                timeout=TIMEOUT,
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
            found = items_in(await self._send("GET", self._below(path), query=asked), member)
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

    async def handed_over(self, path: str) -> str:
        """The address of a file, which GitHub keeps on another server."""
        answer = await self._send("GET", self._below(path), fine=HANDED_OVER)
        target = answer.headers.get("location", "")
        if not target.startswith((f"{self._client.base_url.scheme}://", "https://")):
            raise CodeHostError("GitHub hands over no file", f"GET {self._below(path)}")
        return target

    def _below(self, path: str) -> str:
        return f"/repos/{self.repository}{path}"

    async def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Object | None = None,
        fine: range = DONE,
    ) -> Answer:
        request = self._client.build_request(
            method,
            path,
            params=query,
            content=None if body is None else encode(body),
            headers={} if body is None else {"content-type": "application/json"},
        )

        async def attempt(_: int) -> Answer:
            outcome = await self._outcome(request, fine)
            if isinstance(outcome, Answer):
                return outcome
            raise outcome

        return await repeated(attempt, retries=_RETRIES, fixed_wait=self._fixed_wait)

    async def _outcome(self, request: httpx.Request, fine: range) -> Answer | Exception:
        """A value, so that nothing raised is chained to an error that holds the request."""
        call = f"{request.method} {request.url.path}"
        try:
            response = await self._client.send(request)
        except (httpx.HTTPError, OSError) as failed:
            return lost(call, failed, self._token)
        answer = Answer(response.status_code, dict(response.headers), response.content)
        return judged(call, answer, fine, self._token)


def _headers(token: Secret) -> dict[str, str]:
    return {
        "authorization": f"Bearer {token.reveal()}",
        "accept": "application/vnd.github+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": f"persona-reconciler/{__version__}",
    }
