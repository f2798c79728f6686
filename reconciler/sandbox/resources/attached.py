"""/v2/pals/{id}/tools: which standalone tools a persona has (resources-api 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from reconciler.sandbox import replies
from reconciler.sandbox.calls import Reply
from reconciler.sandbox.resources.sent import Sent, as_error, checked, object_in, refused
from reconciler.sandbox.resources.tools import TOOLS, shown

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.sandbox.handling import Call

MOST: Final = 50
"""Tools of one persona."""


class Attaching(Sent):
    """What is to be attached."""

    tool_ids: Annotated[list[str], Field(min_length=1)]


def attach(call: Call, persona_id: str) -> Reply:
    """POST: what is attached already stays so. The answer, as of list_(), is our own guess."""
    call.authorise()
    record = call.find_own(persona_id).record
    sent = checked(Attaching, object_in(call.asked.body, as_error), as_error)
    for id_ in sent.tool_ids:
        TOOLS.find(call, id_)
    wanted = list(dict.fromkeys([*_ids(record), *sent.tool_ids]))
    if len(wanted) > MOST:
        raise refused({"tool_ids": [f"Longer than maximum length {MOST}."]}, as_error)
    call.session.write({**record, "tool_ids": wanted})
    return list_(call, persona_id)


def list_(call: Call, persona_id: str) -> Reply:
    """GET: no inline tools and no system tools; all on one page."""
    call.authorise()
    shelf = call.session.resources
    found = {id_: shelf.get(TOOLS.name, id_) for id_ in _ids(call.find(persona_id).record)}
    rows = [shown(call, id_, record) for id_, record in found.items() if record is not None]
    return replies.ok({"data": rows})


def detach(call: Call, persona_id: str, tool_id: str) -> Reply:
    """DELETE: the tool itself stays."""
    call.authorise()
    record = call.find_own(persona_id).record
    if tool_id not in _ids(record):
        raise replies.Refusal(as_error("Invalid tool_id"))
    rest = [id_ for id_ in _ids(record) if id_ != tool_id]
    call.session.write({**record, "tool_ids": rest})
    return Reply(204)


def _ids(record: Object) -> list[str]:
    return list(record.get("tool_ids") or ())
