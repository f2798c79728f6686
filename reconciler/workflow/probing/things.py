"""The throw-away things besides the persona, and what each is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.service.made import Kind
from reconciler.workflow.probing.bench import Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reconciler.core.document import Object
    from reconciler.core.service.mark import Mark
    from reconciler.workflow.probing.bench import Bench
    from reconciler.workflow.probing.subject import Dummies

PROMPT: Final = "This is a probe. Delete it."

_DOUBTED: Final = (400, 422)
"""Statuses after which a smaller body is worth a try."""


def _objectives(mark: Mark, _: Dummies) -> Sequence[Object]:
    steps = [{"objective_name": mark.word, "objective_prompt": PROMPT}]
    return ({"name": str(mark), "data": steps}, {"data": steps})


def _guardrail(mark: Mark, _: Dummies) -> Sequence[Object]:
    least = {"guardrail_name": mark.word, "guardrail_prompt": PROMPT}
    return ({**least, "tags": [f"zzprobe_{mark.run}"]}, least)


def _tool(mark: Mark, dummies: Dummies) -> Sequence[Object]:
    auth = {"type": "bearer", "token": dummies.tool.reveal()}
    api = {"url": "https://probe.invalid/v1", "method": "POST", "auth": auth}
    return ({**least_tool(mark), "delivery": {"api": api}}, least_tool(mark))


def least_tool(mark: Mark) -> Object:
    """The least that makes a tool."""
    return {
        "name": mark.word,
        "description": PROMPT,
        "parameters": {"type": "object", "properties": {}},
    }


_BODIES: Final[Mapping[Kind, Callable[[Mark, Dummies], Sequence[Object]]]] = {
    Kind.OBJECTIVES: _objectives,
    Kind.GUARDRAIL: _guardrail,
    Kind.TOOL: _tool,
}
"""What is tried: the body that shows most, then the least. The address leads nowhere."""


async def make(bench: Bench, kind: Kind) -> None:
    """Make the thing of a kind; where that is not possible, the bench keeps the refusal."""
    for body in _BODIES[kind](bench.mark, bench.dummies):
        reply, made = await bench.create(body, kind)
        bench.things[kind] = Thing(made, body) if made else reply
        if made or reply.status not in _DOUBTED:
            return
