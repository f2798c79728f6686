"""The order of one apply: creates and updates together, then real names, then deletes.

What waits for conversations to end is sent in several groups.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, TypeVar

from reconciler.core.action import Action
from reconciler.core.errors import (
    ReconcilerError,
    StateConflictError,
    TavusAuthError,
    TavusError,
    TavusRateLimitError,
    TavusUnreachableError,
)
from reconciler.core.outcome import Result, Status
from reconciler.workflow.creating import complete, found_after_all, post
from reconciler.workflow.deleting import Doomed, delete, doomed_leftover, examine
from reconciler.workflow.idling import moved_meanwhile
from reconciler.workflow.updating import update
from reconciler.workflow.work import failure, result_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from reconciler.core.plan import Change, Plan
    from reconciler.core.resource import Address
    from reconciler.workflow.idling import Idling
    from reconciler.workflow.work import Work

MOST_LOST: Final = 3
"""After so many lost answers in a row nothing more is sent: the server is down."""

_EVERY_REQUEST: Final = (TavusAuthError, TavusRateLimitError, TavusUnreachableError)
"""Failures that every further request would meet, too."""

Item = TypeVar("Item")


class Performer:
    """The workers of one apply and what they found."""

    def __init__(
        self,
        work: Work,
        concurrency: int,
        stop: asyncio.Event,
        on_result: Callable[[Result], None],
        on_created: Callable[[Address], None],
        idling: Idling,
    ) -> None:
        self.results: dict[Address, Result] = {}
        self.leftovers: list[Result] = []
        self.halted = False
        self.problem = ""
        """Why the state could not be stored, if it could not."""
        self._work = work
        self._concurrency = concurrency
        self._stop = stop
        self._on_result = on_result
        self._on_created = on_created
        self._idling = idling
        self._lost = 0

    async def perform(self, plan: Plan) -> None:
        """Do a whole plan, or as much of it as is possible before it is stopped."""
        changes = [change for change in plan.changes if change.action.writes]
        deletes = [change for change in changes if change.action is Action.DELETE]
        others = [change for change in changes if change.action is not Action.DELETE]
        async for ready in self._idling.batches(others):
            await self._complete(await self._start(ready))
        self._leave(others)
        if all(self._succeeded(change) for change in others):
            async for ready in self._idling.batches(deletes):
                await self._delete([Doomed(change) for change in ready])
            self._leave(deletes)
            await self._delete([doomed_leftover(left) for left in plan.leftovers])

    def _leave(self, changes: Sequence[Change]) -> None:
        """Tell of what waited in vain for conversations to end."""
        if self._stop.is_set():
            return
        for change in changes:
            if change.address not in self.results:
                self._tell(self._idling.left_waiting(change))

    def _succeeded(self, change: Change) -> bool:
        result = self.results.get(change.address)
        return result is not None and result.status.succeeded

    async def _start(self, changes: Sequence[Change]) -> list[Change]:
        """Send every update and create; the creates whose persona is there, with its id."""
        created: list[Change] = []

        async def act(change: Change) -> Result | None:
            if change.action is not Action.CREATE:
                waited = change.address in self._idling.waited
                moved = await moved_meanwhile(self._work, change) if waited else None
                return moved or await update(self._work, change)
            made = await post(self._work, change)
            if isinstance(made, Result):
                return made
            created.append(made)
            self._on_created(made.address)
            return None

        await self._all(changes, act, lambda change: change, self._stop.is_set)
        lost = [one for one in changes if self._is_lost_create(one)]
        if lost and not self.halted:
            for change in await found_after_all(self._work, lost):
                del self.results[change.address]
                created.append(change)
        return created

    def _is_lost_create(self, change: Change) -> bool:
        result = self.results.get(change.address)
        unknown = result is not None and result.status is Status.UNKNOWN
        return unknown and change.action is Action.CREATE

    async def _complete(self, created: Sequence[Change]) -> None:
        """Store the ids of new personas, then give each its real name; also after a stop.

        In this order: renamed before its id is stored, a persona would be lost in a crash.
        """
        if created and await self.flush():

            async def act(change: Change) -> Result:
                return await complete(self._work, change)

            await self._all(created, act, lambda change: change, lambda: self.halted)
        for change in created:
            if change.address not in self.results:
                text = "created, but not finished: it keeps its provisional name"
                hint = "Run apply again: it goes on from there."
                self._tell(result_of(change, Status.UNKNOWN, text, hint))

    async def _delete(self, doomed: Sequence[Doomed]) -> None:
        if not doomed or self._stop.is_set():
            return
        going, settled = await examine(self._work, doomed)
        for result in settled:
            self._tell_of(next(one for one in doomed if one.change.id == result.id), result)
        if going and await self.flush():

            async def act(one: Doomed) -> Result:
                return await delete(self._work, one)

            await self._all(going, act, lambda one: one.change, self._stop.is_set)

    async def _all(
        self,
        items: Sequence[Item],
        act: Callable[[Item], Awaitable[Result | None]],
        change_of: Callable[[Item], Change],
        stopped: Callable[[], bool],
    ) -> None:
        """Work through the items side by side until done or stopped."""
        queue = deque(items)

        async def worker() -> None:
            while queue and not stopped():
                item = queue.popleft()
                result = await self._one(item, act, change_of(item))
                if result is not None:
                    self._tell_of(item, result)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._concurrency, len(queue))):
                group.create_task(worker())

    async def _one(
        self, item: Item, act: Callable[[Item], Awaitable[Result | None]], change: Change
    ) -> Result | None:
        try:
            return await act(item)
        except TavusError as failed:
            if isinstance(failed, _EVERY_REQUEST):
                self.halt()
            return self._work.finish(failure(change, failed))
        except StateConflictError as failed:
            self.halt(str(failed))
            return result_of(change, Status.UNKNOWN, str(failed), failed.hint)
        except ReconcilerError as failed:
            self.halt()
            return self._work.finish(failure(change, failed))

    def _tell_of(self, item: object, result: Result) -> None:
        if isinstance(item, Doomed) and item.nonce:
            self.leftovers.append(result)
            return
        self._tell(result)

    def _tell(self, result: Result) -> None:
        self.results[result.address] = result
        self._lost = self._lost + 1 if result.status is Status.UNKNOWN else 0
        if self._lost >= MOST_LOST:
            self.halt()
        self._on_result(result)

    def halt(self, problem: str = "") -> None:
        """Start nothing more: every further request would fail like the last one."""
        self.halted = True
        self.problem = self.problem or problem
        self._stop.set()

    async def flush(self) -> bool:
        """Store the state; where that fails nothing more is sent."""
        try:
            await asyncio.shield(self._work.ledger.flush())
        except ReconcilerError as failed:
            self.halt(str(failed))
            return False
        return True
