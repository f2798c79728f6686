"""One request to see whether somebody answers, whose clock he has, and whether the key is taken."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import TavusError
from reconciler.live.answers import is_success, refusal
from reconciler.live.exchange import Call
from reconciler.live.transport import Transport
from reconciler.live.wire import read_page
from reconciler.live.words import name_to_route

if TYPE_CHECKING:
    from reconciler.live.exchange import Answer
    from reconciler.live.settings import LiveSettings
    from reconciler.live.transport import AsgiApp


_ABOUT_THE_KEY: Final = frozenset({401, 402, 403, 429})
"""What an API answers that is there, and does not do what this key asks for."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What one request told."""

    unreachable: TavusError | None = None
    """Why nobody answered, or somebody who is not the API."""
    refused: TavusError | None = None
    """Why the API did not take the key, or would not tell now."""
    ahead: float | None = None
    """Seconds that our clock is ahead of the server's, negative where it is behind; None where the
    server does not say what time it is."""

    @property
    def accepted(self) -> bool:
        """Whether the key was taken."""
        return self.unreachable is None and self.refused is None


async def contact(settings: LiveSettings, app: AsgiApp | None = None) -> Contact:
    """Ask for one row of the list, once. Raises SettingsError where address or key cannot be used.

    app answers in place of the network.
    """
    transport = Transport(settings, app)
    only_own = {name_to_route("persona_type", settings.vocabulary): "user"}
    call = Call("GET", f"/v2/{settings.dialect}", {"limit": "1", "page": "1", **only_own})
    try:
        sent = time.time()
        answer = await transport.ask(call)
        received = time.time()
    except TavusError as nobody:
        return Contact(unreachable=nobody)
    finally:
        await transport.aclose()
    error, ahead = _error(settings, call, answer), _ahead(answer, sent, received)
    if error is None or answer.status in _ABOUT_THE_KEY:
        return Contact(refused=error, ahead=ahead)
    return Contact(unreachable=error, ahead=ahead)


def _error(settings: LiveSettings, call: Call, answer: Answer) -> TavusError | None:
    if not is_success(call, answer.status):
        return refusal(call, answer, settings.api_key)
    try:
        read_page(call, answer, settings.vocabulary)
    except TavusError as unreadable:
        return unreadable
    return None


def _ahead(answer: Answer, sent: float, received: float) -> float | None:
    """By how much our clock is ahead, at least: its seconds are whole, and the way took time."""
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except ValueError:
        return None
    if sent > theirs + 1:
        return sent - theirs - 1
    return min(0.0, received - theirs)
