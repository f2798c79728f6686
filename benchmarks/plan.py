"""What a plan costs beyond the unavoidable, as ratios within one run.

    python benchmarks/plan.py [NUMBER_OF_PERSONAS]

Bare cost: composing each definition with the fastest YAML loader, and decoding the list. Our cost:
loading, checking, planning against the decoded list. Everything is live and equal, the usual case.
Also: time of `--help` against importing click, and peak memory against the raw bytes.
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from reconciler.core.binding import Binding
from reconciler.core.canonical import canonical
from reconciler.core.diff import Sides
from reconciler.core.digest import digests_for
from reconciler.core.planning import Options, World, build_plan
from reconciler.core.resource import Live
from reconciler.core.state import StateDocument
from reconciler.core.verify import verify
from reconciler.desired.loader import load_definitions

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = ("listen", "speak", "answer", "customer", "order", "refund", "please", "calm", "warm")


def write_definitions(root: Path, number: int) -> None:
    """Personas of about 12.5 KB, as YAML with a block scalar."""
    source = random.Random(7)
    for index in range(number):
        lines = (" ".join(source.choice(WORDS) for _ in range(16)) for _ in range(120))
        prompt = "\n".join(f"  {line}" for line in lines)
        (root / f"p{index:05}.yaml").write_text(
            f"persona_name: Persona {index}\nsystem_prompt: |\n{prompt}\n"
            "layers:\n  llm: {model: tavus-gpt-oss, extra_body: {temperature: 0.5}}\n"
            "  conversational_flow: {turn_taking_patience: high}\n"
            "  perception:\n    visual_awareness_queries: [Is anybody there?, Does it rain?]\n",
            encoding="utf-8",
        )


def cpu(work: Callable[[], Any]) -> float:
    """The least CPU seconds of three runs."""
    best = float("inf")
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def bare(files: list[Path], pages: list[bytes]) -> None:
    """What nobody can avoid."""
    gc.disable()
    for file in files:
        yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for page in pages:
        json.loads(page)
    gc.enable()


def ours(root: Path, pages: list[bytes], state: StateDocument) -> int:
    """A plan, with the list as bytes."""
    loaded = load_definitions(root, environment="x", variables={}).require()
    rows = [row for page in pages for row in json.loads(page)["data"]]
    live = {row["persona_id"]: Live(row["persona_id"], row) for row in rows}
    world = World(loaded.desired, live, state, digests_for(state.lineage))
    return len(build_plan(world, Options()).changes)


def prepared(root: Path) -> tuple[list[bytes], StateDocument]:
    """The list pages and the state after an apply of everything."""
    digests = digests_for("bench")
    rows, bindings = [], {}
    for index, desired in enumerate(load_definitions(root, environment="x", variables={}).desired):
        document = {"persona_id": f"p{index:011x}", **desired.document}
        rows.append(document)
        sides = Sides(canonical(desired.document), canonical(document), {}, digests)
        bindings[desired.address] = Binding(document["persona_id"], verify(sides).records)
    pages = [
        json.dumps({"data": rows[at : at + 100], "total_count": len(rows)}).encode()
        for at in range(0, len(rows), 100)
    ]
    return pages, StateDocument("bench", bindings=bindings)


def wall(words: list[str]) -> float:
    """The least seconds of fifteen runs of a process; an installed program has its byte code."""
    env = {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    best = float("inf")
    for _ in range(15):
        start = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True, env=env)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Print the figures."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "personas"
        root.mkdir()
        write_definitions(root, number)
        files = sorted(root.glob("*.yaml"))
        pages, state = prepared(root)
        least, plan = cpu(lambda: bare(files, pages)), cpu(lambda: ours(root, pages, state))
        tracemalloc.start()
        ours(root, pages, state)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        raw = sum(file.stat().st_size for file in files) + sum(map(len, pages))
    empty = wall([sys.executable, "-c", "import click"])
    shown = wall([sys.executable, "-m", "reconciler", "--help"])
    print(f"{number:,} personas, {raw / 1e6:.1f} MB raw")
    print(f"plan / bare cost          {plan / least:5.2f}   ({plan:.2f} s / {least:.2f} s of CPU)")
    print(f"peak memory / raw bytes   {peak / raw:5.2f}")
    times = f"{shown * 1e3:.0f} ms / {empty * 1e3:.0f} ms"
    print(f"--help / import click     {shown / empty:5.2f}   ({times})")


if __name__ == "__main__":
    main()
