"""Experiments on objectives and guardrails, and on a persona that refers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import is_unset
from reconciler.core.service.exchange import Asking
from reconciler.core.service.made import Kind, id_of
from reconciler.workflow.probing.bench import PERSONAS, UnsettledError, shown_in
from reconciler.workflow.probing.experiment import Experiment, Found
from reconciler.workflow.probing.subject import minimal
from reconciler.workflow.probing.things import PROMPT

if TYPE_CHECKING:
    from reconciler.core.document import Json
    from reconciler.workflow.probing.bench import Bench

_GUARDRAIL, _OBJECTIVES = (Kind.GUARDRAIL,), (Kind.OBJECTIVES,)
_IDS: Final = "/guardrail_ids"


async def _first_page(bench: Bench) -> Found:
    guardrail = bench.own(Kind.GUARDRAIL)
    shown = []
    for number in (0, 1):
        query = {
            "legacy": "false",
            "name_or_uuid": guardrail.made.id,
            "sort": "descending",
            "limit": "10",
            "page": str(number),
        }
        body = (await bench.ask(Asking("GET", Kind.GUARDRAIL.path, query))).body
        rows = body.get("data") if isinstance(body, dict) else None
        if isinstance(rows, list) and guardrail.made.id in map(id_of, rows):
            shown.append(number)
    if not shown:
        raise UnsettledError("neither page 0 nor page 1 shows the guardrail")
    pages = " and ".join(map(str, shown))
    return Found(f"of pages 0 and 1 the guardrail is on {pages}", max(shown))


async def _objectives_name(bench: Bench) -> Found:
    objectives = bench.own(Kind.OBJECTIVES)
    sent, seen = objectives.sent.get("name"), (await bench.record(objectives)).get("name")
    if sent is None:
        raise UnsettledError("the service refused a set with a name")
    if seen == sent:
        return Found("the name came back as sent", "kept")
    return Found("another name came back", "ignored")


async def _unchanged_resource(bench: Bench) -> Found:
    same = {"op": "replace", "path": "/guardrail_prompt", "value": PROMPT}
    path = bench.own(Kind.GUARDRAIL).path
    reply = await bench.ask(Asking("PATCH", path, body=[same]))
    if reply.status not in {200, 304}:
        raise UnsettledError(f"a patch of the prompt to what it is answered {reply}")
    return Found(f"a patch of the prompt to what it is answered {reply}", reply.status)


async def _patch_guardrail_ids(bench: Bench) -> Found:
    wanted = [bench.own(Kind.GUARDRAIL).made.id]
    reply = await bench.put(_IDS, wanted)
    if not (reply.taken or reply.refused):
        raise UnsettledError(f"a patch of {_IDS} answered {reply}")
    if reply.refused:
        return Found(f"a patch of {_IDS} answered {reply}", "refused")
    if await bench.member(("guardrail_ids",)) != wanted:
        return Found(f"a patch of {_IDS} answered {reply} and changed nothing", "refused")
    await bench.put(_IDS, [])
    return Found(f"a patch of {_IDS} answered {reply}, and the guardrail was there", "honoured")


async def _not_found(bench: Bench) -> Found:
    told = []
    for kind in (Kind.OBJECTIVES, Kind.GUARDRAIL):
        nobody = f"{kind.path}/{kind.value[0]}{bench.mark.run}ff"
        told.append(f"{kind.noun}: {await bench.ask(Asking('GET', nobody))}")
    return Found("; ".join(told))


async def _after_delete(bench: Bench, kind: Kind, member: str, value: Json) -> Json:
    """What a persona shows in a member once the thing is deleted whose id stands there."""
    thing = bench.own(kind)
    reply, persona = await bench.create({**minimal(f"{bench.mark} r"), member: value})
    if persona is None:
        raise UnsettledError(f"a persona with {member} answered {reply}")
    if await _shown(bench, persona.id, member) != value:
        raise UnsettledError(f"a persona made with {member} does not show it")
    gone = await bench.delete(thing.made)
    if not gone.taken:
        raise UnsettledError(f"the delete of the {kind.noun} answered {gone}")
    seen = await _shown(bench, persona.id, member)
    await bench.delete(persona)
    return seen


async def _shown(bench: Bench, persona_id: str, member: str) -> Json:
    reply = await bench.ask(Asking("GET", f"{PERSONAS}/{persona_id}"))
    return shown_in(reply, Kind.PERSONA).get(member)


async def _objectives_deleted(bench: Bench) -> Found:
    id_ = bench.own(Kind.OBJECTIVES).made.id
    seen = await _after_delete(bench, Kind.OBJECTIVES, "objectives_id", id_)
    if seen == id_:
        return Found("objectives_id still has the id of the deleted set", "kept")
    if is_unset(seen):
        return Found("objectives_id is empty once the set is deleted", "nulled")
    raise UnsettledError("objectives_id has the id of another set")


async def _guardrail_deleted(bench: Bench) -> Found:
    id_ = bench.own(Kind.GUARDRAIL).made.id
    seen = await _after_delete(bench, Kind.GUARDRAIL, "guardrail_ids", [id_])
    if isinstance(seen, list) and id_ in seen:
        return Found("guardrail_ids still has the id of the deleted guardrail", "kept")
    return Found("guardrail_ids is without the deleted guardrail", "scrubbed")


EXPERIMENTS: Final = (
    Experiment("guardrail_first_page", _first_page, 2, needs=_GUARDRAIL),
    Experiment("objectives_name", _objectives_name, 1, needs=_OBJECTIVES),
    Experiment("unchanged_resource", _unchanged_resource, 1, needs=_GUARDRAIL),
)

LAST: Final = (
    Experiment("patch_guardrail_ids", _patch_guardrail_ids, 5, needs=_GUARDRAIL),
    Experiment("resource_not_found", _not_found, 2, "And an unknown id of a set or a guardrail?",
               needs=(*_OBJECTIVES, *_GUARDRAIL)),
    Experiment("objectives_deleted", _objectives_deleted, 5, needs=_OBJECTIVES),
    Experiment("guardrail_deleted", _guardrail_deleted, 5, needs=_GUARDRAIL),
)  # fmt: skip
"""The last two give up what they are made on."""
