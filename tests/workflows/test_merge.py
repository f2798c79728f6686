"""From the pull request to what is live: comment, approval, apply; run step by step for real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from github_stand_in import BOT, stand_in
from team import ANNA, SECRET, Team

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDER = {"personas/anna.yaml": ANNA.replace("You are Anna.", "You are Anna, and kind.")}
BEN = {"personas/ben.yaml": "persona_name: Ben\nsystem_prompt: You are Ben.\n"}


def test_a_pull_request_is_commented_merged_and_applied_as_approved(team: Team) -> None:
    number = team.pull_request("kinder", KINDER)
    ran = team.plan(number)["plan"]
    assert not ran.failed, ran.log
    print(ran.log, ran.summary, ran.outputs)
    (comment,) = team.github.comments[number]
    print(comment["body"])
    team.merge(number)
    applied = team.apply()
    print(applied.log, applied.summary, applied.outputs)
    assert not applied.failed, applied.log
    assert team.live()["Anna"]["system_prompt"] == "You are Anna, and kind."
    assert 0
