"""A message to a webhook: tried a few times within seconds, and never a reason to fail."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import stamina

from reconciler.live.lean_httpx import httpx

if TYPE_CHECKING:
    from reconciler.core.secret import Secret

ATTEMPTS: Final = 3
TIMEOUT: Final = 3.0
"""Seconds without an answer before an attempt counts as failed."""

WHOLE: Final = 8.0
"""Seconds for all attempts together."""

_FIRST_WAIT: Final = 0.2
_TOO_MANY: Final = 429
_SERVER: Final = 500


class _PassingError(Exception):
    """May be better the next time."""


async def post(url: Secret, body: bytes) -> str:
    """Send a JSON body. Why it did not arrive, without a word of the address; else empty.

    The address of a webhook is its password, and an answer may quote it: neither is ever told.
    Redirects are not followed.
    """
    if not _is_address(url.reveal()):
        return "its address is no URL with https or http"
    caller = stamina.AsyncRetryingCaller(
        attempts=ATTEMPTS, timeout=None, wait_initial=_FIRST_WAIT, wait_max=1.0
    ).on(_PassingError)
    try:
        async with asyncio.timeout(WHOLE):
            return await caller(_attempt, url, body)
    except _PassingError as failed:
        return str(failed)
    except TimeoutError:
        return "no answer in time"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


async def _attempt(url: Secret, body: bytes) -> str:
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
            headers = {"content-type": "application/json"}
            answer = await client.post(url.reveal(), content=body, headers=headers)
    except (httpx.HTTPError, OSError) as failed:
        # Neither chained nor quoted: both hold the address.
        why = f"it cannot be reached ({type(failed).__name__})"
    except Exception as failed:  # noqa: BLE001 - whatever a strange address does to the libraries
        return f"its address cannot be used ({type(failed).__name__})"
    else:
        return _judged(answer)
    raise _PassingError(why)


def _judged(answer: httpx.Response) -> str:
    if answer.is_success:
        return ""
    said = f"it answered {answer.status_code}"
    if answer.status_code >= _SERVER or answer.status_code == _TOO_MANY:
        raise _PassingError(said)
    return said
