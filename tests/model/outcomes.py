"""What a call leaves behind: a move, and a run that goes on or gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.promises import broken_by
from model.world import CALL, RELEASE, Document, Move, Run, State, with_run

if TYPE_CHECKING:
    from model.server import Sent


def called(state: State, slot: int, sent: Sent, what: str, run: Run) -> Move:
    """The move that a call is."""
    broken = broken_by(state, slot, state.runs[slot].todo[0])
    return Move(f"{what}{sent.note}", with_run(sent.state, slot, run), broken)


def next_of(run: Run, own: Document) -> Run:
    """The run after an intent whose outcome is definite."""
    todo = run.todo[1:]
    return run._replace(own=own, todo=todo, at=CALL if todo else RELEASE, is_blind=False)


def given_up(run: Run) -> Run:
    """The run after an intent whose outcome is unknown: it stays open, and nothing follows."""
    return run._replace(todo=(), at=RELEASE, is_blind=False)
