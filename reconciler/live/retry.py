"""Which failed reads are tried again, and after how long. Writes never are."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from typing import TYPE_CHECKING, Final

import stamina
from stamina.instrumentation import set_on_retry_hooks

from reconciler.core.errors import TavusRateLimitError, TavusUnreachableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reconciler.core.errors import ReconcilerError, TavusError
    from reconciler.live.exchange import Answer

# By default each retry is a warning on standard error; here attempts are logged at debug level.
set_on_retry_hooks(())

LONGEST_PAUSE: Final = 60.0
"""Seconds of Retry-After that are waited for; a longer one ends the attempts at once."""

_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 20.0
_PASSING: Final = frozenset({500, 502, 503, 504})
_SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]*)?")


class PassingError(Exception):
    """A failure that may pass. error is to be raised if it does not; never seen by a caller."""

    def __init__(self, error: ReconcilerError, pause: float | None = None) -> None:
        super().__init__(error.summary)
        self.error = error
        self.pause = pause


def may_pass(error: TavusError) -> bool:
    """Whether the same read may well succeed later."""
    passing = isinstance(error, TavusRateLimitError | TavusUnreachableError)
    return passing or error.status in _PASSING


def pause_asked(answer: Answer) -> float | None:
    """Seconds that Retry-After asks to wait, from either of its forms; None where it does not."""
    asked = answer.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(asked):
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def next_wait(failure: Exception, fixed: float | None = None) -> bool | float:
    """False to give up, True for the back-off, else the seconds to wait.

    fixed takes the place of back-off and Retry-After alike, so that tests do not sleep.
    """
    if not isinstance(failure, PassingError):
        return False
    pause = failure.pause or 0.0
    if pause > LONGEST_PAUSE:
        return False
    return fixed if fixed is not None else pause or True


async def repeated(
    attempt: Callable[[int], Awaitable[Answer]], *, retries: int, fixed_wait: float | None
) -> Answer:
    """The answer of attempt, called with 1, 2, … until it raises no PassingError.

    Exponential back-off with jitter between the attempts. Raises the error of the last one.
    """
    call = stamina.AsyncRetryingCaller(
        attempts=retries + 1, timeout=None, wait_initial=_FIRST_WAIT, wait_max=_LONGEST_WAIT
    ).on(lambda failure: next_wait(failure, fixed_wait))
    numbers = count(1)
    try:
        return await call(lambda: attempt(next(numbers)))
    except PassingError as failure:
        error = failure.error
    raise error
