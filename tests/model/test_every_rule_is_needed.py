"""Without any one rule of the protocol the explorer finds the story in which a promise breaks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from model.explorer import explore
from model.needs import NEEDS, Need
from model.protocol import steps
from model.rules import EVERY_RULE, PROTOCOL, Rules

if TYPE_CHECKING:
    from model.explorer import Findings

WITHOUT = pytest.mark.parametrize("need", NEEDS, ids=[f"{n.rule}: {n.promise}" for n in NEEDS])


@WITHOUT
def test_without_the_rule_its_promise_breaks(need: Need) -> None:
    findings = explored(need, PROTOCOL.without(need.rule))
    assert findings.traces.get(need.promise), f"{need.rule} seems not to be needed"


@WITHOUT
def test_with_every_rule_the_same_world_is_safe(need: Need) -> None:
    findings = explored(need, PROTOCOL)
    assert not findings.traces, str(findings)


def test_no_rule_is_without_a_story() -> None:
    assert {need.rule for need in NEEDS} == set(EVERY_RULE)


def test_the_story_told_is_the_shortest() -> None:
    need = next(need for need in NEEDS if need.rule == "unseen_not_deleted")
    assert explored(need, PROTOCOL.without(need.rule)).traces[need.promise] == [
        "A reads the document",
        "A takes the lease",
        "A lists",
        "A records its intents",
        "a person edits 1",
        "A reads persona 1, stale",
        "A DELETE 1",
    ]


def explored(need: Need, rules: Rules) -> Findings:
    start = need.scenario.begins(need.budget)
    return explore(partial(steps, rules), start, need.scenario.last_want, until=need.promise)
