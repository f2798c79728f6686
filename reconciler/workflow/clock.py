"""The clock of a run: how long something took, a pause, and what time to write down."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What a run needs to know of time."""

    def monotonic(self) -> float:
        """Seconds on a clock that is never set; only differences mean something."""

    def now(self) -> str:
        """The time of day, ISO 8601 in UTC; it is written down and decides nothing."""

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""


class SystemClock:
    """The clock of this machine."""

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def now(self) -> str:
        """The time of day, to the second."""
        return datetime.now(UTC).isoformat(timespec="seconds")

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        await asyncio.sleep(seconds)
