"""From an answer's status to the exception tree, with the server's words (persona-api 4.1)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from reconciler.core.errors import (
    TavusAuthError,
    TavusConflictError,
    TavusError,
    TavusNotFoundError,
    TavusProtocolError,
    TavusRateLimitError,
    TavusRejectedError,
    TavusServerError,
)
from reconciler.live.exchange import OUTCOME_UNKNOWN, not_json, object_in
from reconciler.live.retry import pause_asked
from reconciler.live.scrub import scrubbed
from reconciler.live.server_words import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Object
    from reconciler.core.secret import Secret
    from reconciler.live.exchange import Answer, Call

_Meaning: TypeAlias = tuple[type[TavusError], str, str]
"""Class, summary and hint."""

_UNKNOWN_ID: Final = re.compile(
    r"(bad request\. )?invalid (persona|pal)_(id|uuid)\.?", re.IGNORECASE
)

_REFUSALS: Final[Mapping[int, _Meaning]] = {
    401: (TavusAuthError, "The API key was refused", ""),
    402: (TavusRejectedError, "The credits or the plan of the account do not allow this", ""),
    403: (TavusAuthError, "The API key was refused", "The key may lack a permission."),
    409: (TavusConflictError, "Tavus reports a conflict", ""),
    429: (TavusRateLimitError, "Tavus answered too many requests", "Wait, or lower concurrency."),
}
_OTHER_REFUSAL: Final[_Meaning] = (TavusRejectedError, "Tavus rejected the request", "")
_HELD_BY_MAKER: Final[_Meaning] = (
    TavusConflictError,
    "PAL Maker holds unpublished edits of this persona",
    "Publish or discard them in PAL Maker, or apply with --discard-maker-changes ADDRESS.",
)
_FROM_A_CACHE: Final[_Meaning] = (
    TavusProtocolError,
    "A cache answered in place of Tavus",
    "Switch off caching in the proxy on the way.",
)
_NOT_THE_API: Final[_Meaning] = (
    TavusProtocolError,
    "Something other than Tavus answered",
    "Check the base URL, and proxies on the way.",
)
_SUCCESSFUL: Final = 2


def is_success(call: Call, status: int) -> bool:
    """Whether the status says that what was asked is done; a 304 says so to a PATCH only."""
    return status // 100 == _SUCCESSFUL or (
        status == HTTPStatus.NOT_MODIFIED and call.method == "PATCH"
    )


def refusal(call: Call, answer: Answer, api_key: Secret) -> TavusError:
    """The error that an answer without success stands for."""
    body = object_in(answer)
    secrets = {api_key, *call.secrets}
    kind, summary, hint = _meaning(call, answer, body)
    error = kind(
        scrubbed(summary, secrets),
        f"{call} answered {answer.status}{quoted(answer, body, secrets)}{_wait(answer)}",
        hint,
        request=str(call),
        status=answer.status,
    )
    if isinstance(error, TavusConflictError):
        error.maker_changes = _is_about_maker(body)
    return error


def _meaning(call: Call, answer: Answer, body: Object) -> _Meaning:
    match answer.status // 100:
        case 5:
            hint = "Try again later." if call.is_read else OUTCOME_UNKNOWN
            return TavusServerError, "Tavus had an error of its own", hint
        case 4:
            return _refused(call, answer, body)
        case 3:
            return _redirected(answer)
        case _:
            return TavusProtocolError, "Tavus answered with a status that means nothing here", ""


def _refused(call: Call, answer: Answer, body: Object) -> _Meaning:
    match answer.status:
        # No sign of absence: the API speaks JSON, and a gateway knows nothing about personas.
        case 404 if not_json(answer):
            return _NOT_THE_API
        case 404:
            return _unknown(call)
        case 400 if call.names_one and _says_unknown_id(body):
            return _unknown(call)
        case 409 if _is_about_maker(body):
            return _HELD_BY_MAKER
        case status:
            return _REFUSALS.get(status, _OTHER_REFUSAL)


def _unknown(call: Call) -> _Meaning:
    if call.names_one:
        return TavusNotFoundError, "Tavus does not know this persona", ""
    hint = "Check the base URL; it ends before /v2."
    return TavusNotFoundError, "Tavus does not know this address", hint


def _redirected(answer: Answer) -> _Meaning:
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return _FROM_A_CACHE
    to = _host(answer.headers.get("location", ""))
    summary = f"The address redirects to {to}, which is not followed"
    return TavusProtocolError, summary, "Set the base URL to where the API is."


def _host(location: str) -> str:
    """Only the host: the rest of the address may hold what was sent."""
    try:
        host = urlsplit(location).hostname
    except ValueError:
        return "an unreadable address"
    return host or "another path of the same host"


def _says_unknown_id(body: Object) -> bool:
    said = (body.get(name) for name in ("error", "message"))
    return any(isinstance(text, str) and _UNKNOWN_ID.fullmatch(text.strip()) for text in said)


def _is_about_maker(body: Object) -> bool:
    return bool(body.get("conflict") == "maker_changes")


def _wait(answer: Answer) -> str:
    pause = pause_asked(answer)
    return "" if pause is None else f" (it asks to wait {pause:.0f} seconds)"
