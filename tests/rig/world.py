"""The scenario of the rig: old and new definitions, and the promises about their end."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from builders import a_desired

from reconciler.core.canonical import canonical
from reconciler.core.outcome import Status
from reconciler.core.resource import Address, Reserved
from rig.faults import Effect
from rig.scene import BrokenPromise, Scene

if TYPE_CHECKING:
    from rig.bucket import Bucket
    from rig.process import Process

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


@cache
def _applied() -> tuple[bytes, Bucket, float]:
    """What is live, the state and the time after BEFORE was applied."""
    scene = Scene(BEFORE)
    scene.process("before").run()
    personas = scene.store._connection.serialize()
    scene.store.close()
    return personas, scene.bucket, scene.time.seconds


class World(Scene):
    """Five personas that were applied, two of them touched outside since, and new definitions."""

    def __init__(self) -> None:
        super().__init__(AFTER)
        # Hundreds of worlds begin alike. The emulator itself never copies what it holds.
        personas, bucket, self.time.seconds = _applied()
        self.store._connection.deserialize(personas)
        self.bucket = bucket.copy()
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

    def check_result(self, process: Process) -> None:
        """What a run reported is durable and true; nothing forbidden was sent."""
        outcome = process.outcome
        if outcome is not None and not outcome.problem:
            live = self.live
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
        rows, document = self.live, self.document
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
