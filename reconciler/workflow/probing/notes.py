"""What is worth knowing although no switch of the tool depends on it: told to people, as notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, get, parse_pointer
from reconciler.core.service.exchange import Asking
from reconciler.workflow.probing.bench import PERSONAS, UnsettledError
from reconciler.workflow.probing.experiment import Experiment, Found
from reconciler.workflow.probing.patching import PATIENCE, absent, wrong_test
from reconciler.workflow.probing.subject import minimal

if TYPE_CHECKING:
    from reconciler.core.document import Json
    from reconciler.workflow.probing.bench import Bench

_TRIES: Final = 6
_TELLING: Final = ("ratelimit", "rate-limit", "retry-after", "etag", "last-modified")
_TAGS: Final = ("document_tags",)
_RARELY_PATCHED: Final = {
    "/layers/conversational_flow/idle_end_behavior": "end_conversation",
    "/layers/tts/voice_id": "zz-probe",
}
"""Members of which nobody has told a patch, and something to write there."""


async def _delay(bench: Bench) -> Found:
    name = f"{bench.mark} w"
    reply = await bench.put("/persona_name", name)
    if not reply.taken:
        raise UnsettledError(f"the write answered {reply}")
    waited = 0.0
    for attempt in range(_TRIES):
        seen = await bench.ask(Asking("GET", f"{PERSONAS}/{bench.id}"))
        if name in str(seen.body):
            return Found(f"a write is read {'at once' if not attempt else f'after {waited:.1f} s'}")
        await bench.clock.sleep(0.2 * 2**attempt)
        waited += 0.2 * 2**attempt
    raise UnsettledError(f"a write is not read after {waited:.1f} s")


async def _no_change(bench: Bench) -> Found:
    name = await bench.member(("persona_name",))
    reply = await bench.put("/persona_name", name)
    kind = "an empty body" if reply.body is ABSENT else "a body"
    return Found(f"a patch that changes nothing answered {reply}, with {kind}")


async def _failed_test(bench: Bench) -> Found:
    return Found(f"a test that does not hold answered {await bench.patch(await wrong_test(bench))}")


async def _atomic(bench: Bench) -> Found:
    at, _ = absent(await bench.shown())
    before = await bench.member(("layers", "conversational_flow", "turn_taking_patience"))
    value = "high" if before != "high" else "low"
    reply = await bench.patch(
        {"op": "replace", "path": PATIENCE, "value": value}, {"op": "remove", "path": at}
    )
    if reply.taken:
        raise UnsettledError(f"no operation of the patch failed: {reply}")
    after = await bench.member(("layers", "conversational_flow", "turn_taking_patience"))
    kept = "nothing of it was stored" if after == before else "its first operation was stored"
    return Found(f"a patch whose second operation fails answered {reply}; {kept}")


async def _remove_absent(bench: Bench) -> Found:
    at, _ = absent(await bench.shown())
    reply = await bench.patch({"op": "remove", "path": at})
    return Found(f"remove of {at}, which is absent, answered {reply}")


async def _list_positions(bench: Bench) -> Found:
    await bench.member(_TAGS)
    told = []
    for operation in (
        {"op": "add", "path": "/document_tags/1", "value": "zz-m"},
        {"op": "add", "path": "/document_tags/-", "value": "zz-z"},
        {"op": "remove", "path": "/document_tags/0"},
    ):
        reply = await bench.patch(operation)
        told.append(f"{operation['op']} {operation['path']} {reply}")
    tags = ", ".join(map(str, await bench.member(_TAGS)))
    return Found(f"{'; '.join(told)}; left: {tags}")


async def _add_over_list(bench: Bench) -> Found:
    await bench.member(_TAGS)
    reply = await bench.patch({"op": "add", "path": "/document_tags", "value": ["zz-c"]})
    tags: Json = await bench.member(_TAGS)
    did = "replaced it" if tags == ["zz-c"] else "did not replace it"
    return Found(f"add over a list answered {reply} and {did}")


async def _unknown_names(bench: Bench) -> Found:
    told = []
    for at, value in (("/zz_probe", "x"), ("/layers/zz_probe", {"a": 1})):
        reply = await bench.patch({"op": "add", "path": at, "value": value})
        shown = get(await bench.shown(), tuple(at.split("/")[1:]))
        kept = "kept" if shown is not ABSENT else "not kept"
        told.append(f"{at} answered {reply}, {kept}")
        if shown is not ABSENT:
            await bench.patch({"op": "remove", "path": at})
    return Found("; ".join(told))


async def _unknown_on_create(bench: Bench) -> Found:
    reply, made = await bench.create({**minimal(f"{bench.mark} u"), "zz_probe": "x"})
    if made:
        await bench.delete(made)
    return Found(f"a create with zz_probe answered {reply}")


async def _delete_twice(bench: Bench) -> Found:
    reply, made = await bench.create(minimal(f"{bench.mark} d"))
    if made is None:
        raise UnsettledError(f"the create answered {reply}")
    first = await bench.delete(made)
    again = await bench.ask(Asking("DELETE", f"{PERSONAS}/{made.id}"))
    gone = await bench.ask(Asking("GET", f"{PERSONAS}/{made.id}"))
    return Found(f"DELETE answered {first}, again {again}, GET then {gone}")


async def _not_a_patch(bench: Bench) -> Found:
    reply = await bench.ask(
        Asking("PATCH", f"{PERSONAS}/{bench.id}", body={"persona_name": str(bench.mark)})
    )
    return Found(f"a PATCH with an object answered {reply}")


async def _languages(bench: Bench) -> Found:
    reply = await bench.put("/languages", ["fr", "en"])
    seen = get(await bench.shown(), ("languages",))
    told = ", ".join(map(str, seen)) if isinstance(seen, list) else "nothing"
    return Found(f"languages fr, en answered {reply}; read back: {told}")


async def _patchable(bench: Bench) -> Found:
    told = []
    for at, value in _RARELY_PATCHED.items():
        reply = await bench.put(at, value)
        seen = get(await bench.shown(), parse_pointer(at))
        kept = "stored" if seen == value else "not stored"
        told.append(f"{at} answered {reply}, {kept}")
    return Found("; ".join(told))


async def _target_live(bench: Bench) -> Found:
    operation = {"op": "replace", "path": "/persona_name", "value": f"{bench.mark} t"}
    asking = Asking("PATCH", f"{PERSONAS}/{bench.id}", {"target": "live"}, [operation])
    return Found(f"a patch with target=live answered {await bench.ask(asking)}")


async def _headers(bench: Bench) -> Found:
    names = {
        name
        for one in bench.exchanges
        for name in one.reply.headers
        if any(word in name for word in _TELLING)
    }
    busy = sum(one.reply.status == 429 for one in bench.exchanges)  # noqa: PLR2004 - the status
    told = ", ".join(sorted(names)) or "none"
    return Found(f"headers on limits and versions: {told}; {busy} answers were 429")


EXPERIMENTS: Final = (
    Experiment("read_after_write", _delay, 8, "How soon is a write read?"),
    Experiment("no_change", _no_change, 2, "What answers a patch that changes nothing?"),
    Experiment("failed_test", _failed_test, 2, "Which status has a test that does not hold?"),
    Experiment("atomic", _atomic, 3, "Is a patch stored as a whole or not at all?"),
    Experiment("remove_absent", _remove_absent, 2, "What answers remove on an absent member?"),
    Experiment("list_positions", _list_positions, 5, "Do positions in lists work?"),
    Experiment("add_over_list", _add_over_list, 3, "Does add over a list replace it?"),
    Experiment("unknown_names", _unknown_names, 6, "What becomes of unknown names in a patch?"),
    Experiment("unknown_on_create", _unknown_on_create, 2, "And of unknown names in a create?"),
    Experiment("languages", _languages, 3, "Can languages be patched, and do they keep order?"),
    Experiment("patchable", _patchable, 5, "Can members that are seldom patched be patched?"),
    Experiment("target_live", _target_live, 1, "Is target=live taken?"),
    Experiment("not_a_patch", _not_a_patch, 1, "Which status has a body that is no patch?"),
    Experiment("delete_twice", _delete_twice, 4, "Which status has a second delete?"),
)

LAST: Final = (Experiment("headers", _headers, 0, "Do answers tell of limits or versions?"),)
