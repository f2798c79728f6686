"""What the bodies of successful answers mean; read leniently, except for what ids hang on."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from reconciler.core.errors import TavusProtocolError
from reconciler.core.hiding import conceal
from reconciler.core.outcome import Written
from reconciler.core.resource import Live
from reconciler.live.exchange import OUTCOME_UNKNOWN, is_html, object_in, required
from reconciler.live.words import from_route

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object
    from reconciler.core.vocabulary import Vocabulary
    from reconciler.live.exchange import Answer, Call


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list."""

    rows: tuple[Live, ...] = field(repr=False)
    total: int | None
    """Rows over all pages, as the server says; None where it does not say."""


def read_rows(call: Call, answer: Answer) -> tuple[list[Json], int | None]:
    """The rows of a page, and how many there are over all pages. Raises TavusProtocolError."""
    body = required(call, answer)
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise unreadable(call, answer, "the list has no member data with rows")
    total = body.get("total_count")
    if total is not None and (type(total) is not int or total < 0):
        raise unreadable(call, answer, "total_count is no number of rows")
    return rows, total


def read_page(call: Call, answer: Answer, vocabulary: Vocabulary) -> Page:
    """{"data": [row, …], "total_count": n}. Raises TavusProtocolError for anything else."""
    rows, total = read_rows(call, answer)
    return Page(tuple(_live(call, answer, row, vocabulary) for row in rows), total)


def read_one(call: Call, answer: Answer, vocabulary: Vocabulary, persona_id: str) -> Live:
    """A persona, flat or wrapped in «data» (persona-api 5.2). Raises TavusProtocolError."""
    live = _live(call, answer, _record(required(call, answer)), vocabulary)
    if live.id != persona_id:
        raise unreadable(call, answer, "the answer is about another persona")
    return live


def read_created(call: Call, answer: Answer, vocabulary: Vocabulary) -> str:
    """The id of a new persona. Raises TavusProtocolError, which says that it may exist."""
    made = from_route(_record(object_in(answer)), vocabulary).get("persona_id")
    if isinstance(made, str) and made:
        return made
    hint = "The persona may exist all the same; look for its name before it is created again."
    raise unreadable(call, answer, "the id of the new persona is missing", hint)


def read_written(call: Call, answer: Answer) -> Written:
    """What a PATCH did (persona-api 5.4). Its body is opaque but for the signs of a draft."""
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return Written.UNCHANGED
    if is_html(answer):
        raise unreadable(call, answer, "a web page", OUTCOME_UNKNOWN)
    body = _record(object_in(answer))
    draft = body.get("publish_url") or body.get("is_draft_view") is True
    return Written.DRAFT if draft else Written.CHANGED


def _live(call: Call, answer: Answer, row: Json, vocabulary: Vocabulary) -> Live:
    if not isinstance(row, dict):
        raise unreadable(call, answer, "where a persona is expected stands something else")
    document: Object = conceal(from_route(row, vocabulary))
    persona_id = document.get("persona_id")
    if not isinstance(persona_id, str) or not persona_id:
        raise unreadable(call, answer, "a persona without an id")
    return Live(persona_id, document)


def _record(body: Json) -> Json:
    """The record out of {"data": [record]} or {"data": record}; any other body as it is."""
    match body:
        case {"persona_id": _} | {"pal_id": _}:
            return body
        case {"data": [dict() as only] | (dict() as only)}:
            return only
        case _:
            return body


def unreadable(call: Call, answer: Answer, what: str, hint: str = "") -> TavusProtocolError:
    """The error for an answer of another form than agreed, to be raised."""
    return TavusProtocolError(
        "The answer of Tavus cannot be understood",
        f"{call} answered {answer.status}: {what}",
        hint or "Nothing was concluded from it. Check the base URL, and proxies on the way.",
        request=str(call),
        status=answer.status,
    )
