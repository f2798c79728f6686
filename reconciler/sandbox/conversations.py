"""Conversations as far as a reconciler meets them: begun, listed, read, ended, deleted.

Nobody joins one. It is active until it is ended or its longest time is over.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from reconciler.sandbox import clock, replies
from reconciler.sandbox.calls import Reply, decode
from reconciler.sandbox.reading import choice, number

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object
    from reconciler.sandbox.database import Session
    from reconciler.sandbox.handling import Call

STATUSES: Final = ("active", "ended")

LONGEST: Final = 3600.0
"""Seconds a conversation lasts where nobody says otherwise."""

_LIMIT: Final = 10
_ROOMS: Final = "https://tavus.daily.co/"


def create(call: Call) -> Reply:
    """POST: begin a conversation, or in test_mode one that is over at once."""
    body = _body(call)
    call.authorise()
    asked = body.get("persona_id") or body.get("pal_id") or ""
    persona = call.session.row(asked) if isinstance(asked, str) else None
    if asked and persona is None:
        raise replies.Refusal(replies.failed(400, "Invalid persona_id"))
    face = body.get("replica_id") or body.get("face_id")
    face = face or (persona.record.get("default_replica_id") if persona else None)
    if not face:
        raise replies.Refusal(replies.failed(400, "Invalid replica_id"))
    record = begin(
        call.session,
        asked,
        face=face,
        name=body.get("conversation_name") or "",
        callback_url=body.get("callback_url") or "",
        seconds=0.0 if body.get("test_mode") else _longest(body),
    )
    told = {name: value for name, value in record.items() if name != "updated_at"}
    token = {"meeting_token": f"token-{record['conversation_id']}"}
    return replies.ok(told | (token if body.get("require_auth") else {}))


def begin(
    session: Session,
    persona_id: str,
    *,
    face: str = "",
    name: str = "",
    callback_url: str = "",
    seconds: float = LONGEST,
) -> Object:
    """Store a new conversation that lasts so many seconds; its record."""
    made = session.new_conversation_id()
    record: Object = {
        "conversation_id": made,
        "conversation_name": name or "New Conversation",
        "conversation_url": f"{_ROOMS}{made}",
        "callback_url": callback_url,
        "persona_id": persona_id,
        "replica_id": face,
        "created_at": clock.created_at(made),
        "updated_at": clock.updated_at(made),
    }
    ends = time.time() + seconds
    session.insert_conversation(record, persona_id, ends)
    return record | {"status": status_at(ends)}


def status_at(ends: float) -> str:
    """Active until the end, ended from then on."""
    return "active" if ends > time.time() else "ended"


def list_(call: Call) -> Reply:
    """GET of a page: pages from 1, and no filter but the status."""
    call.authorise()
    parameters = call.asked.parameters
    limit = number(parameters, "limit", _LIMIT, least=1)
    page = number(parameters, "page", 1, least=1)
    status = choice(parameters, "status", STATUSES)
    found = [one for one in _all(call) if status in {"", one["status"]}]
    limit = min(limit, call.switches.max_limit)
    rows = found[limit * (page - 1) : limit * page]
    return replies.ok({"data": rows, "total_count": len(found)})


def get(call: Call, conversation_id: str) -> Reply:
    """GET of one; with verbose=true its events, of which there are none here."""
    call.authorise()
    record = _one(call, conversation_id)
    verbose = choice(call.asked.parameters, "verbose", ("true", "false")) == "true"
    return replies.ok(record | ({"events": []} if verbose else {}))


def end(call: Call, conversation_id: str) -> Reply:
    """POST …/end: 200 without a body."""
    call.authorise()
    if _one(call, conversation_id)["status"] == "ended":
        raise replies.Refusal(replies.failed(400, "Conversation has already ended"))
    call.session.end_conversation(conversation_id, time.time())
    return Reply(200)


def delete(call: Call, conversation_id: str) -> Reply:
    """DELETE: 204."""
    call.authorise()
    _one(call, conversation_id)
    call.session.remove_conversation(conversation_id)
    return Reply(204)


def _all(call: Call) -> list[Object]:
    return [record | {"status": status_at(ends)} for record, ends in call.session.conversations()]


def _one(call: Call, conversation_id: str) -> Object:
    for record in _all(call):
        if record["conversation_id"] == conversation_id:
            return record
    # Measured: 400 and not 404 for an unknown id.
    raise replies.Refusal(replies.failed(400, "Invalid conversation_id"))


def _body(call: Call) -> Object:
    try:
        body: Json = decode(call.asked.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise replies.Refusal(replies.invalid({"_schema": ["Invalid input type."]}))
    return body


def _longest(body: Object) -> float:
    properties = body.get("properties")
    asked = properties.get("max_call_duration") if isinstance(properties, dict) else None
    if asked is None:
        return LONGEST
    if type(asked) is not int or asked < 1:
        reason = {"max_call_duration": ["Must be greater than or equal to 1."]}
        raise replies.Refusal(replies.invalid({"properties": reason}))
    return float(min(asked, LONGEST))
