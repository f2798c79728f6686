"""The deprecated sets of guardrails: their items are individual guardrails as well (section 2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from reconciler.sandbox import clock, replies
from reconciler.sandbox.calls import Reply
from reconciler.sandbox.resources import guardrails, kind, referring
from reconciler.sandbox.resources.guardrails import GUARDRAILS, Modality, Name, Prompt
from reconciler.sandbox.resources.sent import Sent, Url, as_error, as_message, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.document import Object
    from reconciler.sandbox.handling import Call

UNNAMED: Final = "New Guardrails"

_OWNED: Final = ("uuid", "owner_id", "created_at", "updated_at")
_MEMBERS: Final = ("guardrail_name", "guardrail_prompt", "modality", "callback_url")
_WHOLE: Final = re.compile(r"/data(/[0-9]+|/-)?")


class Item(Sent):
    """One guardrail of a set; the id says which one it was."""

    uuid: str = ""
    guardrail_name: Name
    guardrail_prompt: Prompt
    modality: Modality = "verbal"
    callback_url: Url = ""


class GuardrailSet(Sent):
    """A set."""

    name: str = UNNAMED
    data: Annotated[list[Item], Field(min_length=1)]


SETS: Final = kind.Kind("guardrails", "g", guardrails.unknown)
"""A stored set holds the ids of its items."""


def create(call: Call, body: Object) -> Reply:
    """POST of {name, data}: the answer has other names than what is read."""
    own = {name: value for name, value in body.items() if name not in _OWNED}
    sent = checked(GuardrailSet, own, as_message)
    now = clock.with_blank()
    items = [_mirrored(call, item) for item in sent.data]
    times = {"created_at": now, "updated_at": now}
    made = SETS.add(call, {"name": sent.name, "items": items, **times})
    names = {"guardrails_id": made, "guardrails_name": sent.name}
    return replies.ok({**names, "status": "active", "created_at": now})


def list_(call: Call) -> Reply:
    """GET of a page, from page 1."""
    body, _ = kind.paged(call, [_shown(call, id_, record) for id_, record in SETS.rows(call)])
    return replies.ok(body)


def get(call: Call, id_: str) -> Reply:
    """GET of one."""
    return replies.ok(_shown(call, id_, SETS.find(call, id_)))


def patch(call: Call, id_: str) -> Reply:
    """PATCH: a JSON Patch, answered with words only. An item replaced whole is a new one."""
    stored = SETS.find(call, id_)
    before = _shown(call, id_, stored)
    after = kind.patched(before, _without_ids(kind.operations(call)))
    own = {name: value for name, value in after.items() if name not in _OWNED}
    sent = checked(GuardrailSet, own, as_error)
    if not _stored(call, id_, stored, sent) and call.switches.unchanged_resource == 304:  # noqa: PLR2004
        return Reply(304)
    return replies.told(200, "Guardrails updated successfully")


def delete(call: Call, id_: str) -> None:
    """Delete a set with its items."""
    for item in SETS.find(call, id_)["items"]:
        _drop(call, item)
    call.session.resources.remove(id_)
    referring.drop(call.session, "guardrails_id", id_)


def _mirrored(call: Call, item: Item) -> str:
    rest: Object = {"tags": [], "app_message": True}
    return guardrails.add(call, item.model_dump(exclude={"uuid"}) | rest)


def _without_ids(operations: Sequence[Object]) -> list[Object]:
    return [
        {**one, "value": _anew(one["value"])}
        if "value" in one and one["op"] != "test" and _WHOLE.fullmatch(one["path"])
        else one
        for one in operations
    ]


def _anew(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    if isinstance(value, list):
        return [_anew(item) for item in value]
    if isinstance(value, dict):
        return {name: member for name, member in value.items() if name != "uuid"}
    return value


def _stored(call: Call, id_: str, stored: Object, sent: GuardrailSet) -> bool:
    """Store a set as it was patched; whether anything is new."""
    old = _present(call, stored)
    kept = [item for item in sent.data if item.uuid in old]
    news = [guardrails.changed(call, one.uuid, one.model_dump(exclude={"uuid"})) for one in kept]
    items = [one.uuid if one in kept else _mirrored(call, one) for one in sent.data]
    for gone in set(old) - set(items):
        _drop(call, gone)
    if items == old and sent.name == stored["name"] and not any(news):
        return False
    now = {"updated_at": clock.with_blank()}
    call.session.resources.write(id_, {**stored, "name": sent.name, "items": items, **now})
    return True


def _present(call: Call, stored: Object) -> list[str]:
    """The items that nobody has deleted on their own."""
    found = call.session.resources
    return [item for item in stored["items"] if found.get(GUARDRAILS.name, item)]


def _drop(call: Call, item: str) -> None:
    if call.session.resources.get(GUARDRAILS.name, item):
        guardrails.delete(call, item)


def _shown(call: Call, id_: str, stored: Object) -> Object:
    items = []
    for item in _present(call, stored):
        record = GUARDRAILS.find(call, item)
        items.append({"uuid": item} | {name: record[name] for name in _MEMBERS})
    times = {name: stored[name] for name in ("created_at", "updated_at")}
    return {"uuid": id_, "owner_id": kind.OWNER, "name": stored["name"], "data": items, **times}
