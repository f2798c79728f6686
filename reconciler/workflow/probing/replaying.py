"""Putting recorded requests to the emulator again: does it answer as the service did?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT
from reconciler.core.service.made import LISTS, Kind, id_of
from reconciler.workflow.probing.likeness import Likeness
from reconciler.workflow.probing.transcript import texts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from reconciler.core.document import Json
    from reconciler.core.service.exchange import Asking, Exchange, Reply
    from reconciler.workflow.probing.ports import Wire

_STOCK: Final = 3
"""Personas of the service's own that the emulator lists."""
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Unlike:
    """One way in which the emulator answered otherwise."""

    number: int
    experiment: str
    what: str
    """«at: recorded …, here …»."""


@dataclass(slots=True)
class Replay:
    """A recording that is put to somebody; ids of the recording and of here are kept apart."""

    wire: Wire
    recorded: Sequence[Exchange]
    _here: dict[str, str] = field(default_factory=dict)

    async def differences(self) -> list[Unlike]:
        """Every difference, in the order of the recording. Raises TavusError."""
        sent = frozenset(
            text
            for one in self.recorded
            if one.asking.body is not ABSENT
            for text in texts(one.asking.body)
        )
        likeness = Likeness(sent)
        found = []
        for one in self.recorded:
            reply = await self.wire.ask(self._asked(one.asking))
            if one.asking.method == "POST":
                self._learn(one.reply, reply)
            here = replace(reply, body=self._swapped(reply.body, back=True))
            is_list = one.asking.method == "GET" and one.asking.path in LISTS
            own = frozenset(self._here)
            lines = likeness.differences(one.reply, here, own if is_list else None, one.asking)
            found += [Unlike(one.number, one.experiment, line) for line in lines]
        return found

    def _asked(self, asking: Asking) -> Asking:
        return replace(
            asking,
            path=self._swapped(asking.path),
            query=self._swapped(dict(asking.query)),
            body=self._swapped(asking.body),
        )

    def _learn(self, recorded: Reply, here: Reply) -> None:
        theirs, ours = id_of(recorded.body), id_of(here.body)
        if theirs and ours:
            self._here[theirs] = ours

    def _swapped(self, value: Json, *, back: bool = False) -> Json:
        if isinstance(value, str):
            for theirs, ours in self._here.items():
                value = value.replace(ours, theirs) if back else value.replace(theirs, ours)
            return value
        if isinstance(value, list):
            return [self._swapped(item, back=back) for item in value]
        if isinstance(value, dict):
            return {name: self._swapped(item, back=back) for name, item in value.items()}
        return value


def others(recorded: Sequence[Exchange]) -> int:
    """How many personas of others the account had, so that pages are as full here."""
    totals = [
        one.reply.body["total_count"]
        for one in recorded
        if isinstance(one.reply.body, dict)
        and isinstance(one.reply.body.get("total_count"), int)
        and one.asking.path == Kind.PERSONA.path
        and "persona_type" not in one.asking.query
    ]
    return min(max(0, max(totals, default=0) - _STOCK - 1), _MOST)


@dataclass(frozen=True, slots=True)
class Explained:
    """A difference, and which answers of the recording would make the emulator answer alike."""

    unlike: Unlike
    by: tuple[str, ...]
    """Questions; empty where no answer helps, so that the emulator has something to learn."""


async def explained(
    put: Callable[[Mapping[str, str]], Awaitable[list[Unlike]]],
    given: Mapping[str, str],
    answers: Mapping[str, str],
) -> list[Explained]:
    """Every difference under the switches given, and what the recorded answers do about it.

    put replays the recording on a new emulator with these switches. Each answer is tried alone.
    """
    found = await put(given)
    if not found:
        return []
    other = {name: text for name, text in answers.items() if given.get(name) != text}
    alone = {name: set(await put({**given, name: text})) for name, text in other.items()}
    [*single] = alone.values()
    together = single[0] if len(single) == 1 else set(await put({**given, **other}))
    return [
        Explained(
            one,
            tuple(name for name, left in alone.items() if one not in left)
            or (() if one in together else tuple(other)),
        )
        for one in found
    ]
