"""Experiments on what becomes of a value between being sent and being read: kept, masked, cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.core.same import name_key
from reconciler.workflow.probing.bench import PALS, PERSONAS, UnsettledError
from reconciler.workflow.probing.experiment import Experiment, Found

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reconciler.core.document import Absent, Json, Path
    from reconciler.core.service.exchange import Reply
    from reconciler.workflow.probing.bench import Bench

LONGEST_NAME: Final = 300
LONGEST_PROMPT: Final = 100_000
"""Characters tried; longer ones are not worth a request."""

_NAME, _PROMPT = "/persona_name", "/system_prompt"
_LLM: Final[Path] = ("layers", "llm")
_SECRETS: Final[dict[str, Path]] = {
    "mask_llm_api_key": (*_LLM, "api_key"),
    "mask_tts_api_key": ("layers", "tts", "api_key"),
    "mask_headers": (*_LLM, "headers", "X-Probe"),
}


async def _trim_text(bench: Bench) -> Found:
    sent, seen = bench.was_sent(("system_prompt",)), await bench.member(("system_prompt",))
    if seen == sent:
        return Found("a prompt with carriage returns and blank ends came back as sent", False)
    if not isinstance(seen, str) or seen.split() != sent.split():
        raise UnsettledError("the prompt came back with other words")
    lost = ["carriage returns"] * ("\r" not in seen) + ["its blank end"] * (seen == seen.rstrip())
    return Found(f"the prompt lost {' and '.join(lost) or 'some white space'}", True)


async def _sort_id_lists(bench: Bench) -> Found:
    sent, seen = bench.was_sent(("document_tags",)), await bench.member(("document_tags",))
    if seen not in (sent, sorted(sent)):
        raise UnsettledError("document_tags came back with other tags")
    order = "sorted" if seen != sent else "in the order sent"
    return Found(f"document_tags came back {order}", seen != sent)


async def _tool_descriptions(bench: Bench) -> Found:
    bench.was_sent((*_LLM, "tools"))
    tools = await bench.member((*_LLM, "tools"))
    function = tools[0].get("function") if isinstance(tools, list) and tools else None
    if not isinstance(function, dict):
        raise UnsettledError("the tool did not come back")
    kept = bool(function.get("description"))
    return Found(f"the function's description {'stayed' if kept else 'is gone'}",
                 "keep" if kept else "drop")  # fmt: skip


def _masking(path: Path) -> Callable[[Bench], Awaitable[Found]]:
    async def ask(bench: Bench) -> Found:
        return read_back("value", bench.was_sent(path), await bench.member(path))

    return ask


def read_back(what: str, sent: Json, seen: Json | Absent) -> Found:
    """Whether a secret is masked. Raises UnsettledError where it is neither that nor as sent."""
    if seen == sent:
        return Found(f"a made-up {what} came back as sent", "echo")
    if isinstance(seen, str) and seen and set(seen) == {"*"}:
        return Found(f"a made-up {what} came back as {len(seen)} asterisks", "mask")
    raise UnsettledError("it came back neither masked nor as sent")


async def _mangle_names(bench: Bench) -> Found:
    changed, told = [], []
    for route, at, tail in ((PERSONAS, _NAME, "(x-y)!"), (PALS, "/pal_name", "(y-z)!")):
        name = f"{bench.mark} {tail}"
        reply = await bench.put(at, name, route=route)
        seen = await bench.member(("persona_name",))
        if not reply.taken or not isinstance(seen, str) or name_key(seen) != name_key(name):
            raise UnsettledError(f"a PATCH of {route}/… answered {reply}")
        if seen == name:
            told.append(f"{route} kept «{tail}»")
        else:
            told.append(f"{route} made «{seen.removeprefix(str(bench.mark))}» of « {tail}»")
            changed.append(route)
    values = {(): "none", (PALS,): "pals", (PERSONAS, PALS): "both"}
    if tuple(changed) not in values:
        raise UnsettledError("; ".join(told))
    return Found("; ".join(told), values[tuple(changed)])


async def _max_name_length(bench: Bench) -> Found:
    prefix = f"{bench.mark} "

    async def send(length: int) -> Reply:
        return await bench.put(_NAME, prefix + "n" * (length - len(prefix)))

    found = await _longest(bench, send, ("persona_name",), len(prefix), LONGEST_NAME)
    await bench.put(_NAME, str(bench.mark))
    return found


async def _max_prompt_length(bench: Bench) -> Found:
    async def send(length: int) -> Reply:
        return await bench.put(_PROMPT, "p" * length)

    found = await _longest(bench, send, ("system_prompt",), 1, LONGEST_PROMPT)
    await bench.put(_PROMPT, "This persona is a probe.")
    return found


async def _longest(
    bench: Bench, send: Callable[[int], Awaitable[Reply]], path: Path, least: int, most: int
) -> Found:
    """0 where `most` characters are taken whole, else the length that is, by bisection."""
    reply = await send(most)
    if reply.taken:
        seen: Json = await bench.member(path)
        if isinstance(seen, str) and len(seen) < most:
            return Found(f"{most} characters were cut to {len(seen)}", len(seen))
        return Found(f"{most} characters were taken", 0)
    if not reply.refused:
        raise UnsettledError(f"{most} characters answered {reply}")
    taken, refused = least, most
    for trying in _told(reply, most):
        if taken < trying < refused:
            taken, refused = (trying, refused) if (await send(trying)).taken else (taken, trying)
    while taken + 1 < refused:
        trying = (taken + refused) // 2
        taken, refused = (trying, refused) if (await send(trying)).taken else (taken, trying)
    if taken == least:
        raise UnsettledError(f"{most} characters answered {reply}, and so did shorter ones")
    return Found(f"{taken} characters were taken, {refused} answered {reply}", taken)


def _told(reply: Reply, most: int) -> list[int]:
    """The limit as the refusal words it, and one more, worth trying first."""
    numbers = [int(digits) for digits in re.findall(r"\d{2,6}", reply.words)]
    return [n + more for n in numbers if n < most for more in (0, 1)]


BEFORE_WRITES: Final = (
    Experiment("trim_text", _trim_text, 1),
    Experiment("sort_id_lists", _sort_id_lists, 1),
    Experiment("tool_descriptions", _tool_descriptions, 1),
    *(Experiment(name, _masking(path), 1) for name, path in _SECRETS.items()),
)
"""Those that judge the persona as it was created."""

EXPERIMENTS: Final = (
    Experiment("mangle_names", _mangle_names, 5),
    Experiment("max_name_length", _max_name_length, 24),
    Experiment("max_prompt_length", _max_prompt_length, 44),
)
