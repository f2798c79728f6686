"""/v2/guardrails: individual ones, and which of the two models a request is about (section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from reconciler.sandbox import clock, replies
from reconciler.sandbox.calls import Reply
from reconciler.sandbox.reading import choice
from reconciler.sandbox.resources import kind, referring
from reconciler.sandbox.resources.sent import (
    Sent,
    Url,
    as_error,
    as_message,
    checked,
)

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.sandbox.handling import Call

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,100}$")]
Prompt = Annotated[str, Field(min_length=1, max_length=1000)]
Tag = Annotated[str, Field(min_length=1, max_length=64)]
Modality = Literal["verbal", "visual"]

_OWNED: Final = (
    "uuid", "owner_id", "guardrail_type", "persona_refs", "created_at", "updated_at",
)  # fmt: skip
"""What only the service writes; a write may carry it."""


class Guardrail(Sent):
    """One guardrail."""

    guardrail_name: Name
    guardrail_prompt: Prompt
    modality: Modality = "verbal"
    callback_url: Url = ""
    tags: list[Tag] = Field(default_factory=list, max_length=32)
    app_message: bool = True


def unknown(_: Call, id_: str) -> Reply:
    """The answer to an id of neither model."""
    if kind.malformed("g", id_):
        return as_error("Invalid guardrails_id")
    return replies.failed(404, "Guardrails not found")


GUARDRAILS: Final = kind.Kind("guardrail", "g", unknown)


def create(call: Call, body: Object) -> Reply:
    """POST of a flat object: the answer is what is read."""
    own = {name: value for name, value in body.items() if name not in _OWNED}
    sent = checked(Guardrail, own, as_message).model_dump()
    return get(call, add(call, sent))


def add(call: Call, sent: Object) -> str:
    """Store a checked guardrail; its id."""
    now = clock.with_blank()
    return GUARDRAILS.add(call, {**sent, "created_at": now, "updated_at": now})


def list_(call: Call) -> Reply:
    """GET with legacy=false: pages from 0, or from 1 as the switch says."""
    parameters = call.asked.parameters
    order = choice(parameters, "sort", ("ascending", "descending"))
    wanted = parameters.get("name_or_uuid", "")
    tags = {tag for tag in parameters.get("tags", "").split(",") if tag}
    found = [
        shown(id_, record)
        for id_, record in GUARDRAILS.rows(call)
        if (wanted == id_ or wanted in record["guardrail_name"])
        and (not tags or tags.intersection(record["tags"]))
    ]
    if order == "descending":
        found.reverse()
    body, where = kind.paged(call, found, first=call.switches.guardrail_first_page)
    return replies.ok(body | where)


def get(call: Call, id_: str) -> Reply:
    """GET of one."""
    return replies.ok(shown(id_, GUARDRAILS.find(call, id_)))


def patch(call: Call, id_: str) -> Reply:
    """PATCH: a JSON Patch on the flat object, which is the answer too."""
    before = GUARDRAILS.find(call, id_)
    after = kind.patched(shown(id_, before), kind.operations(call))
    own = {name: value for name, value in after.items() if name not in _OWNED}
    sent = checked(Guardrail, own, as_error).model_dump()
    if not changed(call, id_, sent) and call.switches.unchanged_resource == 304:  # noqa: PLR2004
        return Reply(304)
    return get(call, id_)


def changed(call: Call, id_: str, members: Object) -> bool:
    """Store checked members of a guardrail; whether any of them is new."""
    before = GUARDRAILS.find(call, id_)
    after = {**before, **members}
    if kind.same(before, after):
        return False
    call.session.resources.write(id_, {**after, "updated_at": clock.with_blank()})
    return True


def delete(call: Call, id_: str) -> None:
    """Delete one; personas lose it as the switch says."""
    GUARDRAILS.find(call, id_)
    call.session.resources.remove(id_)
    if call.switches.guardrail_deleted == "scrubbed":
        referring.drop_from_lists(call.session, "guardrail_ids", id_)


def shown(id_: str, record: Object) -> Object:
    """A stored guardrail as it is read. Its references come back empty, also when it is used."""
    members = {name: value for name, value in record.items() if not name.endswith("_at")}
    times = {name: record[name] for name in ("created_at", "updated_at")}
    owned = {"owner_id": kind.OWNER, "guardrail_type": "user", "persona_refs": []}
    return {"uuid": id_, **members, **owned, **times}
