"""What is promised: by each call while it is sent, and of the world when all is over."""

from __future__ import annotations

from typing import Final

from model.world import (
    DELETE,
    DROPPED,
    EDITED,
    FINAL,
    THEIRS,
    UPDATE,
    Intent,
    State,
    persona_of,
)

TWO_WRITERS: Final = "a call by a run that does not hold the lease"
NO_INTENT: Final = "a call whose intent is not in the document"
EDIT_DELETED: Final = "a delete of a persona that a person edited"
EDIT_OVERWRITTEN: Final = "a change by a person overwritten without a look after our own write"

MISSING: Final = "the wanted persona is missing"
SURPLUS: Final = "a persona of ours is left over"
WRONG: Final = "the wanted persona has another name or content"
NOT_BOUND: Final = "the document does not know what is live"
NOT_DELETED: Final = "an unwanted persona is still there"
UNSETTLED: Final = "an intent or a lease is still there"
STUCK: Final = "a run can neither go on nor end"


def broken_by(state: State, slot: int, intent: Intent) -> str:
    """The promise that a call breaks at the moment it is sent; empty for none."""
    run = state.runs[slot]
    if state.document.lease != (slot, run.life):
        return TWO_WRITERS
    if intent not in state.document.intents:
        return NO_INTENT
    persona = persona_of(state.personas, intent.id)
    if persona is None or persona.content != EDITED:
        return ""
    if intent.kind == DELETE:
        return EDIT_DELETED
    return EDIT_OVERWRITTEN if intent.kind == UPDATE and run.is_blind else ""


def broken_at_the_end(state: State, want: str) -> str:
    """The promise that the world breaks after a run without faults; empty for none."""
    binding = state.document.binding
    is_theirs = {p.id for p in state.personas if p.name == THEIRS}
    bound = None if binding is None else persona_of(state.personas, binding.id)
    others = [p for p in state.personas if p != bound and p.id not in is_theirs]
    if others:
        return SURPLUS
    if state.document.intents or state.document.lease:
        return UNSETTLED
    if (binding is None) != (bound is None):
        return NOT_BOUND
    if want == DROPPED:
        return "" if bound is None or bound.content == EDITED else NOT_DELETED
    if bound is None:
        return MISSING
    return "" if (bound.name, bound.content) == (FINAL, want) else WRONG
