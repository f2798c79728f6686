"""Finding throw-away things in the lists of a service, of which little is taken for granted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from reconciler.core.service.exchange import Asking
from reconciler.core.service.made import Kind, id_of, marked_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from reconciler.core.document import Json
    from reconciler.core.service.exchange import Reply

    Ask: TypeAlias = Callable[[Asking], Awaitable[Reply]]

_SMALL_PAGE: Final = "10"
"""Rows per page that every service takes."""
_MOST_PAGES: Final = 10_000
_SECOND: Final = 2
"""Whether lists count from 0 or from 1, here is a page after the first."""

_QUERY: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.OBJECTIVES: {},
    Kind.GUARDRAIL: {"legacy": "false"},
    Kind.TOOL: {"type": "user"},
}
"""What a list has to be asked for; personas have a client of their own."""

NO_ACCESS: Final = frozenset({401, 403, 404, 405})
"""Statuses of a list that the account does not have."""


@dataclass(slots=True)
class Leftovers:
    """What the list of one kind shows."""

    marked: dict[str, str] = field(default_factory=dict)
    """Id → name of what is marked."""
    problem: str = ""
    """Why there may be more; empty where all of the list was seen."""
    has_access: bool = True
    """Whether the account has such things at all, as far as the service says."""


async def leftovers(ask: Ask, kind: Kind) -> Leftovers:
    """Walk the list of a kind, page after page, until all is seen. Raises TavusError."""
    found, seen, total = Leftovers(), 0, None
    ids: set[str] = set()
    for number in range(0 if kind is Kind.GUARDRAIL else 1, _MOST_PAGES):
        query = {**_QUERY[kind], "limit": _SMALL_PAGE, "page": str(number)}
        reply = await ask(Asking("GET", kind.path, query))
        rows, total = _page(reply)
        if rows is None and number == 0 and reply.refused and reply.status not in NO_ACCESS:
            continue
        if rows is None:
            found.problem = f"GET {kind.path} answered {reply}"
            found.has_access = reply.status not in NO_ACCESS
            return found
        ids.update(filter(None, map(id_of, rows)))
        found.marked.update({id_of(row): marked_name(row) for row in rows if marked_name(row)})
        is_all = total is not None and len(ids) >= total
        if is_all or (len(ids) == seen and number >= _SECOND):
            break
        seen = len(ids)
    if total is not None and len(ids) < total:
        found.problem = f"GET {kind.path} gave {len(ids)} rows where the total says {total}"
    return found


def _page(reply: Reply) -> tuple[list[Json] | None, int | None]:
    """The rows, None where there are none to be read, and how many there are in all."""
    body = reply.body if isinstance(reply.body, dict) else {}
    rows, total = body.get("data"), body.get("total_count")
    if not reply.taken or not isinstance(rows, list):
        return None, None
    return rows, total if isinstance(total, int) else None
