"""How often the patch is the shortest there is, against an exhaustive search.

    python benchmarks/proof.py [PAIRS] [PAIRS_WITH_REUSE] [PAIRS_OF_LAWS]

The pairs and the searches are those of the tests (tests/small_documents.py, tests/patch_search.py,
tests/patch_search_reuse.py), with far more effort per pair. Without move and copy every finished
pair has to be optimal; with them the share that is, and how much is sent too much, are printed.
Then the laws: never longer than the jsonpatch package with reuse, the same for any order of
members.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import jsonpatch
from patch_applier import same_json
from patch_scope import breaks_scope
from patch_search import UnfinishedError, shorter_patch, wire_size
from patch_search_reuse import shortest_with_reuse
from small_documents import pairs, shuffled

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


def laws(number: int) -> None:
    """With move and copy: how the patch compares with the package's, and under other orders."""
    source = random.Random(13)
    for scope in (Scope.SURGICAL, Scope.WIRE):
        rules = PatchRules(scope, reuse=True)
        ours = theirs = longer = moved = left = 0
        for before, after in pairs(number, 13):
            patch, package = minimal_patch(before, after, rules), package_patch(before, after)
            again = minimal_patch(shuffled(before, source), shuffled(after, source), rules)
            moved += not same_json([*patch], [*again])
            left += scope is Scope.SURGICAL and breaks_scope(before, patch)
            if scope is Scope.WIRE or not breaks_scope(before, package):
                longer += wire_size(patch) > wire_size(package)
                ours, theirs = ours + wire_size(patch), theirs + wire_size(package)
        print(
            f"{scope.value:9} {number:,} pairs, jsonpatch {theirs / ours:.2f} of the bytes with"
            f" reuse; {longer} longer, {moved} depend on the order of members, {left} out of scope"
        )
        if longer or moved or left:
            sys.exit("a law of move and copy does not hold")


def package_patch(before: Any, after: Any) -> Any:
    """What the jsonpatch package sends."""
    return jsonpatch.make_patch(before, after).patch


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    many, fewer, lawful = [*given, *(20_000, 400, 20_000)[len(given) :]]
    exact(many)
    reuse(fewer)
    laws(lawful)
