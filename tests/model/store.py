"""The state store: one document, replaced by compare-and-swap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.world import OVER, TAKE, WAIT, Document, Owner, Run, State

if TYPE_CHECKING:
    from model.rules import Rules


def replace(rules: Rules, state: State, slot: int, document: Document) -> State | None:
    """The state after a run replaced the document; None where the version was not the expected.

    Winning starts a new lease time, and nobody else's copy is fresh any more.
    """
    if rules.cas_on_replace and not state.runs[slot].is_fresh:
        return None
    runs = tuple(
        run._replace(own=document, is_fresh=True, is_expired=False)
        if place == slot
        else outrun(rules, run)
        for place, run in enumerate(state.runs)
    )
    return state._replace(document=document, runs=runs)


def outrun(rules: Rules, run: Run) -> Run:
    """The run after somebody else replaced the document: who only waits for a lease reads anew."""
    if run.at == WAIT or (run.at == TAKE and rules.cas_on_replace):
        return Run(run.want, run.life)
    return run._replace(is_fresh=False)


def is_over(state: State, owner: Owner | None) -> bool:
    """Whether a lease's run is provably finished, or there is no lease."""
    if owner is None:
        return True
    slot, life = owner
    run = state.runs[slot] if slot < len(state.runs) else None
    return run is None or run.life != life or run.at == OVER


def stopped(run: Run) -> Run:
    """The run, ended."""
    return Run(run.want, run.life, OVER)
