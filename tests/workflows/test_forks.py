"""A pull request of a stranger: compared without a key, commented without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from actions import commands_obeyed, outside_of_fences
from github_stand_in import REPOSITORY
from team import ANNA, SECRET

if TYPE_CHECKING:
    from actions import Ran
    from team import Team

CHANGED = {"personas/anna.yaml": ANNA.replace("Hello!", "Hi!")}
FORK = "mallory/personas"


def finished(team: Team, number: int, text: str | None, **more: Any) -> Ran:
    """Run fork-comment.yml after a run of the fork that kept this text."""
    pull = next(pull for pull in team.github.pulls if pull["number"] == number)
    head = pull["head"]
    run = team.github.add_run(
        "plan.yml",
        head["sha"],
        event="pull_request",
        head_branch=head["ref"],
        head_repository={"full_name": FORK},
    )
    if text is not None:
        lies = {"number": b"1", "pull_request.json": b'{"number": 1}'}
        team.github.keep(run, "reconciler-fork-plan", {"plan.txt": text.encode(), **lies})
    return after(team, run, **more)


def after(team: Team, run: int, **more: Any) -> Ran:
    known = next(known for known in team.github.runs if known["id"] == run)
    event = {"workflow_run": {**known, "run_attempt": 1, **more}}
    ran = team.runner.run("fork-comment.yml", "workflow_run", event, commit=team.head)
    return ran["comment"]


def test_a_fork_is_planned_without_a_key_and_commented_without_its_code(team: Team) -> None:
    number = team.pull_request("stranger", CHANGED, fork=True)
    ran = team.plan(number)
    assert ran["plan"].skipped
    assert not ran["fork"].failed, ran["fork"].log
    assert ran["fork"].seen
    assert all(SECRET not in step.values() for step in ran["fork"].seen)
    assert team.github.texts(number) == []
    told = after(team, team.github.runs[0]["id"])
    assert not told.failed, told.log
    (comment,) = team.github.texts(number)
    assert "Hi!" in comment
    assert all(SECRET not in step.values() for step in told.seen)


def test_the_text_of_a_fork_is_shown_and_not_obeyed(team: Team) -> None:
    number = team.pull_request("stranger", CHANGED, fork=True)
    text = "```\n</details>\x1b[2J<img src=x>\n@ann ![x](https://evil.invalid)\n::error::x\n"
    ran = finished(team, number, text)
    assert not ran.failed, ran.log
    (comment,) = team.github.texts(number)
    assert "evil.invalid" in comment
    assert "evil.invalid" not in outside_of_fences(comment)
    assert "\x1b" not in comment
    assert all("error" not in line for line in commands_obeyed(ran.log))


def test_the_comment_goes_where_github_says_and_not_where_the_artifact_does(team: Team) -> None:
    other = team.pull_request("ours", CHANGED)
    number = team.pull_request("stranger", {"personas/ben.yaml": ANNA}, fork=True)
    finished(team, number, "a plan")
    assert team.github.texts(other) == []
    assert len(team.github.texts(number)) == 1
    assert list(team.github.comments) == [number]


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("x" * 1_000_001, {}, "A file of a run is too long"),
        (None, {}, "the run kept no plan"),
        ("a plan", {"head_sha": "0" * 40}, "No open pull request is at that commit"),
        ("a plan", {"head_repository": {"full_name": "eve/x"}}, "No open pull request"),
    ],
    ids=["long", "nothing", "outdated", "elsewhere"],
)
def test_a_run_that_has_nothing_to_say_is_passed_over(
    team: Team, text: str | None, more: dict[str, Any], said: str
) -> None:
    number = team.pull_request("stranger", CHANGED, fork=True)
    ran = finished(team, number, text, **more)
    assert not ran.failed
    assert said in ran.log
    assert team.github.comments == {}


def test_a_long_plan_is_cut_and_says_so(team: Team) -> None:
    number = team.pull_request("stranger", CHANGED, fork=True)
    finished(team, number, "ä\n" * 300_000)
    (comment,) = team.github.texts(number)
    assert len(comment.encode()) <= 65_536
    assert "Cut here: this is the beginning of 899,999 bytes." in outside_of_fences(comment)


@pytest.mark.parametrize(
    "more",
    [
        {"event": "push"},
        {"conclusion": "failure"},
        {"head_repository": {"full_name": REPOSITORY}},
    ],
)
def test_only_finished_runs_of_forks_are_commented(team: Team, more: dict[str, Any]) -> None:
    number = team.pull_request("stranger", CHANGED, fork=True)
    assert finished(team, number, "a plan", **more).skipped
