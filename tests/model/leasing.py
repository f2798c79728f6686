"""A run around its work: reading, waiting, taking the lease, renewing and releasing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.store import is_over, replace, stopped
from model.world import CALL, LIST, TAKE, WAIT, Move, Run, State, with_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.rules import Rules


def read(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """Read the document: the lease can be had, or somebody holds it."""
    run = state.runs[slot]
    may_take = is_over(state, state.document.lease) or not rules.takeover_waits
    run = run._replace(own=state.document, is_fresh=True, at=TAKE if may_take else WAIT)
    yield Move("reads the document", with_run(state, slot, run))


def wait(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """Wait for the end of the holder, or for a whole lease time without a change."""
    run = state.runs[slot]
    if run.has_waited or is_over(state, run.own.lease):
        yield from take(rules, state, slot)


def take(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """Write the own lease into the document that was read."""
    run = state.runs[slot]
    leased = run.own._replace(lease=(slot, run.life))
    won = replace(rules, state, slot, leased)
    if won is None:
        yield Move("misses the lease", with_run(state, slot, Run(run.want, run.life)))
    else:
        run = won.runs[slot]._replace(at=LIST, has_waited=False)
        yield Move("takes the lease", with_run(won, slot, run))


def renew(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """Write the document once more: a new lease time, or the end of the run."""
    won = replace(rules, state, slot, state.runs[slot].own)
    if won is None:
        yield lost(rules, state, slot, CALL)
    else:
        run = won.runs[slot]._replace(at=CALL)
        yield Move("renews the lease", with_run(won, slot, run))


def release(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """Write what was done and give the lease back; what is unknown stays open."""
    run = state.runs[slot]
    released = run.own._replace(lease=None)
    if not rules.unknown_stays_open:
        released = released._replace(intents=())
    won = replace(rules, state, slot, released)
    what = "loses the document" if won is None else "releases the lease"
    yield Move(what, with_run(won or state, slot, stopped(run)))


def lost(rules: Rules, state: State, slot: int, following: str) -> Move:
    """What a run does whose replace was refused: it stops."""
    run = state.runs[slot]
    if rules.lost_cas_stops:
        return Move("loses the document and stops", with_run(state, slot, stopped(run)))
    run = run._replace(at=following, is_expired=False)
    return Move("loses the document and goes on", with_run(state, slot, run))
