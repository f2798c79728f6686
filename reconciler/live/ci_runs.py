"""The CI service, asked whether a run that holds the lease is over.

Only this job's own service and repository are asked, at the address the service itself gives in
its variables: what stands in a state document never decides where a token goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from reconciler.live.lean_httpx import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.run import CiRun
    from reconciler.core.secret import Secret

TIMEOUT: Final = 10.0
"""Seconds for one question; without an answer a lease simply runs out."""

_OVER: Final[Mapping[str, frozenset[str]]] = {
    "github": frozenset({"completed"}),
    "gitlab": frozenset({"success", "failed", "canceled", "skipped"}),
}
"""Service → statuses of a run, or job, that does nothing more."""


class CiService:
    """The CI service this job runs in."""

    def __init__(
        self,
        own: CiRun,
        api: str,
        token: Secret,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Take this job's own run, the base URL of the service's API, and a token for it."""
        self._own = own
        self._api = api.rstrip("/")
        self._token = token
        self._transport = transport

    async def is_over(self, run: CiRun) -> bool:
        """Whether the run is certainly over; False where that cannot be found out."""
        if (run.service, run.project) != (self._own.service, self._own.project):
            return False
        if run == self._own:
            # An earlier command of this very job: still running means that it is not this one.
            return False
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT, transport=self._transport) as client:
                answer = await client.get(self._api + _path(run), headers=self._headers())
                status = answer.json().get("status") if answer.is_success else None
        except (httpx.HTTPError, OSError, ValueError, AttributeError):
            return False
        return status in _OVER[run.service]

    def _headers(self) -> dict[str, str]:
        token = self._token.reveal()
        if self._own.service == "gitlab":
            return {"PRIVATE-TOKEN": token}
        return {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}


def _path(run: CiRun) -> str:
    number = quote(run.run, safe="")
    if run.service == "gitlab":
        return f"/projects/{quote(run.project, safe='')}/jobs/{number}"
    attempt = f"/attempts/{quote(run.attempt, safe='')}" if run.attempt else ""
    return f"/repos/{quote(run.project)}/actions/runs/{number}{attempt}"
