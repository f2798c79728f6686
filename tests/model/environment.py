"""What happens to runs: crashes, pauses, requests that arrive late, people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.server import executed, live
from model.world import (
    EDITED,
    FINAL,
    OVER,
    READ,
    REMOVE,
    TAKE,
    THEIRS,
    WAIT,
    Move,
    Run,
    State,
    spend,
    with_run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTSIDE = frozenset({READ, WAIT, TAKE, OVER})
"""Where a run holds no lease."""


def misfortunes(state: State) -> Iterator[Move]:
    """All that can happen to a state without any run's doing."""
    yield from arrivals(state)
    if state.budget.crashes:
        yield from crashes(state)
    if state.budget.expiries:
        yield from pauses(state)
    if state.budget.edits:
        yield from edits(state)


def arrivals(state: State) -> Iterator[Move]:
    """A request under way arrives, or never does."""
    for place, call in enumerate(state.wire):
        rest = state._replace(wire=(*state.wire[:place], *state.wire[place + 1 :]))
        what = f"{call.verb} {call.id or call.name}"
        yield Move(f"late {what} arrives", executed(rest, call)[0])
        yield Move(f"late {what} gets lost", rest)


def crashes(state: State) -> Iterator[Move]:
    """A run that holds the lease dies and starts anew."""
    for slot, run in enumerate(state.runs):
        if run.at not in OUTSIDE:
            restarted = Run(run.want, run.life + 1)
            yield Move(f"{'AB'[slot]} crashes", with_run(spend(state, "crashes"), slot, restarted))


def pauses(state: State) -> Iterator[Move]:
    """A whole lease time passes, for holders and for those who wait, on the clock of each."""
    runs = tuple(passed(run) for run in state.runs)
    if runs != state.runs:
        yield Move("a lease time passes", spend(state, "expiries")._replace(runs=runs))


def passed(run: Run) -> Run:
    """The run a lease time later."""
    if run.at == WAIT and run.is_fresh:
        return run._replace(has_waited=True)
    return run if run.at in OUTSIDE else run._replace(is_expired=True)


def edits(state: State) -> Iterator[Move]:
    """A person deletes a persona, or edits it and names it anew where a nonce is its name.

    Not between the read before a delete and the delete: the API has no condition on a delete, so
    that window of one round trip stays. A run that was paused in it has to read again.
    """
    if any(run.at == REMOVE and not run.is_expired for run in state.runs):
        return
    spent = spend(state, "edits")
    for persona in state.personas:
        others = tuple(other for other in state.personas if other != persona)
        yield Move(f"a person deletes {persona.id}", live(spent, others))
        if persona.content != EDITED:
            name = FINAL if persona.name == FINAL else THEIRS
            edited = persona._replace(name=name, content=EDITED)
            yield Move(
                f"a person edits {persona.id}", live(spent, tuple(sorted((*others, edited))))
            )
