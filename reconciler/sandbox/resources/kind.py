"""What the routes of every kind have in common: finding one, a page of them, a change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.document import equal
from reconciler.sandbox import patching, replies
from reconciler.sandbox.reading import number, page_body, page_start
from reconciler.sandbox.resources.sent import as_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.core.document import Object
    from reconciler.sandbox.calls import Reply
    from reconciler.sandbox.handling import Call

OWNER: Final = 40213
"""The number of the account that owns everything."""

_LIMIT: Final = 10


@dataclass(frozen=True, slots=True)
class Kind:
    """Resources of one kind, as the store knows them."""

    name: str
    letter: str
    """What ids start with."""
    unknown: Callable[[Call, str], Reply]
    """The answer to an id that is not there."""

    def find(self, call: Call, id_: str) -> Object:
        """The stored record. Refuses an unknown id."""
        record = call.session.resources.get(self.name, id_)
        if record is None:
            raise replies.Refusal(self.unknown(call, id_))
        return record

    def rows(self, call: Call) -> list[tuple[str, Object]]:
        """Id and record of all, oldest first."""
        return call.session.resources.all(self.name)

    def add(self, call: Call, record: Object) -> str:
        """Store a new record; its id."""
        id_ = call.session.resources.new_id(self.letter)
        call.session.resources.insert(self.name, id_, record)
        return id_


def paged(call: Call, found: Sequence[Object], *, first: int = 1) -> tuple[Object, Object]:
    """The page that the query asks for, and its number and size.

    A page before the first one is the first.
    """
    parameters = call.asked.parameters
    asked = number(parameters, "limit", _LIMIT, least=1)
    page = number(parameters, "page", first, least=0)
    limit = min(asked, call.switches.max_limit)
    start = page_start(call, limit * (max(page, first) - first))
    body = page_body(call, [*found[start : start + limit]], len(found))
    return body, {"page": page, "limit": limit}


def malformed(letter: str, id_: str) -> bool:
    """Whether the service sees at once that this is the id of nothing."""
    return not re.fullmatch(rf"{letter}[0-9a-f]+", id_)


def operations(call: Call) -> list[Object]:
    """The JSON Patch that was sent. Refuses with 400 what is none."""
    found = patching.operations_in(call.asked.body)
    if found is None:
        raise replies.Refusal(as_error("Invalid JSON patch format"))
    return found


def patched(record: Object, sent: Sequence[Object]) -> Object:
    """The record after a JSON Patch. Refuses one that does not fit."""
    try:
        return patching.applied(record, sent)
    except ValueError as misfit:
        raise replies.Refusal(as_error(f"Bad Request. {misfit}")) from None


def same(before: Object, after: Object) -> bool:
    """Whether a change changes nothing; the time of the last change does not count."""
    return equal({**before, "updated_at": ""}, {**after, "updated_at": ""})
