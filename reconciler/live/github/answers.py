"""What an answer of GitHub comes to: fine, a refusal, or a failure that may pass."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import CodeHostError
from reconciler.live.exchange import decode, object_in
from reconciler.live.lean_httpx import httpx
from reconciler.live.retry import PassingError, pause_asked
from reconciler.live.scrub import scrubbed

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object
    from reconciler.core.secret import Secret
    from reconciler.live.exchange import Answer

DONE: Final = range(200, 300)
HANDED_OVER: Final = range(302, 303)
"""What GitHub answers for a file, which it keeps elsewhere. No other redirect is followed."""

_PASSING: Final = frozenset({500, 502, 503, 504})
_SECONDARY_PAUSE: Final = 60.0
"""What GitHub wants waited after a secondary limit that names no time."""

_HINTS: Final = {
    301: "The repository was renamed or moved.",
    401: "The token is not valid.",
    403: "The token may not do that: see `permissions` of the workflow.",
    404: "It does not exist, or the token may not see it.",
}


def judged(call: str, answer: Answer, fine: range, token: Secret) -> Answer | Exception:
    """The answer where its status is fine, else the error to raise.

    A POST that may have been carried out is not to be repeated.
    """
    if answer.status in fine:
        return answer
    error = _refusal(call, answer, token)
    if _is_limit(answer):
        return PassingError(error, _pause(answer))
    if answer.status not in _PASSING or call.startswith("POST "):
        return error
    return PassingError(error, pause_asked(answer))


def lost(call: str, failed: Exception, token: Secret) -> Exception:
    """The error for a request without an answer."""
    reason = scrubbed(str(failed) or type(failed).__name__, {token})
    error = CodeHostError("GitHub cannot be reached", f"{call}: {reason}", unclear=True)
    return error if call.startswith("POST ") else PassingError(error)


def items_in(answer: Answer, member: str) -> list[Object]:
    """The list in an answer, below member where that is named. Raises CodeHostError."""
    try:
        value: Json = decode(answer)
    except ValueError:
        value = None
    if member:
        value = value.get(member) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise CodeHostError("GitHub answered no list", status=answer.status)
    return [item for item in value if isinstance(item, dict)]


def _refusal(call: str, answer: Answer, token: Secret) -> CodeHostError:
    words = scrubbed(str(object_in(answer).get("message", "")), {token})
    return CodeHostError(
        "GitHub did not do what was asked",
        f"{call} answered {answer.status}" + (f": {words}" if words else ""),
        _HINTS.get(answer.status, ""),
        status=answer.status,
        unclear=answer.status >= httpx.codes.INTERNAL_SERVER_ERROR,
    )


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
