"""How often the patch is the shortest there is, against an exhaustive search.

    python benchmarks/proof.py [PAIRS] [PAIRS_WITH_REUSE]

The pairs and the searches are those of the tests (tests/small_documents.py, tests/patch_search.py,
tests/patch_search_reuse.py), with far more effort per pair. Without move and copy every finished
pair has to be optimal; with them the share that is, and how much is sent too much, are printed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from patch_search import UnfinishedError, shorter_patch, wire_size
from patch_search_reuse import shortest_with_reuse
from small_documents import pairs

from reconciler.core.patch import SURGICAL, WIRE, PatchRules, Scope, minimal_patch

EFFORT = 2_000
REUSE_EFFORT = 6_000
"""States a search may keep before the pair is given up."""


def price(patch: Any) -> tuple[int, int]:
    """Bytes with positions as one character, operations."""
    return wire_size(patch), len(patch)


def exact(number: int) -> None:
    """Add, remove and replace: all finished pairs have to be optimal."""
    for name, rules in (("surgical", SURGICAL), ("wire", WIRE)):
        finished = longer = 0
        for before, after in pairs(number, 11):
            claimed = price(minimal_patch(before, after, rules))
            surgical = rules.scope is Scope.SURGICAL
            try:
                found = shorter_patch(before, after, claimed, is_surgical=surgical, effort=EFFORT)
            except UnfinishedError:
                continue
            finished += 1
            longer += found is not None
        print(f"{name:9} {number:,} pairs, {finished:,} finished, {finished - longer:,} optimal")
        if longer:
            sys.exit(f"{longer} pairs are not optimal: the theorem or the program is wrong")


def reuse(number: int) -> None:
    """With move and copy: the share that is optimal, and the bytes beyond the optimum."""
    finished = optimal = ours = best = 0
    rules = PatchRules(Scope.WIRE, reuse=True)
    for before, after in pairs(number, 12):
        claimed = price(minimal_patch(before, after, rules))
        try:
            found = shortest_with_reuse(before, after, claimed, effort=REUSE_EFFORT)
        except UnfinishedError:
            continue
        finished += 1
        optimal += found[0] == claimed[0]
        ours, best = ours + claimed[0], best + found[0]
    print(
        f"reuse     {number:,} pairs, {finished:,} finished, {optimal / finished:.1%} optimal,"
        f" {ours / best - 1:.2%} over in total"
    )


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    many, fewer = [*given, *(20_000, 2_000)[len(given) :]]
    exact(many)
    reuse(fewer)
