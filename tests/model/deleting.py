"""A run that deletes: only what it has just seen, and only as we left it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.leasing import renew
from model.outcomes import called, given_up, next_of
from model.planning import forgotten, is_ours, without
from model.server import read_directly, send
from model.world import DELETE, EDITED, REMOVE, Call, Document, Move, Persona, State, with_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.rules import Rules


def reread(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """Read right before a delete: who was edited stays. A 404 is left to the next run to settle."""
    run, intent = state.runs[slot], state.runs[slot].todo[0]
    for seen in read_directly(state, intent.id):
        if not seen.personas and rules.unseen_not_deleted:
            after = given_up(run)
        elif all(may_go(run.own, persona) for persona in seen.personas):
            after = run._replace(at=REMOVE)
        else:
            after = next_of(run, without(run.own, intent))
        yield Move(f"reads persona {intent.id}{seen.note}", with_run(seen.state, slot, after))


def may_go(own: Document, persona: Persona) -> bool:
    """Whether a persona that is to be deleted is as we left it."""
    if own.binding is not None and own.binding.id == persona.id:
        return is_ours(own.binding, persona)
    return persona.content != EDITED


def remove(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """DELETE; a 404 is as good."""
    run, intent = state.runs[slot], state.runs[slot].todo[0]
    if run.is_expired and rules.lease_checked:
        yield from renew(rules, state, slot)
        return
    for sent in send(state, Call(DELETE, intent.id)):
        after = given_up(run)
        if sent.is_known:
            own = without(run.own, intent)
            is_bound = own.binding is not None and own.binding.id == intent.id
            after = next_of(run, forgotten(rules, own) if is_bound else own)
        yield called(state, slot, sent, f"DELETE {intent.id}", after)
