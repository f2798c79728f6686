"""A clock that stands still until somebody sleeps on it or sets it forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeClock:
    """Nothing of a test waits: a sleep only moves the hands, and does what is due by then."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._due: list[tuple[float, Callable[[], None]]] = []

    def monotonic(self) -> float:
        """Seconds since the test began."""
        return self.seconds

    def now(self) -> str:
        """The same moment as every time: it decides nothing."""
        return "2026-11-25T14:05:00+00:00"

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass, and whatever happens in them happen."""
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        """Set the hands forward, doing what is due in the right order."""
        end = self.seconds + seconds
        while due := sorted((at, act) for at, act in self._due if at <= end):
            self._due.remove(due[0])
            self.seconds = max(self.seconds, due[0][0])
            due[0][1]()
        self.seconds = end

    def at(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something when the hands get there."""
        self._due.append((seconds, act))
