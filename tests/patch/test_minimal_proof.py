"""The theorem, against an exhaustive search that shares no code with the engine."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import pytest
from patch_search import UnfinishedError, shorter_patch, wire_size
from small_documents import pairs

from reconciler.core.patch import SURGICAL, WIRE, PatchRules, Scope, measured_patch

PAIRS: Final = 2_000
SHARES: Final = 4
EFFORT: Final = 120
"""States an exhaustive search may keep; nine in ten need fewer. `make bench` allows far more."""


@cache
def known_pairs() -> list[tuple[Any, Any]]:
    return list(pairs(PAIRS, 1))


@pytest.mark.parametrize("rules", [SURGICAL, WIRE], ids=["surgical", "wire"])
@pytest.mark.parametrize("share", range(SHARES))
def test_no_patch_of_add_remove_and_replace_is_shorter(rules: PatchRules, share: int) -> None:
    unfinished = 0
    for before, after in known_pairs()[share::SHARES]:
        patch = measured_patch(before, after, rules)
        claimed = wire_size(patch.operations), len(patch.operations)
        assert patch.is_exact
        assert patch.size == claimed[0], (before, after)
        is_surgical = rules.scope is Scope.SURGICAL
        try:
            shorter = shorter_patch(before, after, claimed, is_surgical=is_surgical, effort=EFFORT)
        except UnfinishedError:
            unfinished += 1
        else:
            assert shorter is None, (before, after)
    assert unfinished < PAIRS // SHARES // 10
