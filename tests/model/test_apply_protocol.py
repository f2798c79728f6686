"""The protocol keeps its promises whatever happens in whatever order; naive ones do not."""

from __future__ import annotations

from functools import partial

import pytest

from model.explorer import explore
from model.naive import IDS_SAVED_AFTER, SEPARATE_LOCK, STATELESS_BY_NAME, Naive
from model.promises import SURPLUS
from model.protocol import steps
from model.rules import PROTOCOL
from model.scenarios import CREATING, SCENARIOS, UPDATING, Scenario
from model.world import Budget

SUITE = {
    "pauses": Budget(crashes=1, faults=1, expiries=1),
    "old lists": Budget(crashes=1, faults=1, stale=1),
    "people": Budget(crashes=1, faults=1, edits=1),
}


@pytest.mark.parametrize("budget", SUITE.values(), ids=SUITE)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_after_whatever_happens_one_run_makes_everything_good(
    scenario: Scenario, budget: Budget
) -> None:
    findings = explore(partial(steps, PROTOCOL), scenario.begins(budget), scenario.last_want)
    assert not findings.traces, str(findings)
    assert findings.bad_ends == 0 < findings.ends < findings.states


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_two_untrue_reads_in_a_row_do_no_harm(scenario: Scenario) -> None:
    start = scenario.begins(Budget(stale=2))
    findings = explore(partial(steps, PROTOCOL), start, scenario.last_want)
    assert not findings.traces, str(findings)


def test_three_untrue_reads_in_a_row_are_beyond_the_protocol() -> None:
    start = UPDATING.begins(Budget(stale=3))
    findings = explore(partial(steps, PROTOCOL), start, UPDATING.last_want, until=SURPLUS)
    assert SURPLUS in findings.traces


@pytest.mark.parametrize(
    ("naive", "budget"),
    [
        (IDS_SAVED_AFTER, Budget()),
        (STATELESS_BY_NAME, Budget()),
        (SEPARATE_LOCK, Budget(faults=1)),
        (SEPARATE_LOCK, Budget(crashes=1)),
        (SEPARATE_LOCK, Budget(expiries=1)),
    ],
    ids=["ids saved after", "by name", "lock and fault", "lock and crash", "lock and pause"],
)
def test_creating_without_the_protocol_leaves_duplicates(naive: Naive, budget: Budget) -> None:
    findings = explore(naive.steps, CREATING.begins(budget), CREATING.last_want, until=SURPLUS)
    assert SURPLUS in findings.traces
