"""Explore larger bounds than the suite does, and print what was found.

    PYTHONPATH=tests python -m model [CRASHES/FAULTS/EXPIRIES/STALE/EDITS…]

Without bounds the shortest story of each missing rule is told as well.
"""

from __future__ import annotations

import sys
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from model.explorer import explore
from model.naive import IDS_SAVED_AFTER, SEPARATE_LOCK, STATELESS_BY_NAME
from model.needs import NEEDS
from model.protocol import steps
from model.rules import PROTOCOL
from model.scenarios import CREATING, SCENARIOS, Scenario
from model.world import Budget

if TYPE_CHECKING:
    from model.explorer import Program

BOUNDS = ("1/1/1/0/0", "1/1/0/1/1", "0/2/1/0/0", "1/2/0/1/0")


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def explored(name: str, program: Program, scenario: Scenario, bounds: str) -> bool:
    """Explore, print a line, and say whether every end is good."""
    began = perf_counter()
    budget = Budget(*(int(word) for word in bounds.split("/")))
    findings = explore(program, scenario.begins(budget), scenario.last_want)
    say(
        f"{bounds:12}{name:24}{findings.states:>11,} states{findings.ends:>9,} ends"
        f"{findings.bad_ends:>8,} bad{perf_counter() - began:>8.1f} s"
    )
    if findings.traces and program not in NAIVE.values():
        say(str(findings))
    return not findings.traces


NAIVE: dict[str, Program] = {
    "ids saved after": IDS_SAVED_AFTER.steps,
    "stateless by name": STATELESS_BY_NAME.steps,
    "separate lock": SEPARATE_LOCK.steps,
}


def stories() -> None:
    """The shortest story of each missing rule."""
    for need in NEEDS:
        start, last_want = need.scenario.begins(need.budget), need.scenario.last_want
        program = partial(steps, PROTOCOL.without(need.rule))
        findings = explore(program, start, last_want, until=need.promise)
        told = findings.traces[need.promise]
        say("\n  ".join([f"\nWithout {need.rule}: {need.promise}", *told]))


def main(given: list[str]) -> int:
    """Print the table; 1 where the protocol broke a promise."""
    good = True
    for bounds in given or BOUNDS:
        for name, naive in NAIVE.items():
            explored(name, naive, CREATING, bounds)
        for scenario in SCENARIOS:
            good &= explored(scenario.name, partial(steps, PROTOCOL), scenario, bounds)
    if not given:
        stories()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
