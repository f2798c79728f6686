"""/v2/tools: standalone tools (resources-api 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.sandbox import clock, replies
from reconciler.sandbox.calls import Reply
from reconciler.sandbox.reading import choice
from reconciler.sandbox.resources import kind, referring
from reconciler.sandbox.resources.secrets import has_mask, masked, with_kept
from reconciler.sandbox.resources.sent import as_error, checked, object_in, refused
from reconciler.sandbox.resources.tool_shape import Tool, unfit

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.sandbox.handling import Call

_OWNED: Final = ("tool_id", "owner_id", "is_system_tool", "created_at", "updated_at")
_DEFAULTS: Final[Object] = {"delivery": {"app_message": True}, "trigger_type": "in_call"}
_MADE: Final = "2026-02-03T09:00:00.000000Z"
_SYSTEM: Final[Object] = {
    "end_call": {
        "name": "end_call",
        "description": "Ends the conversation.",
        "parameters": {"type": "object", "properties": {}},
        **_DEFAULTS,
        "created_at": _MADE,
        "updated_at": _MADE,
    }
}
"""Tools of the service's own: their name is their id, and nobody changes them."""


def _unknown(call: Call, _: str) -> Reply:
    return replies.failed(call.switches.tool_not_found, "Invalid tool_id")


TOOLS: Final = kind.Kind("tool", "t", _unknown)


def create(call: Call) -> Reply:
    """POST: the answer is what is read."""
    call.authorise()
    sent = _checked(call, object_in(call.asked.body, as_error))
    _free(call, sent["name"])
    now = clock.updated_at("")
    made = TOOLS.add(call, {**sent, "created_at": now, "updated_at": now})
    return replies.ok(shown(call, made, TOOLS.find(call, made)))


def list_(call: Call) -> Reply:
    """GET of a page, from page 1. That system tools have to be asked for is inferred."""
    call.authorise()
    parameters = call.asked.parameters
    order = choice(parameters, "sort", ("asc", "desc"))
    type_ = choice(parameters, "type", ("user", "system", "all")) or "user"
    wanted = parameters.get("name_or_uuid", "")
    rows = [*_SYSTEM.items()] if type_ != "user" else []
    rows += TOOLS.rows(call) if type_ != "system" else []
    found = [
        shown(call, id_, record)
        for id_, record in rows
        if wanted == id_ or wanted in record["name"]
    ]
    if order == "desc":
        found.reverse()
    body, _ = kind.paged(call, found)
    return replies.ok(body)


def get(call: Call, id_: str) -> Reply:
    """GET of one, a system tool included."""
    call.authorise()
    record = _SYSTEM.get(id_) or TOOLS.find(call, id_)
    return replies.ok(shown(call, id_, record))


def patch(call: Call, id_: str) -> Reply:
    """PATCH: a part of the object, or a JSON Patch as the switch says; answered with the tool.

    That a member is replaced as a whole, but for secrets that are left out, is inferred.
    """
    call.authorise()
    before = TOOLS.find(call, id_)
    own = {name: value for name, value in before.items() if name not in _OWNED}
    if call.switches.tool_patch == "json_patch":
        wanted = kind.patched(own, kind.operations(call))
    else:
        wanted = own | object_in(call.asked.body, as_error)
    sent = _checked(call, with_kept(wanted, own))
    if sent["name"] != own["name"]:
        _free(call, sent["name"])
    after = {**sent, "created_at": before["created_at"], "updated_at": clock.updated_at("")}
    if not kind.same(before, after):
        call.session.resources.write(id_, after)
    elif call.switches.unchanged_tool == 304:  # noqa: PLR2004 - the status itself
        return Reply(304)
    return replies.ok(shown(call, id_, TOOLS.find(call, id_)))


def delete(call: Call, id_: str) -> Reply:
    """DELETE: gone from every persona, and the name is free."""
    call.authorise()
    TOOLS.find(call, id_)
    call.session.resources.remove(id_)
    referring.drop_from_lists(call.session, "tool_ids", id_)
    return Reply(204)


def shown(call: Call, id_: str, record: Object) -> Object:
    """A stored tool as it is read."""
    members = {name: value for name, value in record.items() if name not in _OWNED}
    seen = masked(members) if call.switches.tool_secrets == "mask" else members
    owned = {"owner_id": kind.OWNER, "is_system_tool": id_ in _SYSTEM}
    times = {name: record[name] for name in ("created_at", "updated_at")}
    return {"tool_id": id_, **seen, **owned, **times}


def _checked(call: Call, body: Object) -> Object:
    """What is stored of a tool. Refuses what does not fit."""
    own = {name: value for name, value in body.items() if name not in _OWNED}
    tool = checked(Tool, own, as_error)
    if errors := {name: [reason] for name, reason in unfit(tool)}:
        raise refused(errors, as_error)
    if call.switches.mask_sent_back == "refused" and has_mask(own):
        reason = "A masked value cannot be stored. Leave it out to keep the one that is."
        raise refused({"delivery": {"api": {"auth": [reason]}}}, as_error)
    return _DEFAULTS | {name: value for name, value in own.items() if value is not None}


def _free(call: Call, name: str) -> None:
    """Refuse a name that another tool has."""
    taken = name in _SYSTEM or any(record["name"] == name for _, record in TOOLS.rows(call))
    if taken and call.switches.tool_name_taken == "refused":
        raise replies.Refusal(replies.failed(409, f"A tool named {name} already exists."))
