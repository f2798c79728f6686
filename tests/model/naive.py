"""Three ways in which tools of today create, to be explored like the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from model.server import listed, send
from model.store import is_over, stopped
from model.world import (
    BIND,
    CALL,
    CREATE,
    FINAL,
    LIST,
    READ,
    WAIT,
    Binding,
    Call,
    Move,
    State,
    with_run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Naive:
    """Create where nothing is known, and save the id after the call."""

    locks: bool = False
    """Whether a lock beside the state is held; whoever waited long enough breaks it."""
    by_name: bool = False
    """Whether the live name says what is there, instead of saved ids."""

    def steps(self, state: State, slot: int) -> Iterator[Move]:
        """Every way in which a run can take its next step."""
        at = state.runs[slot].at
        if at in {READ, WAIT}:
            yield from self.begin(state, slot)
        elif at == LIST:
            yield from self.plan(state, slot)
        elif at == CALL:
            yield from self.create(state, slot)
        elif at == BIND:
            yield from self.save(state, slot)

    def begin(self, state: State, slot: int) -> Iterator[Move]:
        """Take the lock, wait for it, or do without."""
        run = state.runs[slot]
        owner = (slot, run.life)
        if not self.locks:
            yield Move("starts", with_run(state, slot, run._replace(at=LIST)))
        elif run.has_waited or is_over(state, state.document.lease):
            locked = state._replace(document=state.document._replace(lease=owner))
            run = run._replace(at=LIST, has_waited=False)
            yield Move("locks", with_run(locked, slot, run))
        elif run.at == READ:
            waiting = run._replace(at=WAIT, is_fresh=True)
            yield Move("waits for the lock", with_run(state, slot, waiting))

    def plan(self, state: State, slot: int) -> Iterator[Move]:
        """Look for the persona, among saved ids or live names."""
        run = state.runs[slot]._replace(at=CALL)
        for seen in listed(state):
            after = seen.state
            if self.by_name:
                ids = [persona.id for persona in seen.personas if persona.name == FINAL]
                after = saved(after, ids[0]) if ids else after
            if after.document.binding is not None:
                yield Move("finds it", self.ended(after, slot))
            else:
                yield Move("finds nothing", with_run(after, slot, run))

    def create(self, state: State, slot: int) -> Iterator[Move]:
        """POST; what is not answered is an error message."""
        run = state.runs[slot]
        for sent in send(state, Call(CREATE, 0, FINAL, run.want)):
            what = f"POST {FINAL}{sent.note}"
            if sent.answer is None:
                yield Move(what, self.ended(sent.state, slot))
            else:
                after = run._replace(at=BIND, created=sent.answer)
                yield Move(what, with_run(sent.state, slot, after))

    def save(self, state: State, slot: int) -> Iterator[Move]:
        """Write the id down."""
        created = state.runs[slot].created
        if created is not None:
            yield Move("saves the id", self.ended(saved(state, created.id), slot))

    def ended(self, state: State, slot: int) -> State:
        """The state after the run, which unlocks what it locked."""
        run = state.runs[slot]
        if state.document.lease == (slot, run.life):
            state = state._replace(document=state.document._replace(lease=None))
        return with_run(state, slot, stopped(run))


def saved(state: State, identifier: int) -> State:
    """The state in which this id is the saved one."""
    binding = Binding(identifier, "", "")
    return state._replace(document=state.document._replace(binding=binding))


IDS_SAVED_AFTER: Final = Naive()
STATELESS_BY_NAME: Final = Naive(by_name=True)
SEPARATE_LOCK: Final = Naive(locks=True)
