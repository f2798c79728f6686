"""The nightly look: one issue or one pull request while live differs, closed when it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from git_rig import git

if TYPE_CHECKING:
    from team import Team

BRANCH = "reconciler/drift-prod"


@pytest.fixture
def drifted(team: Team) -> Team:
    """A team of whose persona somebody changed the greeting."""
    team.edit("Anna", "/greeting", "Howdy!")
    return team


def test_drift_is_one_issue_edited_each_night_and_closed_when_clean(drifted: Team) -> None:
    ran = drifted.drift()
    assert ran["pull-request"].skipped
    assert not ran["issue"].failed
    assert ran["issue"].outputs["exit-code"] == "2"
    (issue,) = drifted.github.open_issues()
    assert issue["title"] == "Personas moved outside git: prod"
    assert "greeting" in issue["body"]
    drifted.edit("Anna", "/system_prompt", "You are somebody else.")
    drifted.drift()
    assert drifted.github.open_issues() == [issue]
    assert "system_prompt" in issue["body"]
    drifted.edit("Anna", "/greeting", "Hello!")
    drifted.edit("Anna", "/system_prompt", "You are Anna.")
    assert not drifted.drift()["issue"].failed
    assert drifted.github.open_issues() == []
    assert len(drifted.github.issues) == 1
    drifted.drift()
    assert len(drifted.github.texts(issue["number"])) == 1


def test_a_night_on_which_live_cannot_be_read_changes_nothing_said_before(drifted: Team) -> None:
    drifted.drift()
    (issue,) = drifted.github.open_issues()
    before = issue["body"]
    drifted.push_to_main({"reconciler.yaml": "version: 1\n"})
    assert drifted.drift()["issue"].failed
    assert drifted.github.open_issues() == [issue]
    assert issue["body"] == before


def test_our_own_directory_is_not_proposed_where_git_does_not_ignore_it(drifted: Team) -> None:
    drifted.push_to_main({".gitignore": ""})
    drifted.drift(pull=True)
    changed = git(drifted.runner.remote, "diff", "--name-only", "main", BRANCH)
    assert changed == "personas/anna.yaml"


def test_drift_becomes_one_pull_request_that_makes_git_say_what_is_live(drifted: Team) -> None:
    ran = drifted.drift(pull=True)
    assert ran["issue"].skipped
    assert not ran["pull-request"].failed, ran["pull-request"].log
    (pull,) = drifted.github.pulls
    assert (pull["head"]["ref"], pull["base"]["ref"]) == (BRANCH, "main")
    remote = drifted.runner.remote
    first = git(remote, "rev-parse", BRANCH)
    assert git(remote, "diff", "--name-only", "main", BRANCH) == "personas/anna.yaml"
    assert "+greeting: Howdy!" in git(remote, "diff", "main", BRANCH)
    drifted.drift(pull=True)
    assert git(remote, "rev-parse", BRANCH) == first
    drifted.edit("Anna", "/greeting", "Ahoy!")
    drifted.drift(pull=True)
    assert "+greeting: Ahoy!" in git(remote, "diff", "main", BRANCH)
    assert drifted.github.pulls == [pull]

    # Merged, it leads to a plan in which nothing is to be sent, and the branch goes.
    git(drifted.clone, "fetch", "--quiet", "origin", BRANCH)
    git(drifted.clone, "merge", "--quiet", "--no-ff", "-m", "take over", "FETCH_HEAD")
    drifted.push_to_main({"README.md": "Taken over.\n"})
    applied = drifted.apply()
    assert not applied.failed, applied.log
    assert drifted.live()["Anna"]["greeting"] == "Ahoy!"
    drifted.drift(pull=True)
    assert pull["state"] == "closed"
    assert git(remote, "branch", "--list", BRANCH) == ""


def test_what_is_proposed_counts_as_drift_until_it_is_merged(drifted: Team) -> None:
    drifted.drift(pull=True)
    assert drifted.drift()["issue"].outputs["has-changes"] == "true"


def test_the_branch_is_left_alone_once_a_person_has_worked_on_it(drifted: Team) -> None:
    drifted.drift(pull=True)
    git(drifted.clone, "fetch", "--quiet", "origin", BRANCH)
    git(drifted.clone, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    git(drifted.clone, "commit", "--quiet", "--allow-empty", "-m", "mine")
    mine = git(drifted.clone, "rev-parse", "HEAD")
    git(drifted.clone, "push", "--quiet", "origin", f"HEAD:{BRANCH}")
    drifted.edit("Anna", "/greeting", "Ahoy!")
    ran = drifted.drift(pull=True)["pull-request"]
    assert not ran.failed
    assert "Somebody has worked on the branch" in ran.log
    assert git(drifted.runner.remote, "rev-parse", BRANCH) == mine
