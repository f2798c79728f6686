"""Experiments on a standalone tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, get, pointer, with_value
from reconciler.core.secret import MASK
from reconciler.core.service.exchange import Asking
from reconciler.core.service.made import Kind
from reconciler.workflow.probing.bench import UnsettledError
from reconciler.workflow.probing.experiment import Experiment, Found
from reconciler.workflow.probing.reading import asked_for_nobody
from reconciler.workflow.probing.storing import read_back
from reconciler.workflow.probing.things import PROMPT, least_tool

if TYPE_CHECKING:
    from reconciler.core.document import Json, Path
    from reconciler.core.service.exchange import Reply
    from reconciler.workflow.probing.bench import Bench, Thing

_TOOL = (Kind.TOOL,)
_TOKEN: Final[Path] = ("delivery", "api", "auth", "token")
_DESCRIPTION: Final[Path] = ("description",)
_OTHER: Final = "This tool is a probe. Delete it."
_FORMS: Final = ("object", "json_patch")


async def _not_found(bench: Bench) -> Found:
    return await asked_for_nobody(bench, f"{Kind.TOOL.path}/t{bench.mark.run}ff")


async def _name_taken(bench: Bench) -> Found:
    bench.own(Kind.TOOL)
    reply, made = await bench.create(least_tool(bench.mark), Kind.TOOL)
    if made:
        await bench.delete(made)
        return Found(f"a second tool of one name answered {reply}", "accepted")
    if not reply.refused:
        raise UnsettledError(f"a second tool of one name answered {reply}")
    return Found(f"a second tool of one name answered {reply}", "refused")


def _token_sent(tool: Thing) -> Json:
    sent = get(tool.sent, _TOKEN)
    if sent is ABSENT:
        raise UnsettledError("the service refused a tool with a secret")
    return sent


async def _secrets(bench: Bench) -> Found:
    tool = bench.own(Kind.TOOL)
    return read_back("token", _token_sent(tool), get(await bench.record(tool), _TOKEN))


async def _patch(bench: Bench) -> Found:
    tool, told = bench.own(Kind.TOOL), []
    for form in _FORMS:
        reply = await _send(bench, form, _DESCRIPTION, _OTHER)
        told.append(f"{form} answered {reply}")
        if not reply.taken:
            continue
        if (await bench.record(tool)).get("description") == _OTHER:
            return Found("; ".join(told), form)
        told[-1] += " and changed nothing"
    raise UnsettledError("; ".join(told))


async def _send(bench: Bench, form: Json, path: Path, value: Json) -> Reply:
    """Set a member of the tool; an object has the whole of its topmost member."""
    tool = bench.own(Kind.TOOL)
    body: Json = [{"op": "replace", "path": pointer(path), "value": value}]
    if form == "object":
        body = {path[0]: with_value(tool.sent, path, value)[path[0]]}
    return await bench.ask(Asking("PATCH", tool.path, body=body))


async def _form(bench: Bench) -> Json:
    """What a PATCH takes. Raises UnsettledError."""
    if "tool_patch" not in bench.settled:
        return (await _patch(bench)).value
    return bench.settled["tool_patch"]


async def _mask_sent_back(bench: Bench) -> Found:
    _token_sent(bench.own(Kind.TOOL))
    reply = await _send(bench, await _form(bench), _TOKEN, MASK)
    told = f"eight asterisks in the place of the token answered {reply}"
    if reply.refused:
        return Found(told, "refused")
    if reply.status != 200:  # noqa: PLR2004 - the status itself
        raise UnsettledError(told)
    return Found(told, "stored")


async def _unchanged(bench: Bench) -> Found:
    form = await _form(bench)
    seen = (await bench.record(bench.own(Kind.TOOL))).get("description", PROMPT)
    reply = await _send(bench, form, _DESCRIPTION, seen)
    told = f"a description patched to what it is answered {reply}"
    if reply.status not in {200, 304}:
        raise UnsettledError(told)
    return Found(told, reply.status)


EXPERIMENTS: Final = (
    Experiment("tool_not_found", _not_found, 1, needs=_TOOL),
    Experiment("tool_name_taken", _name_taken, 2, needs=_TOOL),
    Experiment("tool_secrets", _secrets, 1, needs=_TOOL),
    Experiment("tool_patch", _patch, 4, needs=_TOOL),
    Experiment("mask_sent_back", _mask_sent_back, 5, needs=_TOOL),
    Experiment("unchanged_tool", _unchanged, 6, needs=_TOOL),
)
