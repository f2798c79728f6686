"""How many conversations are active with each persona, from the account's list of them.

Only ids and statuses are kept: a row also has addresses of rooms, and what was told about people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.live.exchange import Call
from reconciler.live.listing import complete_list
from reconciler.live.wire import read_rows, unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json
    from reconciler.live.exchange import Answer
    from reconciler.live.transport import Transport

_PATH: Final = "/v2/conversations"
_ACTIVE: Final = "active"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One row of the list."""

    id: str
    persona_id: str
    """Empty where it is with none."""
    is_active: bool


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """One page of the list."""

    rows: tuple[Conversation, ...]
    total: int | None


async def count_active(transport: Transport, page_size: int) -> Mapping[str, int]:
    """Persona id → conversations that are active with it; personas without one are left out.

    One call per page. Raises TavusError where the list cannot be read as a whole.
    """

    async def page(number: int, limit: int) -> ConversationPage:
        query = {"limit": str(limit), "page": str(number), "status": _ACTIVE}
        call = Call("GET", _PATH, query)
        return read_conversations(call, await transport.send(call))

    rows = await complete_list(
        page, page_size, on_page=None, request=f"GET {_PATH}", what="active conversations"
    )
    return Counter(row.persona_id for row in rows if row.is_active and row.persona_id)


def read_conversations(call: Call, answer: Answer) -> ConversationPage:
    """{"data": [row, …], "total_count": n}. Raises TavusProtocolError for anything else."""
    rows, total = read_rows(call, answer)
    return ConversationPage(tuple(_row(call, answer, row) for row in rows), total)


def _row(call: Call, answer: Answer, row: Json) -> Conversation:
    """A row that does not say that it has ended counts as active."""
    found = row.get("conversation_id") if isinstance(row, dict) else None
    if not isinstance(found, str) or not found:
        raise unreadable(call, answer, "a conversation without an id")
    spellings = [row[name] for name in ("persona_id", "pal_id") if name in row]
    if not spellings:
        raise unreadable(call, answer, "a conversation that does not say with which persona")
    persona_id = next((at for at in spellings if isinstance(at, str) and at), "")
    return Conversation(found, persona_id, row.get("status", _ACTIVE) == _ACTIVE)
