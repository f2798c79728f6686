"""Whether two answers to the same request are alike, whatever ids, times and texts are in them.

Alike are: the status; which members there are, and in which order; the type of each value; and of
a text, whether it is empty, masked, a known value, or as it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT
from reconciler.core.persona.known import KNOWN
from reconciler.core.same import name_key
from reconciler.core.service.made import id_of
from reconciler.workflow.probing.transcript import FILLED_IN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json
    from reconciler.core.service.exchange import Asking, Reply

_KNOWN: Final = {known.value for values in KNOWN.values() for known in values.known} | FILLED_IN
_SHOWN: Final = 40


@dataclass(frozen=True)
class Likeness:
    """Compares by what was sent in the whole of a recording."""

    sent: frozenset[str]

    @cached_property
    def _kin(self) -> set[str]:
        return {name_key(text) for text in self.sent if text}

    def differences(
        self, recorded: Reply, here: Reply, rows_of: frozenset[str] | None, asking: Asking
    ) -> Iterator[str]:
        """A line for each; rows_of are the ids whose rows count where this is a list."""
        if recorded.status != here.status:
            yield f"status: recorded {recorded}, here {here}"
            return
        if not recorded.taken:
            yield from self._names("answer", recorded.body, here.body)
        elif rows_of is not None:
            yield from self._pages(recorded.body, here.body, rows_of, asking)
        else:
            theirs, ours = _unwrapped(recorded.body), _unwrapped(here.body)
            if theirs[1] != ours[1]:
                told = ("flat", "wrapped in «data»")
                yield f"body: recorded {told[theirs[1]]}, here {told[ours[1]]}"
            yield from self._values("", theirs[0], ours[0])

    def _pages(
        self, recorded: Json, here: Json, rows_of: frozenset[str], asking: Asking
    ) -> Iterator[str]:
        if not (_is_page(recorded) and _is_page(here)):
            yield from self._names("answer", recorded, here)
            return
        if _is_full(recorded, asking) != _is_full(here, asking):
            yield f"rows: recorded {len(recorded['data'])}, here {len(here['data'])}"
        theirs, ours = (
            {id_of(row): row for row in body["data"] if id_of(row) in rows_of}
            for body in (recorded, here)
        )
        for id_ in theirs.keys() & ours.keys():
            yield from self._values("/row", theirs[id_], ours[id_])

    def _names(self, at: str, recorded: Json, here: Json) -> Iterator[str]:
        theirs, ours = (
            sorted(body) if isinstance(body, dict) else _kind(body) for body in (recorded, here)
        )
        if theirs != ours:
            yield f"{at}: recorded {_told(theirs)}, here {_told(ours)}"

    def _values(self, at: str, recorded: Json, here: Json) -> Iterator[str]:
        if isinstance(recorded, dict) and isinstance(here, dict):
            yield from self._members(at, recorded, here)
        elif isinstance(recorded, list) and isinstance(here, list):
            if len(recorded) != len(here):
                yield f"{at}: recorded {len(recorded)} items, here {len(here)}"
            for number, (theirs, ours) in enumerate(zip(recorded, here, strict=False)):
                yield from self._values(f"{at}/{number}", theirs, ours)
        elif type(recorded) is type(here) and recorded == here:
            return
        elif (theirs := self._like(recorded)) != (ours := self._like(here)):
            yield f"{at or 'body'}: recorded {theirs}, here {ours}"

    def _members(self, at: str, recorded: Json, here: Json) -> Iterator[str]:
        if missing := [name for name in recorded if name not in here]:
            yield f"{at or 'body'}: recorded with {', '.join(missing)}, here without"
        if more := [name for name in here if name not in recorded]:
            yield f"{at or 'body'}: recorded without {', '.join(more)}, here with"
        theirs, ours = [n for n in recorded if n in here], [n for n in here if n in recorded]
        if theirs != ours:
            yield f"{at or 'body'}: the members are in another order"
        for name in theirs:
            yield from self._values(f"{at}/{name}", recorded[name], here[name])

    def _like(self, value: Json) -> str:
        """What of a value has to be alike, in words."""
        if not isinstance(value, str):
            return _kind(value)
        if not value:
            return '""'
        if not value.strip("*"):
            return f"{len(value)} asterisks"
        if value in self.sent or name_key(value) in self._kin or value in _KNOWN:
            return repr(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}… ({len(value)})")
        return "a text"


def _kind(value: Json) -> str:
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "an object"
        case _:
            return "nothing" if value is ABSENT else "something else"


def _told(names: str | list[str]) -> str:
    return names if isinstance(names, str) else "an object with " + ", ".join(names)


def _unwrapped(body: Json) -> tuple[Json, bool]:
    """The record, and whether it was the only item of a list «data»."""
    match body:
        case {"data": [dict() as only], **rest} if not rest:
            return only, True
        case _:
            return body, False


def _is_page(body: Json) -> bool:
    return (
        isinstance(body, dict)
        and isinstance(body.get("data"), list)
        and all(isinstance(row, dict) for row in body["data"])
    )


def _is_full(body: Json, asking: Asking) -> bool:
    """Whether there are as many rows as were asked for, or as there are at all."""
    limit = asking.query.get("limit", "10")
    total = body.get("total_count")
    wanted = int(limit) if limit.isdecimal() else 10
    most = min(wanted, total) if isinstance(total, int) else wanted
    return len(body["data"]) >= most
