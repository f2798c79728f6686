"""Experiments on what a PATCH may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, get, parse_pointer
from reconciler.workflow.probing.bench import UnsettledError
from reconciler.workflow.probing.experiment import Experiment, Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Object
    from reconciler.workflow.probing.bench import Bench

EXTRA: Final = "/layers/llm/extra_body"
PATIENCE: Final = "/layers/conversational_flow/turn_taking_patience"

_OPTIONAL: Final = {
    "/layers/tts/tts_model_name": "sonic-3",
    "/layers/conversational_flow/turn_commitment": "high",
    "/greeting": "Hello.",
    "/verbal_disclosure": "This is a machine.",
}
"""Members that a persona may be without, and something to write there."""


def absent(shown: Object) -> tuple[str, str]:
    """A member that is not there although its parent is. Raises UnsettledError."""
    for at, value in _OPTIONAL.items():
        path = parse_pointer(at)
        if get(shown, path) is ABSENT and isinstance(get(shown, path[:-1]), dict):
            return at, value
    raise UnsettledError("every optional member is shown")


def _trials(shown: Object) -> Iterator[Object]:
    """One patch for each operation, each of which fits and changes something."""
    at, values = PATIENCE, ("low", "medium")
    if get(shown, parse_pointer(PATIENCE)) is ABSENT:
        at, values = "/system_prompt", ("This is a probe.", "This persona is a probe.")
    yield {"op": "replace", "path": at, "value": values[0]}
    yield {"op": "add", "path": at, "value": values[1]}
    if isinstance(get(shown, parse_pointer(EXTRA)), dict):
        yield {"op": "copy", "from": f"{EXTRA}/a", "path": f"{EXTRA}/copied"}
        yield {"op": "move", "from": f"{EXTRA}/mmm", "path": f"{EXTRA}/moved"}
        yield {"op": "remove", "path": f"{EXTRA}/zz_first"}


async def _refuse_ops(bench: Bench) -> Found:
    refused, taken, told = set(), [], ""
    for operation in _trials(await bench.shown()):
        reply = await bench.patch(operation)
        if reply.taken:
            taken.append(operation["op"])
        else:
            refused.add(operation["op"])
            told = f"; {operation['op']} answered {reply}"
    if not taken:
        raise UnsettledError(f"no operation was taken{told}")
    bench.refused_operations = frozenset(refused)
    return Found(f"taken: {', '.join(taken)}{told}", tuple(sorted(refused)))


async def wrong_test(bench: Bench) -> Object:
    """A test operation that does not hold."""
    await bench.member(("persona_name",))
    return {"op": "test", "path": "/persona_name", "value": "zz another name"}


async def _patch_test(bench: Bench) -> Found:
    name = await bench.member(("persona_name",))
    right = await bench.patch({"op": "test", "path": "/persona_name", "value": name})
    if right.refused:
        return Found(f"a test that holds answered {right}", "refused")
    if not right.taken:
        raise UnsettledError(f"a test that holds answered {right}")
    wrong = await bench.patch(await wrong_test(bench))
    if wrong.taken:
        return Found(f"not heeded: one that does not hold answered {wrong}", "refused")
    return Found(f"one that holds answered {right}, one that does not {wrong}", "honoured")


async def _strict_replace(bench: Bench) -> Found:
    at, value = absent(await bench.shown())
    reply = await bench.patch({"op": "replace", "path": at, "value": value})
    if not (reply.taken or reply.refused):
        raise UnsettledError(f"replace of {at} answered {reply}")
    if reply.taken:
        await bench.patch({"op": "remove", "path": at})
    return Found(f"replace of {at}, which is absent, answered {reply}", reply.refused)


async def _unknown_member(bench: Bench) -> Found:
    layers = await bench.member(("layers",))
    layer = next((name for name in ("conversational_flow", "tts", "llm") if layers.get(name)), "")
    if not layer:
        raise UnsettledError("the persona has no layer")
    at = f"/layers/{layer}"
    if "add" in bench.refused_operations:
        reply = await bench.put(at, {**bench.was_sent(("layers", layer)), "zz_probe": 1})
    else:
        reply = await bench.patch({"op": "add", "path": f"{at}/zz_probe", "value": 1})
    if reply.taken:
        await bench.patch({"op": "remove", "path": f"{at}/zz_probe"})
    if reply.status not in {400, 500}:
        raise UnsettledError(f"{at}/zz_probe answered {reply}")
    return Found(f"{at}/zz_probe answered {reply}", reply.status)


async def _mixed_conferencing(bench: Bench) -> Found:
    operation = "replace" if "add" in bench.refused_operations else "add"
    reply = await bench.patch(
        {"op": operation, "path": "/layers/conferencing", "value": {"whitelabel": False}},
        {"op": operation, "path": "/system_prompt", "value": "This persona is a probe, mixed."},
    )
    if reply.taken:
        await bench.patch({"op": "remove", "path": "/layers/conferencing"})
    if reply.status not in {400, 409, 422}:
        raise UnsettledError(f"the mixed patch answered {reply}")
    return Found(f"the mixed patch answered {reply}", reply.status)


async def _accept_null(bench: Bench) -> Found:
    for at in ("/greeting", "/context", "/verbal_disclosure"):
        if (await bench.put(at, "Hello.")).taken:
            break
    else:
        raise UnsettledError("no text could be set that null could be written over")
    reply = await bench.put(at, None)
    if not (reply.taken or reply.refused):
        raise UnsettledError(f"null over {at} answered {reply}")
    seen = get(await bench.shown(), parse_pointer(at))
    if reply.taken and seen == "Hello.":
        return Found(f"null over {at} answered {reply} and changed nothing", False)
    if not reply.taken:
        await bench.patch({"op": "remove", "path": at})
    return Found(f"null over {at} answered {reply}", reply.taken)


EXPERIMENTS: Final = (
    Experiment("refuse_ops", _refuse_ops, 6),
    Experiment("patch_test", _patch_test, 4),
    Experiment("strict_replace", _strict_replace, 3),
    Experiment("unknown_member", _unknown_member, 3),
    Experiment("mixed_conferencing_status", _mixed_conferencing, 2),
    Experiment("accept_null", _accept_null, 9),
)
