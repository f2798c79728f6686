"""What a page of many changes costs: to make it, and to open it in a headless Chromium.

    python benchmarks/html.py [NUMBER_OF_CHANGES]

Each change edits two words of a 12.5 KB prompt. Opening is the time of a whole Chromium that loads
the page and draws it, less that of one that draws an empty page.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from plan import WORDS

from reconciler.core.action import Action
from reconciler.core.diagnostics import Place
from reconciler.core.diff import FieldChange
from reconciler.core.plan import Change, Plan
from reconciler.core.resource import Address
from reconciler.report.html import plan_html

CHROMIUM = (
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--window-size=1280,900"),
)


def many_changes(number: int) -> Plan:
    """A plan of so many edited prompts."""
    source = random.Random(7)
    changes = tuple(_edit(index, source) for index in range(number))
    return Plan("prod", "https://tavusapi.com", "0" * 32, 7, changes, "0" * 32)


def _edit(index: int, source: random.Random) -> Change:
    lines = [" ".join(source.choice(WORDS) for _ in range(16)) for _ in range(120)]
    before = "\n\n".join("\n".join(lines[at : at + 6]) for at in range(0, len(lines), 6))
    lines[20] = lines[20].replace(" ", " surely ", 1)
    lines[90] = lines[90].replace(" ", " never ", 1)
    after = "\n\n".join("\n".join(lines[at : at + 6]) for at in range(0, len(lines), 6))
    address = Address("persona", f"p{index:05}")
    place = Place(f"personas/p{index:05}.yaml")
    field = FieldChange(("system_prompt",), before, after)
    patch = ({"op": "replace", "path": "/system_prompt", "value": after},)
    return Change(
        address, Action.UPDATE, f"p{index:011x}", fields=(field,), patches=(patch,), place=place
    )


def drawn(page: Path) -> float:
    """The least seconds of five runs of a Chromium that opens and draws a page."""
    best = float("inf")
    for _ in range(5):
        with tempfile.TemporaryDirectory() as profile:
            shot = Path(profile) / "shot.png"
            words = [*CHROMIUM, f"--user-data-dir={profile}", f"--screenshot={shot}", page.as_uri()]
            start = time.perf_counter()
            subprocess.run(words, check=True, capture_output=True)
            best = min(best, time.perf_counter() - start)
    return best


def main(number: int) -> None:
    """Print the figures."""
    plan = many_changes(number)
    start = time.process_time()
    text = plan_html(plan)
    made = time.process_time() - start
    print(f"a page of {number:,} changes: {len(text) / 1e6:.1f} MB, {made:.2f} s of CPU to make")
    if shutil.which("chromium") is None:
        print("  chromium is not installed: opening is not measured")
        return
    with tempfile.TemporaryDirectory() as directory:
        page, empty = Path(directory) / "page.html", Path(directory) / "empty.html"
        page.write_text(text, encoding="utf-8")
        empty.write_text("<!DOCTYPE html><title>empty</title>", encoding="utf-8")
        nothing, whole = drawn(empty), drawn(page)
    print(
        f"  opened and drawn in {whole - nothing:.2f} s, beside {nothing:.2f} s of Chromium alone"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
