"""What telling a prompt's change costs, and how much there is to read, in one run.

    python benchmarks/prose.py

Time: against the standard library's differ on the words of the same pair. Reading: characters of
our terminal lines against both texts printed, and against a unified diff of lines.
"""

from __future__ import annotations

import difflib
import random
import time
from typing import TYPE_CHECKING

from reconciler.core.prose.diff import prose_diff
from reconciler.report.prose_lines import prose_lines

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 7


def prompt(words: int) -> str:
    """Sections of paragraphs, one paragraph a line, from a vocabulary of 2,000 words."""
    draw = random.Random(SEED)
    vocabulary = [f"word{number}" for number in range(2_000)]
    paragraphs: list[str] = []
    written = 0
    while written < words:
        if len(paragraphs) % 4 == 0:
            paragraphs.append(f"## Section {len(paragraphs) // 4}")
        length = draw.randint(40, 140)
        paragraphs.append(" ".join(draw.choices(vocabulary, k=length)) + ".")
        written += length
    return "\n\n".join(paragraphs)


def edits(text: str) -> dict[str, str]:
    """What → the text after it."""
    paragraphs = text.split("\n\n")
    moved = [*paragraphs[:8], *paragraphs[20:60], *paragraphs[8:20], *paragraphs[60:]]
    each = [p if p.startswith("#") else p.replace(" ", " really ", 1) for p in paragraphs]
    return {
        "one word": text[:30_000] + text[30_000:].replace(" word1", " other", 1),
        "twelve paragraphs moved": "\n\n".join(moved),
        "a word in every paragraph": "\n\n".join(each),
    }


def seconds(work: Callable[[], object]) -> float:
    """The least CPU seconds of three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def by_words(before: str, after: str) -> list[tuple[str, int, int, int, int]]:
    """The standard differ on words."""
    return difflib.SequenceMatcher(None, before.split(), after.split()).get_opcodes()


def main() -> None:
    """Print the figures."""
    text = prompt(10_000)
    print(f"a prompt of {len(text.split()):,} words, {len(text):,} characters")
    for what, after in edits(text).items():
        ours = seconds(lambda after=after: prose_diff(text, after))
        theirs = seconds(lambda after=after: by_words(text, after))
        shown = sum(len(line) + 1 for line in prose_lines(prose_diff(text, after)))
        lines = difflib.unified_diff(text.split("\n"), after.split("\n"), lineterm="", n=2)
        unified = sum(len(line) + 1 for line in lines)
        print(
            f"  {what}: {ours * 1e3:.0f} ms, the words' differ takes {theirs / ours:.1f} times that"
        )
        print(
            f"    to read: {shown:,} characters; both texts {(len(text) + len(after)) / shown:,.0f}"
            f" times, a line diff {unified / shown:,.1f} times that"
        )
    large = prompt(52_000)
    for what, after in edits(large).items():
        taken = seconds(lambda after=after: prose_diff(large, after))
        print(f"  {len(large):,} characters, {what}: {taken:.2f} s")


if __name__ == "__main__":
    main()
