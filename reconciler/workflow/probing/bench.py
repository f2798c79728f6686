"""Where experiments are made: one throw-away persona, and everything that is sent about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, Absent, get, parse_pointer, pointer
from reconciler.core.service.exchange import Asking, Exchange
from reconciler.core.service.made import Made
from reconciler.core.vocabulary import canonical_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.core.document import Json, Object, Path
    from reconciler.core.service.exchange import Reply
    from reconciler.core.service.mark import Mark
    from reconciler.workflow.clock import Clock
    from reconciler.workflow.probing.ports import Journal, Wire
    from reconciler.workflow.probing.subject import Dummies

PERSONAS: Final = "/v2/personas"
PALS: Final = "/v2/pals"

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
_BUSY: Final = 429
_PATIENCE: Final = 3
"""How often a request is put again that the service was too busy for."""
_LONGEST_PAUSE: Final = 60.0


class UnsettledError(Exception):
    """The question cannot be settled here; the text says why."""


class StoppedError(Exception):
    """Somebody asked the probe to stop; nothing more is tried."""


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
    made: list[Made] = field(default_factory=list)
    """What was made and is not gone yet."""
    ids: list[str] = field(default_factory=list)
    """Of everything that was made."""
    deleted: list[str] = field(default_factory=list)
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
        reply = await self._once(asking)
        for _ in range(_PATIENCE):
            if reply.status != _BUSY:
                break
            await self.clock.sleep(_pause(reply))
            reply = await self._once(asking)
        return reply

    async def _once(self, asking: Asking) -> Reply:
        reply = await self.wire.ask(asking)
        self.exchanges.append(Exchange(len(self.exchanges) + 1, self.experiment, asking, reply))
        return reply

    async def create(self, body: Object) -> Reply:
        """Create a throw-away persona; the journal knows of it before the service does."""
        made = Made(str(body["persona_name"]), self.endpoint)
        if self.stopped():
            raise StoppedError
        self.journal.note(made)
        self.made.append(made)
        reply = await self.ask_anyhow(Asking("POST", PERSONAS, body=body))
        if reply.refused:
            self.made.remove(made)
            self.journal.forget(made)
        elif persona_id := _id_in(reply):
            known = Made(made.name, made.endpoint, persona_id)
            self.journal.note(known)
            self.made[self.made.index(made)] = known
            self.ids.append(persona_id)
        return reply

    async def delete(self, made: Made) -> Reply:
        """Delete one; it is forgotten where the service confirms that it is gone."""
        reply = await self.ask_anyhow(Asking("DELETE", f"{PERSONAS}/{made.id}"))
        if reply.taken or is_unknown(reply):
            self.journal.forget(made)
            self.made.remove(made)
            self.deleted.append(made.id)
        return reply

    async def read(self) -> Reply:
        """The persona as GET shows it; asked for anew only after a write."""
        if self._shown is None:
            self._shown = await self.ask(Asking("GET", f"{PERSONAS}/{self.id}"))
        return self._shown

    async def shown(self) -> Object:
        """Its record, unwrapped. Raises UnsettledError where there is none."""
        reply = await self.read()
        body = _record(reply)
        if not reply.taken or not isinstance(body, dict):
            raise UnsettledError(f"the persona could not be read: {reply}")
        return body

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


def _pause(reply: Reply) -> float:
    asked = reply.headers.get("retry-after", "")
    return min(float(asked) if asked.isdecimal() else 5.0, _LONGEST_PAUSE)


def _record(reply: Reply) -> Json | Absent:
    """What is told of a persona, flat or wrapped in «data»."""
    body = reply.body
    if isinstance(body, dict) and isinstance(body.get("data"), list) and body["data"]:
        return body["data"][0]
    return body


def _id_in(reply: Reply) -> str:
    body = _record(reply)
    found = body.get("persona_id") if isinstance(body, dict) else None
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def is_unknown(reply: Reply) -> bool:
    """Whether the service says that there is no such persona: 404, or 400 about the id."""
    says = reply.words.casefold()
    return reply.status == 404 or (  # noqa: PLR2004 - the status itself
        reply.status == 400 and says.startswith(("invalid persona_id", "invalid pal_id"))  # noqa: PLR2004
    )
