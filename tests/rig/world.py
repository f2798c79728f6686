"""The world of a schedule: an account, a place for the state, old and new definitions, time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from builders import a_desired

from reconciler.core.canonical import canonical
from reconciler.core.journal import nonce_in
from reconciler.core.outcome import Status
from reconciler.core.resource import Address, Reserved
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
    from collections.abc import Awaitable, Callable

    from reconciler.core.resource import Desired
    from reconciler.core.state import StateDocument

BEFORE: Final = [
    a_desired("update", greeting="Hello"),
    a_desired("former", greeting="Hello"),
    a_desired("gone", greeting="Hello"),
    a_desired("lost", greeting="Hello"),
    a_desired("same", greeting="Hello"),
]
AFTER: Final = [
    a_desired("update", greeting="Hi", system_prompt="You are a good coach."),
    a_desired(
        "moved",
        persona_name="Former",
        greeting="Hello",
        reserved=Reserved(moved_from="former"),
    ),
    a_desired("lost", greeting="Hello"),
    a_desired("same", greeting="Hello"),
    a_desired("adopt", greeting="Hi"),
    a_desired("new", greeting="Hello"),
    a_desired("newer", greeting="Hello"),
]
"""An update, a moved key, a delete, one deleted outside, an adoption, two creates."""

MOST_REQUESTS: Final = 80
"""More than a run here may send, whatever happens to it."""


class BrokenPromise(AssertionError):  # noqa: N818 - what it is
    """A promise did not hold."""


@dataclass
class Delayed:
    """A request that is under way for long."""

    arrive: Callable[[Any], Awaitable[None]]
    fault: Fault
    process: Process
    at: int


class World:
    """Everything outside of the processes, and what they may never do to it."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.store = Store(None)
        self.app: Any = create_app(self.store)
        self.bucket = Bucket()
        self.others: list[Process] = []
        self.delayed: list[Delayed] = []
        self.broken: list[str] = []
        self.desired: list[Desired] = BEFORE
        self.process("before").run()
        bound = {at.key: binding.id for at, binding in self.document.bindings.items()}
        with self.store.transaction() as session:
            session.remove(bound["lost"])
        bound["adopt"] = self.store.seed({**a_desired("adopt").document, "greeting": "Hello"})
        self._gone = bound["gone"]
        self._stay = {
            "update": bound["update"],
            "moved": bound["former"],
            "same": bound["same"],
            "adopt": bound["adopt"],
        }
        for key in (*self._stay.values(), self._gone):
            self.store.edit(key, [{"op": "add", "path": "/context", "value": f"noted on {key}"}])
        self.desired = AFTER

    @property
    def document(self) -> StateDocument:
        """The durable state."""
        assert self.bucket.data is not None
        return decode(self.bucket.data)

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
        if sent.effect is Effect.DELETE and sent.id != self._gone:
            self._require_leftover(sent, document, what)

    def _require_leftover(self, sent: Sent, document: StateDocument, what: str) -> None:
        names = {row.id: str(row.record.get("persona_name")) for row in self.store.personas()}
        name = names.get(sent.id, "")
        if name and (nonce_in(name) not in document.nonces or sent.id in document.bound_ids()):
            self.broken.append(f"I9: {what}, {name!r}")

    def check_result(self, process: Process) -> None:
        """What a run reported is durable and true; nothing forbidden was sent."""
        outcome = process.outcome
        if outcome is not None and not outcome.problem:
            live = {row.id: row.record for row in self.store.personas()}
            bound = {at: binding.id for at, binding in self.document.bindings.items()}
            for result in outcome.results:
                if result.status is Status.DONE:
                    self._check_done(str(result.address), bound.get(result.address), live)
        requests = sum(not effect.value.startswith("state") for effect in process.effects)
        if requests > MOST_REQUESTS:
            self.broken.append(f"I12: {process.name} sent {requests} requests")
        if self.broken:
            raise BrokenPromise("\n".join(self.broken))

    def _check_done(self, address: str, bound: str | None, live: dict[str, Any]) -> None:
        wanted = next((one for one in self.desired if str(one.address) == address), None)
        if wanted is None:
            if bound or self._gone in live:
                self.broken.append(f"I3: {address} is reported deleted, and is there")
            return
        record = live.get(bound or "", {})
        wrong = [n for n, v in canonical(wanted.document).items() if record.get(n) != v]
        if wrong:
            self.broken.append(f"I3: {address} is reported done, but differs in {wrong}")

    def check_converged(self) -> None:
        """One persona each, bound and as defined; nothing of ours beside; the rest untouched."""
        rows = {row.id: row.record for row in self.store.personas() if row.owner is Owner.USER}
        document = self.document
        names = sorted(str(record["persona_name"]) for record in rows.values())
        wanted = sorted(str(one.document["persona_name"]) for one in self.desired)
        if names != wanted:
            raise BrokenPromise(f"I1: live are {names}, wanted are {wanted}")
        for one in self.desired:
            self._check_done(str(one.address), document.bindings[one.address].id, rows)
        for key, persona in self._stay.items():
            if document.bindings[Address("persona", key)].id != persona:
                self.broken.append(f"I1: {key} has become another persona")
            if rows[persona].get("context") != f"noted on {persona}":
                self.broken.append(f"I6: {key} lost what nobody manages")
        if document.lease or document.intents:
            self.broken.append(f"left in the state: {document.lease} {document.intents}")
        self._check_fixpoint()
        if self.broken:
            raise BrokenPromise("\n".join(self.broken))

    def _check_fixpoint(self) -> None:
        again = self.process("again")
        again.run()
        sent = [effect for effect in again.effects if not effect.value.startswith("state")]
        if again.error or sent != [Effect.LIST]:
            self.broken.append(f"I8: another apply sends {sent}; {again.error}")
