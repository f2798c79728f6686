"""A run that holds the lease: it looks at what is live, plans, and records its intents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.leasing import lost
from model.planning import planned
from model.server import listed, read_directly
from model.store import replace
from model.world import (
    CALL,
    DELETE,
    LOOK,
    LOOK_AGAIN,
    RECORD,
    RELEASE,
    Move,
    Run,
    State,
    persona_of,
    with_run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.rules import Rules


def list_live(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """List the live personas; a bound one that is lacking is asked for."""
    for seen in listed(state):
        run = state.runs[slot]._replace(view=seen.personas)
        binding = run.own.binding
        lacks = binding is not None and persona_of(seen.personas, binding.id) is None
        if lacks and rules.absence_by_direct_read:
            run = run._replace(at=LOOK)
        else:
            run = planning(rules, slot, run)
        yield Move(f"lists{seen.note}", with_run(seen.state, slot, run))


def look(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """Ask for the bound persona by its id; believe a 404 the second time."""
    run = state.runs[slot]
    if run.own.binding is None:
        return
    for seen in read_directly(state, run.own.binding.id):
        after = run._replace(view=tuple(sorted((*run.view, *seen.personas))))
        if seen.personas or run.at == LOOK_AGAIN or not rules.absence_asked_twice:
            after = planning(rules, slot, after)
        else:
            after = after._replace(at=LOOK_AGAIN)
        yield Move(
            f"reads persona {run.own.binding.id}{seen.note}", with_run(seen.state, slot, after)
        )


def planning(rules: Rules, slot: int, run: Run) -> Run:
    """The run with its plan: intents to record, or nothing to do but to release."""
    own = planned(rules, run.own, run.view, run.want, nonce=f"{slot}{run.life}")
    deletes_last = sorted(own.intents, key=lambda intent: intent.kind == DELETE)
    run = run._replace(own=own, todo=tuple(deletes_last), view=())
    if not run.todo:
        return run._replace(at=RELEASE)
    return run._replace(at=RECORD if rules.intents_first else CALL)


def record(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """All intents in one replace."""
    won = replace(rules, state, slot, state.runs[slot].own)
    if won is None:
        yield lost(rules, state, slot, CALL)
    else:
        run = won.runs[slot]._replace(at=CALL)
        yield Move("records its intents", with_run(won, slot, run))
