"""Asking again what the service was too busy for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reconciler.core.service.exchange import Reply
    from reconciler.workflow.clock import Clock

_BUSY: Final = 429
_PATIENCE: Final = 3
"""How often a request is put again."""
_LONGEST_PAUSE: Final = 60.0


async def patiently(ask: Callable[[], Awaitable[Reply]], clock: Clock) -> Reply:
    """The answer; one of 429 only where the service stays busy."""
    reply = await ask()
    for _ in range(_PATIENCE):
        if reply.status != _BUSY:
            break
        await clock.sleep(_pause(reply))
        reply = await ask()
    return reply


def _pause(reply: Reply) -> float:
    asked = reply.headers.get("retry-after", "")
    return min(float(asked) if asked.isdecimal() else 5.0, _LONGEST_PAUSE)
