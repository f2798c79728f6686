"""Wait until nobody talks with a persona that is to be changed, for a while."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.canonical import canonical
from reconciler.core.document import dotted, equal, get
from reconciler.core.errors import TavusError
from reconciler.core.outcome import Result, Status
from reconciler.core.resource import OnActive
from reconciler.core.talking import reaches_somebody
from reconciler.workflow.work import result_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from reconciler.core.plan import Change
    from reconciler.core.resource import Address
    from reconciler.workflow.clock import Clock
    from reconciler.workflow.ports import PersonaReader
    from reconciler.workflow.work import Work

INTERVAL: Final = 5.0
"""Seconds between two looks at the active conversations."""

_NAMED: Final = 5
"""How many of those that are waited for are named."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Who waits for conversations to end, and how long."""

    seconds: float = 600.0
    everybody: bool = False
    """Whether every change waits, and not only those whose definition says so."""

    def concerns(self, change: Change) -> bool:
        """Whether a change is sent only while nobody talks with its persona."""
        if not reaches_somebody(change):
            return False
        return self.everybody or change.on_active is OnActive.WAIT


class Idling:
    """The wait of one apply: a common deadline for all that is sent."""

    def __init__(
        self,
        reader: PersonaReader,
        clock: Clock,
        patience: Patience,
        stop: asyncio.Event,
        say: Callable[[str], None],
    ) -> None:
        self._reader = reader
        self._clock = clock
        self._patience = patience
        self._stop = stop
        self._say = say
        self._until: float | None = None
        self.waited: set[Address] = set()
        """What was not given out at the first look: live may have moved since the plan."""
        self._why = ""

    async def batches(self, changes: Sequence[Change]) -> AsyncIterator[list[Change]]:
        """The changes in groups, each once it may be sent: those that nobody talks with first.

        Ends when all were given out, the deadline passed, or the run was stopped.
        """
        waiting = [change for change in changes if self._patience.concerns(change)]
        ready = [change for change in changes if not self._patience.concerns(change)]
        while True:
            active = await self._look() if waiting else {}
            if active is not None:
                ready += [change for change in waiting if not active.get(change.id)]
                waiting = [change for change in waiting if active.get(change.id)]
            self.waited |= {change.address for change in waiting}
            if ready:
                yield ready
                ready = []
            if not waiting or not await self._may_go_on(waiting):
                return

    def left_waiting(self, change: Change) -> Result:
        """The Result of a change that was never given out."""
        after = f"after {self._patience.seconds:g} seconds"
        why = self._why or "conversations with it were still active"
        hint = "Nothing was sent for it. Run apply again later, or wait longer with --timeout."
        return result_of(change, Status.NOT_STARTED, f"{why} {after}", hint)

    async def _look(self) -> Mapping[str, int] | None:
        """What is active now; None where that is not known, which counts as everything."""
        try:
            active = await self._reader.active_conversations()
        except TavusError as failed:
            self._why = f"whether conversations with it are active was not known ({failed})"
            return None
        self._why = ""
        return active

    async def _may_go_on(self, waiting: Sequence[Change]) -> bool:
        """Let some time pass; whether there is any left."""
        now = self._clock.monotonic()
        if self._until is None:
            self._until = now + self._patience.seconds
            names = ", ".join(str(change.address) for change in waiting[:_NAMED])
            more = f" and {len(waiting) - _NAMED} more" if len(waiting) > _NAMED else ""
            self._say(f"Waiting until nobody talks with {names}{more}.")
        left = self._until - now
        if left <= 0 or self._stop.is_set():
            return False
        await pause(self._clock, min(INTERVAL, left), self._stop)
        return not self._stop.is_set()


async def moved_meanwhile(work: Work, change: Change) -> Result | None:
    """The Result of a change whose fields somebody else changed during the wait; or None.

    What was approved were values to be replaced, and they are not there any more.
    """
    live = await work.client.get(change.id)
    before = canonical(work.world.live[change.id].document)
    now = canonical(live.document) if live else {}
    moved = [
        dotted(one.path)
        for one in change.fields
        if not equal(get(before, one.path), get(now, one.path))
    ]
    if live and not moved:
        return None
    what = f"somebody changed {', '.join(moved)}" if live else "it was deleted"
    hint = "Nothing was sent for it. Plan again."
    return result_of(change, Status.NOT_STARTED, f"{what} while this run waited", hint)


async def pause(clock: Clock, seconds: float, stop: asyncio.Event) -> None:
    """Let so many seconds pass, or fewer where the run is stopped meanwhile."""
    tasks = [asyncio.ensure_future(clock.sleep(seconds)), asyncio.ensure_future(stop.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
