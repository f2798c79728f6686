"""Everything outside of the processes: the service, a place for the state, time, requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reconciler.core.journal import nonce_in
from reconciler.core.run import Lease, Origin
from reconciler.sandbox.app import create_app
from reconciler.sandbox.rows import Owner
from reconciler.sandbox.store import Store
from reconciler.state.codec import decode, encode
from rig.bucket import Bucket
from rig.faults import Effect, Fault
from rig.process import LEASE_SECONDS, Process, Sent
from rig.virtual_time import VirtualTime

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from reconciler.core.document import Object
    from reconciler.core.resource import Desired
    from reconciler.core.state import StateDocument


class BrokenPromise(AssertionError):  # noqa: N818 - what it is
    """A promise did not hold."""


@dataclass
class Delayed:
    """A request that is under way for long."""

    arrive: Callable[[Any], Awaitable[None]]
    fault: Fault
    process: Process
    at: int


class Scene:
    """One account and its state; notes what processes send and may not."""

    def __init__(self, desired: Sequence[Desired]) -> None:
        self.time = VirtualTime()
        self.store = Store(None)
        self.app: Any = create_app(self.store)
        self.bucket = Bucket()
        self.desired = desired
        self.others: list[Process] = []
        self.delayed: list[Delayed] = []
        self.sent: list[Sent] = []
        self.broken: list[str] = []

    @property
    def document(self) -> StateDocument:
        """The durable state."""
        assert self.bucket.data is not None
        return decode(self.bucket.data)

    @property
    def live(self) -> dict[str, Object]:
        """The records of the account's own personas, by id."""
        rows = self.store.personas()
        return {row.id: row.record for row in rows if row.owner is Owner.USER}

    def process(self, name: str, **how: Any) -> Process:
        """A new process."""
        return Process(self, name, **how)

    def someone_takes_over(self) -> None:
        """Another run puts its lease into the document, and then dies."""
        if self.bucket.data is None:
            return
        known = self.document
        lease = Lease("someone", Origin("someone"), self.time.now(), LEASE_SECONDS)
        document = replace(known, serial=known.serial + 1, lease=lease)
        self.bucket.replace(encode(document), str(self.bucket.version))

    # ------------------------------------------------------------ requests under way

    def delay(
        self, arrive: Callable[[Any], Awaitable[None]], fault: Fault, process: Process, at: int
    ) -> None:
        """Let a request arrive later."""
        self.delayed.append(Delayed(arrive, fault, process, at))

    async def let_arrive(self, process: Process, at: int) -> None:
        """Let arrive what is due when this process sends its request."""
        for one in list(self.delayed):
            same = one.process is process
            listed = Effect.LIST in process.effects[:at]
            if (one.fault is Fault.LATE_IN_RUN and same and at >= one.at + 2) or (
                one.fault is Fault.LATE_IN_NEXT and not same and listed
            ):
                await self._arrive(one)

    def let_all_arrive(self, *faults: Fault) -> None:
        """Let arrive what is still under way and of these kinds."""

        async def arrive() -> None:
            for one in [one for one in self.delayed if one.fault in faults]:
                await self._arrive(one)

        self.time.run(arrive())

    async def _arrive(self, one: Delayed) -> None:
        self.delayed.remove(one)

        async def nobody_listens(_message: Any) -> None:
            pass

        await one.arrive(nobody_listens)

    # ------------------------------------------------------------ promises

    def note(self, sent: Sent, *, is_excepted: bool) -> None:
        """A mutating request leaves its process: who may send it, and what has to be durable."""
        document = self.document
        what = f"{sent.process} sends {sent.effect} {sent.id or sent.name}"
        holder = document.lease.run if document.lease else "nobody"
        if holder != sent.process and not is_excepted:
            self.broken.append(f"I4: {what} while {holder} holds the lease")
        intents = document.intents.values()
        ids = {i.id for i in intents} | {
            document.bindings[i.address].id for i in intents if i.address in document.bindings
        }
        known = sent.id in ids if sent.id else nonce_in(sent.name) in {i.nonce for i in intents}
        if not known and not is_excepted:
            self.broken.append(f"I2: {what} without a durable intent")
        if sent.effect is Effect.DELETE and not self._may_go(sent.id, document):
            self.broken.append(f"I9: {what}")
        self.sent.append(sent)

    def _may_go(self, persona: str, document: StateDocument) -> bool:
        """Whether it is bound to no definition, or is provably a leftover of ours, or gone."""
        address = document.bound_ids().get(persona)
        if address is not None:
            return address not in {one.address for one in self.desired}
        name = str(self.live.get(persona, {}).get("persona_name", ""))
        return not name or nonce_in(name) in document.nonces
