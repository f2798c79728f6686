"""From a request to its answer: which operation is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.sandbox import conversations, reading, replies, writing
from reconciler.sandbox.handling import Call
from reconciler.sandbox.resources import routing

if TYPE_CHECKING:
    from reconciler.sandbox.calls import Asked, Reply
    from reconciler.sandbox.database import Session
    from reconciler.sandbox.handling import Conditions


def answer(session: Session, asked: Asked, conditions: Conditions) -> Reply:
    """The answer of an undisturbed service; what the request does is done in the session."""
    call = Call(session, asked, session.switches(), conditions)
    try:
        return _routed(call)
    except replies.Refusal as refusal:
        return refusal.reply
    except RecursionError:
        return replies.failed(400, "Bad Request. The body is nested too deeply.")


def _routed(call: Call) -> Reply:
    match (call.asked.method, *call.asked.segments):
        case ("GET", "v2", "pals", "check-username"):
            return reading.check_username(call)
        case (_, "v2", "personas" | "pals", *rest):
            return _persona(call, rest)
        case (_, "v2", "conversations", *rest):
            return _conversation(call, rest)
        case (_, "v2", "objectives", *rest):
            return routing.of_objectives(call, rest)
        case (_, "v2", "guardrails", *rest):
            return routing.of_guardrails(call, rest)
        case (_, "v2", "tools", *rest):
            return routing.of_tools(call, rest)
        case _:
            return replies.told(404, "Not Found")


def _persona(call: Call, rest: list[str]) -> Reply:  # noqa: PLR0911 -- one line per route
    match (call.asked.method, *rest):
        case ("GET",):
            return reading.list_(call)
        case ("POST",):
            return writing.create(call)
        case ("GET", persona_id):
            return reading.get(call, persona_id)
        case ("PATCH", persona_id):
            return writing.patch(call, persona_id)
        case ("DELETE", persona_id):
            return writing.delete(call, persona_id)
        case ("POST", persona_id, "publish"):
            return writing.publish(call, persona_id)
        case (_, persona_id, "tools", *more):
            return routing.of_attached(call, persona_id, more)
        case _ if len(rest) <= 1:
            return replies.told(405, "Method Not Allowed")
        case _:
            return replies.told(404, "Not Found")


def _conversation(call: Call, rest: list[str]) -> Reply:
    match (call.asked.method, *rest):
        case ("GET",):
            return conversations.list_(call)
        case ("POST",):
            return conversations.create(call)
        case ("GET", conversation_id):
            return conversations.get(call, conversation_id)
        case ("POST", conversation_id, "end"):
            return conversations.end(call, conversation_id)
        case ("DELETE", conversation_id):
            return conversations.delete(call, conversation_id)
        case _ if len(rest) <= 1:
            return replies.told(405, "Method Not Allowed")
        case _:
            return replies.told(404, "Not Found")
