"""The live side: what each request does, and what can go wrong on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from model.world import CREATE, DELETE, UPDATE, Call, Persona, State, persona_of, spend

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sent(NamedTuple):
    """How a call went: the state after it and what the sender knows."""

    note: str
    state: State
    answer: Persona | None
    """The persona as answered; None for 404, and where nothing is known."""
    is_known: bool


class Seen(NamedTuple):
    """What a read showed."""

    note: str
    state: State
    personas: tuple[Persona, ...]


def executed(state: State, call: Call) -> tuple[State, Persona | None]:
    """What a request does when it arrives, and the answer; None for 404."""
    if call.verb == CREATE:
        created = Persona(state.last_id + 1, call.name, call.content)
        after = state._replace(last_id=created.id)
        return live(after, (*state.personas, created)), created
    found = persona_of(state.personas, call.id)
    if found is None:
        return state, None
    others = tuple(persona for persona in state.personas if persona.id != call.id)
    if call.verb == DELETE:
        return live(state, others), found
    changed = Persona(call.id, call.name, call.content)
    return live(state, tuple(sorted((*others, changed)))), changed


def live(state: State, personas: tuple[Persona, ...]) -> State:
    """The state in which these personas are live."""
    if personas == state.personas:
        return state
    return state._replace(
        personas=personas, before=state.personas if state.budget.stale else state.before
    )


def send(state: State, call: Call) -> Iterator[Sent]:
    """Every way a call can go."""
    after, answer = executed(state, call)
    yield Sent("", after, answer, is_known=True)
    if not state.budget.faults:
        return
    yield Sent(", answer lost", spend(after, "faults"), None, is_known=False)
    spent = spend(state, "faults")
    late = spent._replace(wire=tuple(sorted((*state.wire, call))))
    yield Sent(", delayed", late, None, is_known=False)
    if call.verb == UPDATE:
        yield Sent(", answered but ignored", spent, answer, is_known=True)


def listed(state: State) -> Iterator[Seen]:
    """Every list that can be seen: as it is, as it was, lacking one."""
    yield Seen("", state, state.personas)
    if not state.budget.stale:
        return
    stale = {
        tuple(persona for persona in state.personas if persona is not lacking)
        for lacking in state.personas
    }
    for personas in sorted((stale | {state.before}) - {state.personas}):
        yield Seen(", stale", spend(state, "stale"), personas)


def read_directly(state: State, identifier: int) -> Iterator[Seen]:
    """Every answer to a direct read: the persona as it is, or a 404 that may be untrue."""
    found = persona_of(state.personas, identifier)
    yield Seen("", state, () if found is None else (found,))
    if found is not None and state.budget.stale:
        yield Seen(", stale", spend(state, "stale"), ())
