"""A run that updates: what it wrote has to read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.outcomes import called, given_up, next_of
from model.planning import applied
from model.server import read_directly, send
from model.world import (
    CALL,
    COMPARE,
    EDITED,
    FINAL,
    UPDATE,
    VERIFY,
    Call,
    Move,
    Persona,
    State,
    with_run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.rules import Rules


def update(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """PATCH of name and content."""
    run, intent = state.runs[slot], state.runs[slot].todo[0]
    for sent in send(state, Call(UPDATE, intent.id, FINAL, intent.content)):
        after = run._replace(is_blind=True)
        if not sent.is_known:
            after = after._replace(at=COMPARE if rules.patch_never_blind else CALL)
        elif sent.answer is None:
            after = given_up(after)
        elif rules.verified_by_reading:
            after = after._replace(at=VERIFY)
        else:
            after = next_of(after, applied(run.own, intent))
        yield called(state, slot, sent, f"PATCH {intent.id} to {intent.content}", after)


def verify(_rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """Read what was written: done where it shows; where not, once more only if it may be unsent."""
    run, intent = state.runs[slot], state.runs[slot].todo[0]
    wanted = Persona(intent.id, FINAL, intent.content)
    for seen in read_directly(state, intent.id):
        if seen.personas == (wanted,):
            after = next_of(run, applied(run.own, intent))
        elif run.at == COMPARE and seen.personas and seen.personas[0].content != EDITED:
            after = run._replace(at=CALL, is_blind=False)
        else:
            after = given_up(run)
        yield Move(f"reads persona {intent.id}{seen.note}", with_run(seen.state, slot, after))
