"""Which operation on objectives, guardrails and tools is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.sandbox import replies
from reconciler.sandbox.calls import Reply
from reconciler.sandbox.reading import choice
from reconciler.sandbox.resources import (
    attached,
    guardrail_sets,
    guardrails,
    objectives,
    tools,
)
from reconciler.sandbox.resources.sent import as_message, object_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.sandbox.handling import Call


def of_objectives(call: Call, rest: Sequence[str]) -> Reply:
    """/v2/objectives."""
    match (call.asked.method, *rest):
        case ("POST", "validate"):
            return objectives.validate(call)
        case ("GET",):
            return objectives.list_(call)
        case ("POST",):
            return objectives.create(call)
        case ("GET", id_):
            return objectives.get(call, id_)
        case ("PATCH", id_):
            return objectives.patch(call, id_)
        case ("DELETE", id_):
            return objectives.delete(call, id_)
        case _:
            return _nowhere(rest)


def of_guardrails(call: Call, rest: Sequence[str]) -> Reply:
    """/v2/guardrails: the shape of the body, the query and the type of the id tell the models."""
    if len(rest) > 1:
        return _nowhere(rest)
    match (call.asked.method, *rest):
        case ("GET",):
            call.authorise()
            legacy = choice(call.asked.parameters, "legacy", ("true", "false"))
            return guardrails.list_(call) if legacy == "false" else guardrail_sets.list_(call)
        case ("POST",):
            call.authorise()
            body = object_in(call.asked.body, as_message)
            create = guardrail_sets.create if "data" in body else guardrails.create
            return create(call, body)
        case (_, id_):
            return _of_one_guardrail(call, id_)
        case _:
            return _nowhere(rest)


def _of_one_guardrail(call: Call, id_: str) -> Reply:
    call.authorise()
    is_set = call.session.resources.get(guardrail_sets.SETS.name, id_) is not None
    match call.asked.method:
        case "GET":
            return guardrail_sets.get(call, id_) if is_set else guardrails.get(call, id_)
        case "PATCH":
            return guardrail_sets.patch(call, id_) if is_set else guardrails.patch(call, id_)
        case "DELETE":
            (guardrail_sets if is_set else guardrails).delete(call, id_)
            return Reply(204)
        case _:
            return _nowhere([id_])


def of_tools(call: Call, rest: Sequence[str]) -> Reply:
    """/v2/tools."""
    match (call.asked.method, *rest):
        case ("GET",):
            return tools.list_(call)
        case ("POST",):
            return tools.create(call)
        case ("GET", id_):
            return tools.get(call, id_)
        case ("PATCH", id_):
            return tools.patch(call, id_)
        case ("DELETE", id_):
            return tools.delete(call, id_)
        case _:
            return _nowhere(rest)


def of_attached(call: Call, persona_id: str, rest: Sequence[str]) -> Reply:
    """/v2/pals/{id}/tools."""
    match (call.asked.method, *rest):
        case ("GET",):
            return attached.list_(call, persona_id)
        case ("POST",):
            return attached.attach(call, persona_id)
        case ("DELETE", tool_id):
            return attached.detach(call, persona_id, tool_id)
        case _:
            return _nowhere(rest)


def _nowhere(rest: Sequence[str]) -> Reply:
    if len(rest) <= 1:
        return replies.told(405, "Method Not Allowed")
    return replies.told(404, "Not Found")
