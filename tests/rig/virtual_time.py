"""Event loops on one virtual time: where a loop would wait, the time jumps."""

from __future__ import annotations

import asyncio
import selectors
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

Result = TypeVar("Result")


class VirtualTime:
    """Seconds that pass only where somebody waits. It is the clock of a run as well."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        return self.seconds

    def now(self) -> str:
        """The same moment always: it decides nothing."""
        return "2026-11-25T14:05:00+00:00"

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        await asyncio.sleep(seconds)

    def pass_by(self, seconds: float) -> None:
        """Let so many seconds pass in which nobody does anything."""
        self.seconds += seconds

    def run(self, act: Coroutine[Any, Any, Result]) -> Result:
        """Run on a new loop in this time."""
        with asyncio.Runner(loop_factory=lambda: _Loop(self)) as runner:
            return runner.run(act)


class _Loop(asyncio.SelectorEventLoop):
    """A loop that never waits, and calls threads by hand so that the order is always the same."""

    def __init__(self, time: VirtualTime) -> None:
        self._virtual = time
        super().__init__(_Jumping(time))
        self.set_default_executor(_Inline())

    def time(self) -> float:
        return self._virtual.seconds


class _Jumping(selectors.DefaultSelector):
    def __init__(self, time: VirtualTime) -> None:
        super().__init__()
        self._time = time

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everything waits, and nothing will ever come")
        self._time.seconds += max(0.0, timeout)
        return super().select(0)


class _Inline(ThreadPoolExecutor):
    def submit(self, act: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(act(*args, **named))
        except BaseException as failed:  # noqa: BLE001 - a future carries every kind
            done.set_exception(failed)
        return done
