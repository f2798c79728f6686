"""The shortest patch against other generators, on the edits people really make; one run, ratios.

    python benchmarks/patch.py

Corpus: personas of about 12.5 KB with tools, queries and ids, and the kinds of edits counted in
public projects: most are one field, the prompt first; tools added, removed, changed; several at
once. Rivals: the jsonpatch package, with and without move, a naive walker that goes by name and
position, and, where it is installed, deepdiff's delta, which is no RFC 6902. Every patch is applied
and compared.
"""

from __future__ import annotations

import copy
import json
import random
import statistics
import time
from typing import TYPE_CHECKING, Any

import jsonpatch

from reconciler.core.document import equal, pointer
from reconciler.core.patch import (
    SURGICAL,
    TAVUS,
    WIRE,
    PatchRules,
    Scope,
    apply_patch,
    measured_patch,
    minimal_patch,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Document = dict[str, Any]

WORDS = ("listen", "speak", "answer", "customer", "order", "refund", "please", "calm", "warm")


def text(source: random.Random, words: int) -> str:
    """Prose of so many words, in lines."""
    chosen = [source.choice(WORDS) for _ in range(words)]
    return "\n".join(" ".join(chosen[at : at + 14]) for at in range(0, words, 14))


def tool(source: random.Random, name: str) -> Document:
    """An inline tool with a few parameters."""
    properties = {
        f"{source.choice(WORDS)}_{number}": {"type": "string", "description": text(source, 9)}
        for number in range(source.randint(2, 5))
    }
    parameters = {"type": "object", "properties": properties, "required": sorted(properties)[:1]}
    return {
        "type": "function",
        "function": {"name": name, "description": text(source, 20), "parameters": parameters},
    }


def persona(source: random.Random) -> Document:
    """A persona of about 12.5 KB."""
    return {
        "persona_name": f"Persona {source.randint(1, 99)}",
        "system_prompt": text(source, 1_240),
        "document_ids": [f"d{source.randrange(16**10):010x}" for _ in range(source.randint(2, 12))],
        "guardrail_tags": ["privacy", "no-medical-advice"],
        "layers": {
            "llm": {
                "model": "tavus-gemma-4",
                "extra_body": {"temperature": 0.5, "top_p": 0.9},
                "tools": [tool(source, f"tool_{number}") for number in range(source.randint(3, 9))],
            },
            "tts": {"tts_engine": "cartesia", "voice_settings": {"speed": 0.1}},
            "perception": {
                "perception_model": "raven-1",
                "visual_awareness_queries": [text(source, 8) for _ in range(source.randint(2, 9))],
            },
            "stt": {"stt_engine": "tavus-auto", "hotwords": text(source, 6)},
        },
    }


def _prompt(d: Document, source: random.Random) -> None:
    d["system_prompt"] = d["system_prompt"].replace("calm", "patient", 1) + text(source, 20)


def _model(d: Document, source: random.Random) -> None:
    del source
    d["layers"]["llm"]["model"] = "tavus-gpt-oss"


def _hotwords(d: Document, source: random.Random) -> None:
    d["layers"]["stt"]["hotwords"] = text(source, 7)


def _tool_word(d: Document, source: random.Random) -> None:
    chosen = source.choice(d["layers"]["llm"]["tools"])["function"]
    name = min(chosen["parameters"]["properties"])
    chosen["parameters"]["properties"][name]["description"] += " now"


def _tool_added(d: Document, source: random.Random) -> None:
    tools = d["layers"]["llm"]["tools"]
    tools.insert(source.randint(0, len(tools)), tool(source, "added"))


def _tool_removed(d: Document, source: random.Random) -> None:
    tools = d["layers"]["llm"]["tools"]
    del tools[source.randrange(len(tools))]


def _tool_added_and_changed(d: Document, source: random.Random) -> None:
    _tool_word(d, source)
    d["layers"]["llm"]["tools"].insert(0, tool(source, "added"))


def _query_in_the_middle(d: Document, source: random.Random) -> None:
    d["layers"]["perception"]["visual_awareness_queries"].insert(1, text(source, 8))


def _id_removed(d: Document, source: random.Random) -> None:
    del d["document_ids"][source.randrange(len(d["document_ids"]))]


def _layer_gone(d: Document, source: random.Random) -> None:
    del source, d["layers"]["tts"]


def _layer_new(d: Document, source: random.Random) -> None:
    del source
    d["layers"]["conversational_flow"] = {"turn_taking_patience": "high", "idle_engagement": "off"}


def _several(d: Document, source: random.Random) -> None:
    for edit in (_prompt, _model, _tool_word, _tool_removed, _query_in_the_middle, _id_removed):
        edit(d, source)


def _number_respelled(d: Document, source: random.Random) -> None:
    del source
    d["layers"]["llm"]["extra_body"] = {"temperature": 0.5, "top_p": 0.9}
    d["layers"]["tts"]["voice_settings"]["speed"] = 0.10


EDITS: tuple[tuple[str, int, Callable[[Document, random.Random], None]], ...] = (
    ("prompt", 12, _prompt),
    ("model", 3, _model),
    ("hotwords", 2, _hotwords),
    ("one word in a tool", 5, _tool_word),
    ("tool added", 4, _tool_added),
    ("tool removed", 2, _tool_removed),
    ("tool added, another changed", 2, _tool_added_and_changed),
    ("query in the middle", 2, _query_in_the_middle),
    ("id removed", 1, _id_removed),
    ("layer gone", 1, _layer_gone),
    ("layer new", 1, _layer_new),
    ("six at once", 3, _several),
    ("nothing", 2, _number_respelled),
)
"""What is edited, how often in forty, how."""


def naive(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Document]:
    """What a first attempt does: members by name, elements by position, the rest at the end."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before.keys() - after.keys():
            yield {"op": "remove", "path": pointer((*path, name))}
        for name, value in after.items():
            if name in before:
                yield from naive(before[name], value, (*path, name))
            else:
                yield {"op": "add", "path": pointer((*path, name)), "value": value}
    elif isinstance(before, list) and isinstance(after, list):
        for at in range(min(len(before), len(after))):
            yield from naive(before[at], after[at], (*path, str(at)))
        for at in range(len(before) - 1, len(after) - 1, -1):
            yield {"op": "remove", "path": pointer((*path, str(at)))}
        for at in range(len(before), len(after)):
            yield {"op": "add", "path": pointer((*path, "-")), "value": after[at]}
    elif before != after:
        yield {"op": "replace", "path": pointer(path), "value": after}


def restricted(before: Any, after: Any) -> Any:
    """The jsonpatch package without move."""
    return jsonpatch.JsonPatch.from_diff(before, after, optimization=False).patch


REUSE = PatchRules(Scope.WIRE, reuse=True)

GENERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "surgical": lambda a, b: minimal_patch(a, b, SURGICAL),
    "wire": lambda a, b: minimal_patch(a, b, WIRE),
    "tavus (tests included)": lambda a, b: minimal_patch(a, b, TAVUS),
    "wire, reuse": lambda a, b: minimal_patch(a, b, REUSE),
    "jsonpatch": lambda a, b: jsonpatch.make_patch(a, b).patch,
    "jsonpatch, no move": restricted,
    "naive walker": lambda a, b: list(naive(a, b)),
}


def size(patch: Any) -> int:
    """Bytes as compact UTF-8 JSON."""
    return len(json.dumps(list(patch), ensure_ascii=False, separators=(",", ":")).encode())


def pairs(seed: int = 3, rounds: int = 4) -> Iterator[tuple[str, Document, Document]]:
    """Edit, before, after."""
    source = random.Random(seed)
    for _ in range(rounds):
        for name, often, edit in EDITS:
            for _ in range(often):
                before = persona(source)
                after = copy.deepcopy(before)
                edit(after, source)
                yield name, before, after


def corpus() -> None:
    """Operations, bytes, microseconds, as ratios to the surgical patch."""
    found = list(pairs())
    rows: dict[str, tuple[float, float, float, int]] = {}
    for name, generate in GENERATORS.items():
        operations, sizes, times, wrong = [], [], [], 0
        for _, before, after in found:
            start = time.perf_counter()
            patch = generate(before, after)
            times.append(time.perf_counter() - start)
            operations.append(len(patch))
            sizes.append(size(patch))
            wrong += not equal(apply_patch(before, patch), after)
        rows[name] = (
            statistics.mean(operations),
            statistics.mean(sizes),
            statistics.median(times) * 1e6,
            wrong,
        )
    ops, bytes_, micros, _ = rows["surgical"]
    print(f"{len(found)} pairs, {statistics.mean(size([b]) for _, b, _ in found):,.0f} bytes each")
    print(f"{'':24} operations        bytes          median time     wrong")
    for name, (o, b, t, wrong) in rows.items():
        print(
            f"{name:24} {o:5.2f} ({o / ops:4.2f})  {b:7.0f} ({b / bytes_:5.2f})"
            f"  {t:6.0f} us ({t / micros:5.2f})  {wrong}"
        )
    rivals = {name: sizes_of(name, found) for name in ("jsonpatch, no move", "naive walker")}
    deltas = delta(found, bytes_, micros)
    if deltas:
        rivals["deepdiff delta"] = deltas
    for ours in ("surgical", "wire"):
        shorter(ours, found, rivals)
    shorter("wire, reuse", found, {**rivals, "jsonpatch": sizes_of("jsonpatch", found)})


def sizes_of(name: str, found: list[tuple[str, Document, Document]]) -> list[int]:
    """Bytes of each patch."""
    return [size(GENERATORS[name](before, after)) for _, before, after in found]


def shorter(
    ours: str, found: list[tuple[str, Document, Document]], rivals: dict[str, list[int]]
) -> None:
    """On how many pairs others send fewer bytes."""
    sent = sizes_of(ours, found)
    less = {name: sum(map(int.__lt__, sizes, sent)) for name, sizes in rivals.items()}
    print(f"pairs with fewer bytes than «{ours}»:", *(f"{n} {name};" for name, n in less.items()))


def delta(found: list[tuple[str, Document, Document]], least: float, fastest: float) -> list[int]:
    """Bytes of deepdiff's own format, where that is installed."""
    try:
        from deepdiff import DeepDiff, Delta
        from deepdiff.serialization import json_dumps
    except ImportError:
        print("deepdiff is not installed and was left out")
        return []
    sizes, times = [], []
    for _, before, after in found:
        start = time.perf_counter()
        text = Delta(DeepDiff(before, after), serializer=json_dumps).dumps()
        times.append(time.perf_counter() - start)
        sizes.append(len(text.encode()))
    mean, median = statistics.mean(sizes), statistics.median(times) * 1e6
    figures = f"{mean:7.0f} ({mean / least:5.2f})  {median:6.0f} us ({median / fastest:5.2f})"
    print(f"{'deepdiff delta':24} {'':12}  {figures}")
    return sizes


def growth() -> None:
    """Milliseconds for large documents; doubling the size should about double the time."""
    source = random.Random(1)
    for number in (250, 500, 1_000, 2_000):
        have = [text(source, 6) for _ in range(number)]
        _row(f"{number} strings, one inserted in front", have, ["new", *have])
        shuffled = source.sample(have, len(have))
        _row(f"{number} strings, shuffled", have, shuffled)
    for kilobytes in (100, 200, 400):
        prompt = text(source, kilobytes * 160)
        _row(f"{kilobytes} KB prompt, one word", {"p": prompt}, {"p": prompt + " now"})


def _row(title: str, before: Any, after: Any) -> None:
    start = time.perf_counter()
    found = measured_patch(before, after, SURGICAL)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    jsonpatch.make_patch(before, after)
    theirs = time.perf_counter() - start
    exact = "exact" if found.is_exact else "bounded"
    print(
        f"{title:42} {ours * 1e3:8.1f} ms  {len(found.operations):5} operations  {exact:8}"
        f" {ours / theirs:6.2f} of jsonpatch's time"
    )


if __name__ == "__main__":
    corpus()
    print()
    growth()
