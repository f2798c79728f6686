"""Where experiments are made: throw-away things, and everything that is sent about them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, Absent, get, parse_pointer, pointer
from reconciler.core.service.exchange import Asking, Exchange
from reconciler.core.service.made import Kind, Made, id_of, marked_name, record_in
from reconciler.core.vocabulary import canonical_path
from reconciler.workflow.probing.patience import patiently

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.document import Json, Object, Path
    from reconciler.core.service.exchange import Reply
    from reconciler.core.service.mark import Mark
    from reconciler.core.service.question import Value
    from reconciler.workflow.clock import Clock
    from reconciler.workflow.probing.ports import Journal, Wire
    from reconciler.workflow.probing.subject import Dummies

PERSONAS: Final = Kind.PERSONA.path
PALS: Final = "/v2/pals"

_NOBODY: Final = ("invalid persona_id", "invalid pal_id", "invalid tool_id")


class UnsettledError(Exception):
    """The question cannot be settled here; the text says why."""


class StoppedError(Exception):
    """Somebody asked the probe to stop; nothing more is tried."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What experiments are made on besides the persona."""

    made: Made
    sent: Object
    """What it was created with."""

    @property
    def path(self) -> str:
        """Where it is."""
        return f"{self.made.kind.path}/{self.made.id}"


@dataclass(slots=True)
class Bench:
    """Sends, remembers what was sent, and knows what it has made."""

    wire: Wire
    journal: Journal
    endpoint: str
    mark: Mark
    dummies: Dummies
    clock: Clock
    stopped: Callable[[], bool]
    experiment: str = "set up"
    exchanges: list[Exchange] = field(default_factory=list)
    id: str = ""
    """Of the persona that experiments are made on."""
    sent: Object = field(default_factory=dict)
    """What it was created with."""
    things: dict[Kind, Thing | Reply] = field(default_factory=dict)
    """Or why there is none."""
    settled: dict[str, Value] = field(default_factory=dict)
    """Question → answer, as far as the experiments have come."""
    made: list[Made] = field(default_factory=list)
    """What was made and is not gone yet."""
    ids: list[str] = field(default_factory=list)
    """Of everything that was made."""
    deleted: list[Made] = field(default_factory=list)
    refused_operations: frozenset[str] = frozenset()
    """Known once the experiment that looks for them has run."""
    _shown: Reply | None = None

    async def ask(self, asking: Asking) -> Reply:
        """Send one request. Raises TavusError where no answer came, StoppedError."""
        if self.stopped():
            raise StoppedError
        return await self.ask_anyhow(asking)

    async def ask_anyhow(self, asking: Asking) -> Reply:
        """As ask(), also after somebody asked to stop: for what must not stay half done."""
        if asking.method != "GET":
            self._shown = None
        return await patiently(lambda: self._once(asking), self.clock)

    async def _once(self, asking: Asking) -> Reply:
        reply = await self.wire.ask(asking)
        self.exchanges.append(Exchange(len(self.exchanges) + 1, self.experiment, asking, reply))
        return reply

    async def create(self, body: Object, kind: Kind = Kind.PERSONA) -> tuple[Reply, Made | None]:
        """Create a throw-away thing; the journal knows of it before the service does."""
        made = Made(marked_name(body), self.endpoint, kind=kind)
        if self.stopped():
            raise StoppedError
        self.journal.note(made)
        self.made.append(made)
        reply = await self.ask_anyhow(Asking("POST", kind.path, body=body))
        if reply.refused:
            self.made.remove(made)
            self.journal.forget(made)
        elif id_ := id_of(record_in(reply.body)):
            known = replace(made, id=id_)
            self.journal.note(known)
            self.made[self.made.index(made)] = known
            self.ids.append(id_)
            return reply, known
        return reply, None

    async def delete(self, made: Made) -> Reply:
        """Delete one; it is forgotten where the service confirms that it is gone."""
        reply = await self.ask_anyhow(Asking("DELETE", f"{made.kind.path}/{made.id}"))
        if reply.taken or is_unknown(reply):
            self.journal.forget(made)
            self.made.remove(made)
            self.deleted.append(made)
        return reply

    def own(self, kind: Kind) -> Thing:
        """The thing of a kind. Raises UnsettledError where there is none."""
        thing = self.things.get(kind)
        if not isinstance(thing, Thing):
            raise UnsettledError(f"no {kind.noun} was made: POST {kind.path} answered {thing}")
        return thing

    async def record(self, thing: Thing) -> Object:
        """The thing as GET shows it. Raises UnsettledError where it is not shown."""
        return shown_in(await self.ask(Asking("GET", thing.path)), thing.made.kind)

    async def read(self) -> Reply:
        """The persona as GET shows it; asked for anew only after a write."""
        if self._shown is None:
            self._shown = await self.ask(Asking("GET", f"{PERSONAS}/{self.id}"))
        return self._shown

    async def shown(self) -> Object:
        """Its record, unwrapped. Raises UnsettledError where there is none."""
        return shown_in(await self.read(), Kind.PERSONA)

    async def member(self, path: Path) -> Json:
        """What stands at a path. Raises UnsettledError where nothing does."""
        value = get(await self.shown(), path)
        if value is ABSENT:
            raise UnsettledError(f"{pointer(path)} is not there to be seen")
        return value

    def was_sent(self, path: Path) -> Json:
        """What the persona was created with. Raises UnsettledError where it went without."""
        value = get(self.sent, path)
        if value is ABSENT:
            raise UnsettledError(f"the service refused a persona with {pointer(path)}")
        return value

    async def patch(self, *operations: Object, route: str = PERSONAS) -> Reply:
        """Send one JSON Patch about the persona."""
        return await self.ask(Asking("PATCH", f"{route}/{self.id}", body=list(operations)))

    async def put(self, at: str, value: Json, *, route: str = PERSONAS) -> Reply:
        """Set a member, with whichever operation the service takes."""
        known = get(await self.shown(), canonical_path(parse_pointer(at)))
        replacing = "add" in self.refused_operations and not isinstance(known, Absent)
        operation = "replace" if replacing else "add"
        return await self.patch({"op": operation, "path": at, "value": value}, route=route)


def shown_in(reply: Reply, kind: Kind) -> Object:
    """The record in the answer to a GET. Raises UnsettledError where there is none."""
    record = record_in(reply.body)
    if not reply.taken or not isinstance(record, dict):
        raise UnsettledError(f"the {kind.noun} could not be read: {reply}")
    return record


def is_unknown(reply: Reply) -> bool:
    """Whether the service says that there is no such thing: 404, or 400 about the id."""
    says = reply.words.casefold()
    return reply.status == 404 or (  # noqa: PLR2004 - the status itself
        reply.status == 400 and says.startswith(_NOBODY)  # noqa: PLR2004
    )
