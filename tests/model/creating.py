"""A run that creates: under a nonce for a name, until the id is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.leasing import lost
from model.outcomes import called, given_up
from model.planning import without
from model.server import listed, send
from model.store import replace
from model.world import (
    BIND,
    CALL,
    CREATE,
    FINAL,
    SEARCH,
    UPDATE,
    Binding,
    Call,
    Intent,
    Move,
    Persona,
    Run,
    State,
    provisional,
    with_run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.rules import Rules


def create(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """POST, under a name that carries the nonce."""
    run, intent = state.runs[slot], state.runs[slot].todo[0]
    name = provisional(intent.nonce) if rules.nonce_in_name else FINAL
    post = Call(CREATE, 0, name, intent.content)
    for sent in send(state, post):
        after = run._replace(at=SEARCH)
        if sent.answer is not None:
            after = created(rules, run, sent.answer)
        yield called(state, slot, sent, f"POST {name}", after)


def created(rules: Rules, run: Run, persona: Persona) -> Run:
    """The run that knows what it created."""
    if rules.bind_before_rename:
        return run._replace(at=BIND, created=persona)
    return bound(run, persona)._replace(at=CALL)


def bound(run: Run, persona: Persona) -> Run:
    """The run whose create has become a rename of what it created."""
    intent = run.todo[0]
    rename = Intent(UPDATE, persona.id, content=intent.content)
    own = without(run.own, intent)
    own = own._replace(
        binding=Binding(persona.id, intent.nonce, persona.content), intents=(rename, *own.intents)
    )
    return run._replace(own=own, todo=(rename, *run.todo[1:]), created=None)


def bind(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """The id into the document."""
    run = state.runs[slot]
    if run.created is None:
        return
    run = bound(run, run.created)
    won = replace(rules, state, slot, run.own)
    if won is None:
        yield lost(rules, with_run(state, slot, run), slot, CALL)
    else:
        run = run._replace(at=CALL, is_fresh=True, is_expired=False)
        yield Move(f"records persona {run.todo[0].id}", with_run(won, slot, run))


def search(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """After a lost answer: what carries the nonce is the created one."""
    run = state.runs[slot]
    name = provisional(run.todo[0].nonce)
    for seen in listed(state):
        found = next((persona for persona in seen.personas if persona.name == name), None)
        after = given_up(run) if found is None else created(rules, run, found)
        yield Move(f"lists{seen.note}", with_run(seen.state, slot, after))
