"""/v2/objectives: a set is a whole graph of steps (resources-api 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from reconciler.sandbox import clock, replies
from reconciler.sandbox.calls import Reply
from reconciler.sandbox.resources import kind, referring
from reconciler.sandbox.resources.graph import forked, misled
from reconciler.sandbox.resources.sent import (
    Sent,
    Url,
    as_error,
    as_message,
    checked,
    object_in,
    refused,
)

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.sandbox.handling import Call
    from reconciler.sandbox.resources.sent import Say

UNNAMED: Final = "New Objectives"

_OWNED: Final = ("uuid", "owner_id", "created_at", "updated_at", "is_deleted")
"""What only the service writes; a write may carry it."""


class Objective(Sent):
    """One step."""

    objective_name: Annotated[str, Field(pattern=r"^\S+$")]
    objective_prompt: Annotated[str, Field(min_length=1)]
    confirmation_mode: Literal["auto", "manual"] = "auto"
    output_variables: list[str] = Field(default_factory=list)
    modality: Literal["verbal", "visual"] = "verbal"
    next_conditional_objectives: dict[str, str] = Field(default_factory=dict)
    next_required_objective: str = ""
    callback_url: Url = ""


class Objectives(Sent):
    """A set."""

    name: str = UNNAMED
    allow_loops: bool = False
    data: Annotated[list[Objective], Field(min_length=1)]


def _unknown(_: Call, id_: str) -> Reply:
    if kind.malformed("o", id_):
        return as_error("Invalid objectives_id")
    return replies.failed(404, "Objective not found")


SETS: Final = kind.Kind("objectives", "o", _unknown)


def create(call: Call) -> Reply:
    """POST: the answer has other names than what is read."""
    call.authorise()
    sent = _checked(object_in(call.asked.body, as_message), as_message)
    if call.switches.objectives_name == "ignored":
        sent = {**sent, "name": UNNAMED}
    now = clock.with_blank()
    made = SETS.add(call, {**sent, "created_at": now, "updated_at": now})
    names = {"objectives_id": made, "objective_name": sent["name"]}
    return replies.ok({**names, "status": "active", "created_at": now})


def validate(call: Call) -> Reply:
    """POST …/validate: the chain is checked too, and nothing saved. The words are our own."""
    call.authorise()
    found = _checked(object_in(call.asked.body, as_message), as_message)
    if errors := misled(found["data"], loops=found["allow_loops"]):
        raise refused({"data": errors}, as_message)
    return replies.told(200, "Objectives are valid")


def list_(call: Call) -> Reply:
    """GET of a page, from page 1."""
    call.authorise()
    body, _ = kind.paged(call, [_shown(id_, record) for id_, record in SETS.rows(call)])
    return replies.ok(body)


def get(call: Call, id_: str) -> Reply:
    """GET of one."""
    call.authorise()
    return replies.ok(_shown(id_, SETS.find(call, id_)))


def patch(call: Call, id_: str) -> Reply:
    """PATCH: a JSON Patch, answered with words only."""
    call.authorise()
    before = SETS.find(call, id_)
    after = kind.patched(_shown(id_, before), kind.operations(call))
    times = {"created_at": before["created_at"], "updated_at": clock.with_blank()}
    stored = {**_checked(after, as_error), **times}
    if not kind.same(before, stored):
        call.session.resources.write(id_, stored)
    elif call.switches.unchanged_resource == 304:  # noqa: PLR2004 - the status itself
        return Reply(304)
    return replies.told(200, "Objectives updated successfully")


def delete(call: Call, id_: str) -> Reply:
    """DELETE; nobody says what personas that refer to it show afterwards."""
    call.authorise()
    SETS.find(call, id_)
    call.session.resources.remove(id_)
    if call.switches.objectives_deleted == "nulled":
        referring.drop(call.session, "objectives_id", id_)
    return Reply(204)


def _checked(body: Object, say: Say) -> Object:
    """What is stored of a set. That a create does not check the chain is inferred."""
    own = {name: value for name, value in body.items() if name not in _OWNED}
    found = checked(Objectives, own, say).model_dump()
    if errors := forked(found["data"]):
        raise refused({"data": errors}, say)
    return found


def _shown(id_: str, record: Object) -> Object:
    return {"uuid": id_, "owner_id": kind.OWNER, **record, "is_deleted": False}
