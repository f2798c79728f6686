"""Breadth-first through every state that can be reached, with the shortest way to each bad one."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from model.environment import misfortunes
from model.promises import STUCK, broken_at_the_end
from model.world import OVER, Budget, Move, Run, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Program: TypeAlias = Callable[[State, int], Iterator[Move]]
    Origin: TypeAlias = tuple[State, str, str] | None
    Origins: TypeAlias = dict[State, Origin]

CLEAN_RUN = 9
"""The life of the run that follows when all is over: no other has it."""


@dataclass(slots=True)
class Findings:
    """What an exploration saw."""

    states: int = 0
    ends: int = 0
    """States in which every run is over and nothing is under way."""
    bad_ends: int = 0
    traces: dict[str, list[str]] = field(default_factory=dict)
    """For each broken promise the steps of the shortest way there."""

    def __str__(self) -> str:
        return "\n".join(
            "\n  ".join([f"Broken: {promise}", *steps]) for promise, steps in self.traces.items()
        )


def explore(program: Program, start: State, last_want: str, until: str = "") -> Findings:
    """Visit every state.

    Args:
        program: how a run goes on.
        start: where it begins.
        last_want: what the clean run wants that follows each end.
        until: a broken promise at which to stop.
    """
    findings = Findings()
    origins: Origins = {start: None}
    waiting = deque([start])
    while waiting and until not in findings.traces:
        state = waiting.popleft()
        moves = tuple(moves_of(program, state))
        if not moves:
            note_the_end(program, state, last_want, origins, findings)
        for who, move in moves:
            if move.broken and move.broken not in findings.traces:
                findings.traces[move.broken] = [*trace(origins, state), f"{who}{move.what}"]
            if move.state not in origins:
                origins[move.state] = state, who, move.what
                waiting.append(move.state)
    findings.states = len(origins)
    return findings


def moves_of(program: Program, state: State) -> Iterator[tuple[str, Move]]:
    """Every next step and whose it is: of each run, and of the world around them."""
    for slot in range(len(state.runs)):
        for move in program(state, slot):
            yield f"{'AB'[slot]} ", move
    if state.wire or any(run.at != OVER for run in state.runs):
        for move in misfortunes(state):
            yield "", move


def note_the_end(
    program: Program,
    state: State,
    last_want: str,
    origins: Origins,
    findings: Findings,
) -> None:
    """Count an end, and whether a run without faults makes it good."""
    findings.ends += 1
    broken = STUCK
    clean: list[str] = []
    if all(run.at == OVER for run in state.runs):
        after = followed(program, state, last_want, clean)
        broken = broken_at_the_end(after, last_want)
    if broken:
        findings.bad_ends += 1
        findings.traces.setdefault(broken, [*trace(origins, state), *clean])


def followed(program: Program, state: State, want: str, what: list[str]) -> State:
    """The state after one more run that meets no misfortune; its steps are added to `what`."""
    state = state._replace(runs=(Run(want, CLEAN_RUN),), budget=Budget(), before=())
    while move := next(program(state, 0), None):
        what.append(f"then {move.what}")
        state = move.state
    return state


def trace(origins: Origins, state: State) -> list[str]:
    """The steps from the start to a state."""
    steps = []
    while origin := origins[state]:
        state, who, what = origin
        steps.append(f"{who}{what}")
    return steps[::-1]
