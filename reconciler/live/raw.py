"""Requests word for word: any status is an answer, nothing is translated, nothing repeated.

For the probe, which wants to know what the service does when it is asked something odd.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from reconciler.core.document import ABSENT
from reconciler.core.guises import Scrubber
from reconciler.core.service.exchange import Reply
from reconciler.live.exchange import Call, decode, encode
from reconciler.live.transport import Transport

if TYPE_CHECKING:
    from reconciler.core.service.exchange import Asking
    from reconciler.live.settings import LiveSettings
    from reconciler.live.transport import AsgiApp


class RawExchange:
    """Sends what it is told to; use it as an async context manager."""

    def __init__(self, settings: LiveSettings, *, app: AsgiApp | None = None) -> None:
        """Raise SettingsError where address or key cannot be used; nothing is sent yet."""
        self._transport = Transport(settings, app)
        self._scrubber = Scrubber([settings.api_key])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.aclose()

    async def ask(self, asking: Asking) -> Reply:
        """The answer, without the API key in it. Raises TavusError where none came."""
        body = None if asking.body is ABSENT else encode(asking.body)
        answer = await self._transport.ask(Call(asking.method, asking.path, asking.query, body))
        try:
            read = decode(answer)
        except ValueError:
            read = ABSENT
        return Reply(
            answer.status,
            read if read is ABSENT else self._scrubber.value(read),
            {name.lower(): self._scrubber.text(text) for name, text in answer.headers.items()},
        )
