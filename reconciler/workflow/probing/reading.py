"""Experiments that only look: how a persona, and a list of them, reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import get, is_unset
from reconciler.core.service.exchange import Asking
from reconciler.workflow.probing.bench import PERSONAS, UnsettledError
from reconciler.workflow.probing.experiment import Experiment, Found

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object, Path
    from reconciler.core.service.exchange import Reply
    from reconciler.workflow.probing.bench import Bench

_LLM: Final[Path] = ("layers", "llm")
_TTS: Final[Path] = ("layers", "tts")
_FLOW: Final[Path] = ("layers", "conversational_flow")
_FULL_PAGE: Final = 100
_MOST_PAGES: Final = 5
_FILLED: Final = ("turn_detection_model", "voice_isolation", "idle_engagement", "idle_end_behavior")


async def _wrapper(bench: Bench) -> Found:
    reply = await bench.read()
    body = reply.body
    if not reply.taken or not isinstance(body, dict):
        raise UnsettledError(f"GET answered {reply}")
    wrapped = isinstance(body.get("data"), list)
    return Found("GET gives " + ("a list «data»" if wrapped else "a flat object"), wrapped)


async def _not_found(bench: Bench) -> Found:
    return await asked_for_nobody(bench, f"{PERSONAS}/p{bench.mark.run}f")


async def asked_for_nobody(bench: Bench, path: str) -> Found:
    """The status of an id that nobody has."""
    reply = await bench.ask(Asking("GET", path))
    if reply.status not in {400, 404}:
        raise UnsettledError(f"GET of an id nobody has answered {reply}")
    return Found(f"GET of an id nobody has answered {reply}", reply.status)


async def _page(bench: Bench, **query: str) -> tuple[Reply, list[Json], int | None]:
    reply = await bench.ask(Asking("GET", PERSONAS, query))
    body = reply.body if isinstance(reply.body, dict) else {}
    rows, total = body.get("data"), body.get("total_count")
    if reply.refused:
        return reply, [], None
    if not isinstance(rows, list):
        raise UnsettledError(f"the list answered {reply}, without rows")
    return reply, rows, total if isinstance(total, int) else None


async def _own_row(bench: Bench) -> Object:
    """The row of the persona: newest first, or else from the last page on."""
    query = {"limit": "10", "persona_type": "user"}
    reply, rows, total = await _page(bench, **query, page="1", sort="desc")
    if reply.refused or not rows:
        _, rows, total = await _page(bench, **query, page="1")
    last = -(-(total or 0) // max(1, len(rows)))
    for number in range(last, max(0, last - _MOST_PAGES), -1):
        own = [row for row in rows if isinstance(row, dict) and row.get("persona_id") == bench.id]
        if own:
            found: Object = own[0]
            return found
        _, rows, _ = await _page(bench, **query, page=str(number))
    raise UnsettledError("the list does not show the persona")


async def _list_detail(bench: Bench) -> Found:
    for name in ("headers", "extra_body"):
        bench.was_sent((*_LLM, name))
    row = get(await _own_row(bench), _LLM)
    members = row if isinstance(row, dict) else {}
    missing = [name for name in ("headers", "extra_body") if name not in members]
    if not missing:
        return Found("its row has layers.llm.headers and extra_body", "full")
    return Found(f"its row lacks layers.llm.{' and '.join(missing)}", "summary")


async def _page_zero(bench: Bench) -> Found:
    query = {"limit": "1", "persona_type": "user"}
    _, first, _ = await _page(bench, **query, page="1")
    reply, zeroth, _ = await _page(bench, **query, page="0")
    if reply.refused:
        return Found(f"page 0 answered {reply}", False)
    if _ids(zeroth) != _ids(first):
        raise UnsettledError("page 0 gives other rows than page 1")
    return Found("pages 0 and 1 give the same row", True)


def _ids(rows: list[Json]) -> list[Json]:
    return [row.get("persona_id") if isinstance(row, dict) else row for row in rows]


async def _beyond(bench: Bench) -> tuple[Reply, int, int | None]:
    reply, rows, total = await _page(bench, limit=str(_FULL_PAGE + 1), page="1")
    return reply, len(rows), total


async def _max_limit(bench: Bench) -> Found:
    reply, rows, total = await _beyond(bench)
    if reply.refused:
        most = await _largest_page(bench)
        return Found(f"limit {_FULL_PAGE + 1} answered {reply}; {most} is taken", most)
    if rows > _FULL_PAGE:
        return Found(f"limit {_FULL_PAGE + 1} gave {rows} rows", rows)
    if total is None or rows >= total:
        raise UnsettledError(f"the account has too few personas to tell: {rows}")
    return Found(f"limit {_FULL_PAGE + 1} gave {rows} rows of {total}", rows)


async def _largest_page(bench: Bench) -> int:
    taken, refused = 0, _FULL_PAGE + 1
    trying = _FULL_PAGE
    while taken + 1 < refused:
        reply, _, _ = await _page(bench, limit=str(trying), page="1")
        taken, refused = (taken, trying) if reply.refused else (trying, refused)
        trying = (taken + refused) // 2
    return taken


async def _over_limit(bench: Bench) -> Found:
    reply, rows, total = await _beyond(bench)
    if reply.refused:
        return Found(f"limit {_FULL_PAGE + 1} answered {reply}", "refuse")
    if rows > _FULL_PAGE or total is None or rows >= total:
        raise UnsettledError(f"limit {_FULL_PAGE + 1} gave {rows} rows of {total}: not too many")
    return Found(f"limit {_FULL_PAGE + 1} gave {rows} rows of {total}", "clamp")


async def _reorder_keys(bench: Bench) -> Found:
    for path in ((*_LLM, "extra_body"), _LLM):
        sent, seen = list(bench.was_sent(path)), await bench.member(path)
        kept = [name for name in seen if name in sent]
        if kept != [name for name in sent if name in seen]:
            return Found(f"{path[-1]} was sent as {', '.join(sent)}; came {', '.join(kept)}", True)
    return Found("members of layers.llm come in the order they were sent in", False)


async def _empty_defaults(bench: Bench) -> Found:
    shown = await bench.shown()
    empty = [name for name in shown if name not in bench.sent and is_unset(shown[name])]
    if empty:
        return Found(f"empty although nobody set them: {', '.join(empty[:4])} …", True)
    return Found("nothing that was not set comes back empty", False)


async def _filled_in(bench: Bench, path: Path) -> list[str]:
    sent, seen = bench.was_sent(path), await bench.member(path)
    return [name for name in seen if name not in sent]


async def _spell_out_tts(bench: Bench) -> Found:
    more = await _filled_in(bench, _TTS)
    return Found(f"besides what was sent: {', '.join(more) or 'nothing'}", bool(more))


async def _hide_llm_defaults(bench: Bench) -> Found:
    llm = get(await bench.shown(), _LLM)
    seen = isinstance(llm, dict) and "speculative_inference" in llm
    return Found(f"speculative_inference, not sent, is {'shown' if seen else 'left out'}", not seen)


async def _flow_fill(bench: Bench) -> Found:
    more = await _filled_in(bench, _FLOW)
    flow = await bench.member(_FLOW)
    values = {name: flow[name] for name in _FILLED if name in more}
    if not values:
        raise UnsettledError("no member of the layer was filled in")
    told = ", ".join(f"{name} {value}" for name, value in values.items())
    return Found(f"filled in: {told}", "nulls" if set(values.values()) == {None} else "defaults")


async def _both_interruptibility(bench: Bench) -> Found:
    bench.was_sent(_FLOW)
    flow = await bench.member(_FLOW)
    spellings = [name for name in flow if name.endswith("_interruptibility")]
    if not spellings:
        raise UnsettledError("no spelling of it is shown")
    return Found(f"shown: {', '.join(spellings)}", len(spellings) > 1)


EXPERIMENTS: Final = (
    Experiment("documented_get_wrapper", _wrapper, 1),
    Experiment("reorder_keys", _reorder_keys, 1),
    Experiment("empty_defaults", _empty_defaults, 1),
    Experiment("spell_out_tts", _spell_out_tts, 1),
    Experiment("hide_llm_defaults", _hide_llm_defaults, 1),
    Experiment("flow_fill", _flow_fill, 1),
    Experiment("both_interruptibility", _both_interruptibility, 1),
    Experiment("not_found", _not_found, 1),
    Experiment("list_detail", _list_detail, 2 + _MOST_PAGES),
    Experiment("page_zero", _page_zero, 2),
    Experiment("max_limit", _max_limit, 9),
    Experiment("over_limit", _over_limit, 1),
)
