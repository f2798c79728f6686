"""Many personas on one emulator in this process, and everything that is sent to them counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from builders import a_desired

from reconciler.core.errors import StateConflictError, StateError
from reconciler.core.planning import Options
from reconciler.core.secret import Secret
from reconciler.live import LiveSettings, TavusPersonas
from reconciler.sandbox.app import create_app
from reconciler.sandbox.store import Store
from reconciler.workflow.applying import Settings, apply_plan
from reconciler.workflow.ledger import Ledger
from reconciler.workflow.planning import Request, make_plan
from reconciler.workflow.reading import Target

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from rig.virtual_time import VirtualTime

    from reconciler.core.document import Json
    from reconciler.core.outcome import Outcome
    from reconciler.core.plan import Plan
    from reconciler.core.resource import Desired
    from reconciler.core.state import StateDocument
    from reconciler.workflow.planning import Planned
    from reconciler.workflow.ports import Documents


class InMemory:
    """Documents of one environment in memory, replaced by compare and swap; counts the saves."""

    def __init__(self) -> None:
        self.found: tuple[StateDocument, str] | None = None
        self.saves = 0
        self.beside: dict[str, Json] = {}
        self.fail: Exception | None = None
        self.on_save: Callable[[], object] = lambda: None
        """Done while a save is under way."""
        self.full_for = ""
        """What names of objects start with for which there is no room."""

    @property
    def document(self) -> StateDocument:
        """The stored document."""
        assert self.found is not None
        return self.found[0]

    def load(self) -> tuple[StateDocument, str] | None:
        """The document and its version."""
        return self.found

    def save(
        self, document: StateDocument, expected: str | None, beside: Mapping[str, Json]
    ) -> str:
        """Replace the expected version."""
        self.on_save()
        if self.fail is not None:
            raise self.fail
        if self.full_for and any(name.startswith(self.full_for) for name in beside):
            raise StateError("The state cannot be written", "disk full")
        if (self.found[1] if self.found else None) != expected:
            raise StateConflictError("The state was replaced by someone else")
        self.saves += 1
        self.beside = {n: v for n, v in {**self.beside, **beside}.items() if v is not None}
        self.found = (document, f"version {self.saves}")
        return self.found[1]

    def recall(self, name: str) -> Json:
        """What is kept under this name."""
        return self.beside.get(name)

    def someone_else_saves(self) -> None:
        """Replace the document as another process would."""
        if self.found is not None:
            document = replace(self.found[0], serial=self.found[0].serial + 1)
            self.found = (document, f"theirs {document.serial}")


class Fleet:
    """An account, its state and a client; the methods read as what a run does."""

    def __init__(self, **settings: Any) -> None:
        self.store = Store(None)
        self.documents = InMemory()
        self.place: Documents = self.documents
        """Where runs keep the state."""
        self.settings = LiveSettings("http://sandbox", Secret("k"), "personas", retries=0)
        self.settings = replace(self.settings, **settings)
        self.app: Any = create_app(self.store)
        self.time: VirtualTime | None = None
        """The time runs live in; that of this machine if left out."""

    def with_client(self, act: Callable[[TavusPersonas], Awaitable[Any]]) -> Any:
        """What act gives on a client of this account."""

        async def run() -> Any:
            async with TavusPersonas(self.settings, app=self.app, retry_wait=0) as client:
                return await act(client)

        return self.time.run(run()) if self.time else asyncio.run(run())

    def plan(self, desired: Sequence[Desired], **chosen: Any) -> Plan:
        """Plan, and do nothing."""

        async def act(client: TavusPersonas) -> Plan:
            return (await self._planned(desired, client, Ledger(self.place), chosen)).plan

        plan: Plan = self.with_client(act)
        return plan

    def apply(
        self, desired: Sequence[Desired], settings: Settings | None = None, **chosen: Any
    ) -> Outcome:
        """Plan, and do it."""

        async def act(client: TavusPersonas) -> Outcome:
            ledger = Ledger(self.place, clock=self.time)

            async def make() -> Planned:
                return await self._planned(desired, client, ledger, {**chosen})

            how = settings or Settings()
            if how.target is None:
                how = replace(how, target=Target("sandbox", "account"))
            return await apply_plan(await make(), client, ledger, how, make)

        outcome: Outcome = self.with_client(act)
        return outcome

    async def _planned(
        self,
        desired: Sequence[Desired],
        client: TavusPersonas,
        ledger: Ledger,
        chosen: dict[str, Any],
    ) -> Planned:
        read_each = chosen.pop("read_each", False)
        asks = chosen.pop("with_conversations", True)
        options = Options(environment="test", endpoint="sandbox", **chosen)
        request = Request(desired, options, read_each=read_each, with_conversations=asks)
        return await make_plan(request, client, ledger)

    def requests(self) -> list[str]:
        """«METHOD path» of every request since the last call, oldest first."""
        found = [f"{request.method} {request.path}" for request in self.store.requests()]
        self.store.clear_requests()
        return found

    def counted(self) -> Counter[str]:
        """How many lists, reads, creates, patches and deletes since the last call."""
        return Counter(map(_kind, self.requests()))

    def bound(self, key: str) -> str:
        """The live id of a key."""
        (found,) = [b.id for at, b in self.documents.document.bindings.items() if at.key == key]
        return found

    def live(self, key: str) -> dict[str, Any]:
        """The stored record of a key."""
        return next(row.record for row in self.store.personas() if row.id == self.bound(key))

    def edit(self, key: str, at: str, value: Json) -> None:
        """Change a persona behind the reconciler's back."""
        self.store.edit(self.bound(key), [{"op": "add", "path": at, "value": value}])

    def seed(self, desired: Sequence[Desired]) -> None:
        """Make these personas exist, unbound, in one transaction."""
        for item in desired:
            self.store.seed(item.document)

    def remove(self, key: str) -> None:
        """Delete a persona behind the reconciler's back."""
        with self.store.transaction() as session:
            session.remove(self.bound(key))


def _kind(request: str) -> str:
    method, path = request.split()
    if path == "/v2/conversations":
        return "conversations"
    if method == "GET":
        return "list" if path.count("/") == 2 else "read"
    return {"POST": "create", "PATCH": "patch", "DELETE": "delete"}[method]


def many(number: int, **members: Json) -> list[Desired]:
    """So many definitions with names of their own."""
    return [
        a_desired(f"p{n:04}", persona_name=f"Number {n:04}", **{"greeting": "Hello", **members})
        for n in range(number)
    ]
