"""A run that calls: creates, updates and deletes, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.leasing import lost, renew
from model.planning import applied, forgotten, is_ours, without
from model.promises import broken_by
from model.server import Sent, listed, read_directly, send
from model.store import replace
from model.world import (
    BIND,
    CALL,
    COMPARE,
    CREATE,
    DELETE,
    EDITED,
    FINAL,
    RELEASE,
    REMOVE,
    SEARCH,
    UPDATE,
    VERIFY,
    Binding,
    Call,
    Document,
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


def next_of(run: Run, own: Document) -> Run:
    """The run after an intent whose outcome is definite."""
    todo = run.todo[1:]
    return run._replace(own=own, todo=todo, at=CALL if todo else RELEASE, is_blind=False)


def given_up(run: Run) -> Run:
    """The run after an intent whose outcome is unknown: it stays open, and nothing follows."""
    return run._replace(todo=(), at=RELEASE, is_blind=False)


# ---------------------------------------------------------------- create


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


# ---------------------------------------------------------------- update


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


# ---------------------------------------------------------------- delete


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


def called(state: State, slot: int, sent: Sent, what: str, run: Run) -> Move:
    """The move that a call is."""
    broken = broken_by(state, slot, state.runs[slot].todo[0])
    return Move(f"{what}{sent.note}", with_run(sent.state, slot, run), broken)
