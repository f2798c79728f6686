"""One process: plans, approves and applies; every effect goes through one function."""

from __future__ import annotations

import json
import threading
from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from reconciler.core.errors import StateError
from reconciler.core.planning import Options
from reconciler.core.run import Origin
from reconciler.core.secret import Secret
from reconciler.live import LiveSettings, TavusPersonas
from reconciler.sandbox import faults as sandbox
from reconciler.sandbox.faults import ConnectionDropped
from reconciler.state.documents import NOTHING, StateDocuments
from reconciler.workflow.applying import Settings, apply_plan
from reconciler.workflow.leasing import Terms
from reconciler.workflow.ledger import Ledger
from reconciler.workflow.planning import Planned, Request, make_plan
from reconciler.workflow.reading import Target
from rig.faults import FITTING, MUTATING, Effect, Fault, Hit, Killed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    from reconciler.core.outcome import Outcome
    from rig.bucket import Bucket
    from rig.scene import Scene

ANSWER_SECONDS = 0.4
"""How long a request takes, so that results are stored while others are under way."""
LEASE_SECONDS = 120.0
REQUEST_SECONDS = 30.0

Message: TypeAlias = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A mutating request that leaves its process."""

    process: str
    effect: Effect
    id: str
    """Empty for a create."""
    name: str = ""
    """For a create: the name it asks for."""


@dataclass
class Process:
    """One run of the program in a scene."""

    scene: Scene
    name: str
    hits: Iterable[Hit] = ()
    concurrency: int = 1
    prune: bool = True
    approve: Callable[[Planned], None] = lambda _planned: None
    """Called with each plan before it is carried out; raises what the command line raises."""
    effects: list[Effect] = field(default_factory=list)
    """Every effect, in order."""
    outcome: Outcome | None = None
    error: Exception | None = None
    is_dead: bool = False
    lost_at: int | None = None
    """The effect at which another run had taken over."""

    def __post_init__(self) -> None:
        self._waiting = list(self.hits)
        self._faults: dict[int, Fault] = {}

    def run(self) -> None:
        """Plan, approve everything, apply."""
        try:
            self.outcome = self.scene.time.run(self._apply())
        except (Killed, BaseExceptionGroup):
            # A group where death came inside of one and nothing was left to be released.
            if not self.is_dead:
                raise
        except Exception as error:  # noqa: BLE001 - how a run may end is checked by the caller
            self.error = error

    async def _apply(self) -> Outcome:
        ledger = Ledger(StateDocuments(_Store(self)), clock=self.scene.time)
        settings = LiveSettings("http://sandbox", Secret("k"), "personas", retries=0)
        async with TavusPersonas(settings, app=self._wire, retry_wait=0) as client:

            async def make() -> Planned:
                options = Options(environment="test", endpoint="sandbox", prune=self.prune)
                planned = await make_plan(Request(self.scene.desired, options), client, ledger)
                self.approve(planned)
                return planned

            how = Settings(
                concurrency=self.concurrency,
                terms=Terms(
                    self.name,
                    Origin(self.name),
                    seconds=LEASE_SECONDS,
                    margin=REQUEST_SECONDS,
                    patience=10 * LEASE_SECONDS,
                ),
                target=Target("sandbox", "account"),
            )
            return await apply_plan(await make(), client, ledger, how, make)

    def step(self, at: int, *, is_over: bool) -> Fault | None:
        """Called before and after every effect; dies here, or says what is to go wrong."""
        if self.is_dead:
            raise Killed
        fault = self._faults.get(at)
        if fault is (Fault.KILL_AFTER if is_over else Fault.KILL_BEFORE):
            self.is_dead = True
            raise Killed
        if is_over or fault is None:
            return None
        if fault is Fault.EXPIRED:
            self._pause(at)
        return fault

    def _pause(self, at: int) -> None:
        """Nothing of this process moves while another one waits for its lease and does it all."""
        self.lost_at = at
        other = Process(self.scene, f"{self.name}-other")
        thread = threading.Thread(target=other.run)
        thread.start()
        thread.join()
        self.scene.others.append(other)

    def begin(self, effect: Effect) -> tuple[int, Fault | None]:
        """Number an effect; what is to go wrong at it."""
        at = len(self.effects)
        self.effects.append(effect)
        due = [h for h in self._waiting if at >= h.at and effect in FITTING[h.fault]]
        if due:
            self._waiting.remove(due[0])
            self._faults[at] = due[0].fault
        return at, self.step(at, is_over=False)

    # ------------------------------------------------------------ requests

    async def _wire(self, scope: Message, receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive()).get("more_body"):
            body += message["body"]
        body += message.get("body", b"")
        effect = _effect(scope)
        at, fault = self.begin(effect)
        if effect in MUTATING:
            excepted = self.lost_at is not None and at == self.lost_at
            self.scene.note(_sent(self.name, effect, scope, body), is_excepted=excepted)
        await self.scene.time.sleep(ANSWER_SECONDS)
        if self.is_dead:
            raise Killed
        await self.scene.let_arrive(self, at)
        request = partial(self._deliver, dict(scope), body)
        if fault in {Fault.LATE_IN_RUN, Fault.LATE_AFTER_RUN, Fault.LATE_IN_NEXT}:
            self.scene.delay(request, fault, self, at)
            raise ConnectionDropped
        if (planned := _sandbox_fault(fault, scope)) is not None:
            self.scene.store.add_fault(planned)
        await request(send)
        self.step(at, is_over=True)

    async def _deliver(self, scope: Message, body: bytes, send: Any) -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        await self.scene.app(scope, receive, send)


class _Store:
    """The place for the state, seen through a process."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._bucket: Bucket = process.scene.bucket

    def read(self) -> tuple[bytes, str] | None:
        at, fault = self._process.begin(Effect.STATE_READ)
        if fault is Fault.STORE_DOWN:
            raise StateError("The store cannot be reached")
        found = self._bucket.read()
        self._process.step(at, is_over=True)
        return found

    def replace(
        self, data: bytes, expected: str | None, beside: Mapping[str, bytes | None] = NOTHING
    ) -> str:
        at, fault = self._process.begin(Effect.STATE_REPLACE)
        if fault is Fault.STORE_DOWN:
            raise StateError("The store cannot be reached")
        if fault is Fault.CONFLICT:
            self._process.lost_at = at
            self._process.scene.someone_takes_over()
        version = self._bucket.replace(data, expected, beside)
        if fault is Fault.STORE_ANSWER_LOST:
            raise StateError("The store cannot be reached")
        self._process.step(at, is_over=True)
        return version

    def beside(self, name: str) -> bytes | None:
        at, fault = self._process.begin(Effect.STATE_BESIDE)
        if fault is Fault.STORE_DOWN:
            raise StateError("The store cannot be reached")
        found = self._bucket.beside(name)
        self._process.step(at, is_over=True)
        return found

    def alone(self) -> AbstractContextManager[bool]:
        return self._bucket.alone()

    def history(self) -> list[tuple[str, bytes]]:
        return self._bucket.history()

    def self_check(self) -> None:
        self._bucket.self_check()


def _sent(process: str, effect: Effect, scope: Message, body: bytes) -> Sent:
    if effect is Effect.CREATE:
        return Sent(process, effect, "", str(json.loads(body)["persona_name"]))
    return Sent(process, effect, scope["path"].rpartition("/")[2])


def _effect(scope: Message) -> Effect:
    method, path = scope["method"], scope["path"]
    if method == "GET":
        return Effect.LIST if path.count("/") == 2 else Effect.READ
    return {"POST": Effect.CREATE, "PATCH": Effect.PATCH, "DELETE": Effect.DELETE}[method]


def _sandbox_fault(fault: Fault | None, scope: Message) -> sandbox.Fault | None:
    """The fault of the emulator that hits this very request."""
    made = (
        {
            Fault.LOST_ANSWER: sandbox.Fault(kind="drop", after_store=True),
            Fault.STALE: sandbox.Fault(kind="stale_read"),
            Fault.EMPTY_LIST: sandbox.Fault(kind="empty_list"),
            Fault.TOO_MANY: sandbox.Fault(kind="status", status=429, retry_after=0),
            Fault.DOWN_BEFORE: sandbox.Fault(kind="status", status=503),
            Fault.DOWN_AFTER: sandbox.Fault(kind="status", status=500, after_store=True),
            Fault.IGNORED: sandbox.Fault(
                kind="ignore_path", pointer="*" if scope["method"] == "PATCH" else "/greeting"
            ),
        }.get(fault)
        if fault
        else None
    )
    return replace(made, method=scope["method"], path=scope["path"]) if made else None
