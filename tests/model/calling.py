"""The calls of a run, one after the other, as long as its lease lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.creating import create
from model.deleting import remove, reread
from model.leasing import renew
from model.updating import update
from model.world import CREATE, UPDATE, Move, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.rules import Rules


def call(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """The next call of the plan, if the lease lasts for it."""
    run = state.runs[slot]
    intent = run.todo[0]
    if run.is_expired and rules.lease_checked:
        yield from renew(rules, state, slot)
    elif intent.kind == CREATE:
        yield from create(rules, state, slot)
    elif intent.kind == UPDATE:
        yield from update(rules, state, slot)
    elif rules.deletes_reread:
        yield from reread(rules, state, slot)
    else:
        yield from remove(rules, state, slot)
