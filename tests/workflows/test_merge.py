"""From the pull request to what is live: comment, approval, apply; run step by step for real."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Final

from actions import commands_obeyed, outside_of_fences
from team import ANNA, SECRET

if TYPE_CHECKING:
    from team import Team

BEN: Final = "persona_name: Ben\nsystem_prompt: You are Ben.\n"
KIND: Final = {"personas/anna.yaml": ANNA.replace("You are Anna.", "You are Anna, and kind.")}
HOSTILE: Final = """\
::add-mask::e
::set-output name=exit-code::0
</details><script>alert(1)</script> @ann #1 <!-- persona-reconciler:plan:prod -->
```
# Approved by ann
![x](https://evil.invalid/x.png)
"""


def test_a_pull_request_is_commented_merged_and_applied_as_approved(team: Team) -> None:
    number = team.pull_request("kind", KIND)
    first = team.plan(number)
    assert first["fork"].skipped
    team.push(number, {"personas/ben.yaml": BEN})
    second = team.plan(number)["plan"]
    assert not first["plan"].failed
    assert not second.failed
    (comment,) = team.github.texts(number)
    assert second.summary.strip() in comment
    assert "1 to create, 1 to update" in comment
    assert comment.count(second.outputs["fingerprint"]) == 2
    outputs = {name: second.outputs[name] for name in ("has-changes", "create", "update", "delete")}
    assert outputs == {"has-changes": "true", "create": "1", "update": "1", "delete": "0"}
    assert team.live()["Anna"]["system_prompt"] == "You are Anna."

    team.merge(number)
    applied = team.apply()
    assert not applied.failed, applied.log
    assert team.live()["Anna"]["system_prompt"] == "You are Anna, and kind."
    assert team.live()["Ben"]["system_prompt"] == "You are Ben."
    assert (applied.outputs["create"], applied.outputs["update"]) == ("1", "1")
    assert applied.outputs["fingerprint"] == second.outputs["fingerprint"]
    told = team.github.texts(number)
    assert len(told) == 2
    assert "Apply: 2 done." in told[1]

    for ran in (first["plan"], second, applied):
        assert SECRET not in ran.log + ran.summary
        assert "job-token" not in ran.log + ran.summary
        assert {line.split("::")[1] for line in commands_obeyed(ran.log)} <= {"add-mask"}


def test_two_runs_at_once_leave_one_comment(team: Team) -> None:
    number = team.pull_request("kind", KIND)
    ran = team.plan_twice_at_once(number)
    assert not any(one.failed for one in ran)
    (comment,) = team.github.texts(number)
    newest = max(run["id"] for run in team.github.runs)
    assert f"<!-- run {newest}.1 -->" in comment


def test_a_plan_that_went_stale_is_refused_with_the_reason_where_the_reviewers_are(
    team: Team,
) -> None:
    number = team.pull_request("kind", KIND)
    team.plan(number)
    team.edit("Anna", "/system_prompt", "You are Anna, from the web app.")
    team.merge(number)
    applied = team.apply()
    assert applied.failed
    assert applied.outputs["exit-code"] == "3"
    assert team.live()["Anna"]["system_prompt"] == "You are Anna, from the web app."
    reason = "persona/anna: system_prompt is not what was approved"
    assert reason in applied.log
    assert reason in applied.summary.partition("All that was said")[0]
    assert reason in team.github.texts(number)[1]


def test_what_a_cancelled_queue_left_is_applied_with_the_next_merge(team: Team) -> None:
    first = team.pull_request("kind", KIND)
    team.plan(first)
    second = team.pull_request("ben", {"personas/ben.yaml": BEN})
    team.plan(second)
    team.merge(first)  # its run waits, and is replaced by that of the second
    team.merge(second)
    applied = team.apply()
    assert not applied.failed, applied.log
    assert applied.outputs["approved"] == f"{first} {second}"
    assert team.live()["Anna"]["system_prompt"] == "You are Anna, and kind."
    assert "Ben" in team.live()
    again = team.apply()
    assert not again.failed
    assert again.outputs["approved"] == ""
    assert again.outputs["has-changes"] == "false"


def test_a_push_without_a_pull_request_is_refused_until_its_fingerprint_is_approved(
    team: Team,
) -> None:
    commit = team.push_to_main({"personas/ben.yaml": BEN})
    refused = team.apply()
    assert refused.failed
    first = refused.summary.partition("All that was said")[0]
    assert f"Not approved: commit {commit[:10]} came without a pull request" in first
    assert "Nobody is here to approve the plan" in first
    assert "Ben" not in team.live()
    assert team.apply(expect="0" * 32).failed
    assert not team.apply(expect=refused.fingerprint).failed
    assert "Ben" in team.live()


def test_a_push_that_changes_no_persona_needs_no_approval(team: Team) -> None:
    team.push_to_main({"README.md": "Ours.\n"})
    assert not team.apply().failed


def test_an_older_commit_than_the_one_applied_last_approves_nothing(team: Team) -> None:
    old = team.head
    number = team.pull_request("kind", KIND)
    team.plan(number)
    team.merge(number)
    assert not team.apply().failed
    again = team.apply(commit=old)
    assert again.failed
    assert "does not follow" in again.summary
    assert team.live()["Anna"]["system_prompt"] == "You are Anna, and kind."


def test_only_plans_that_this_repository_made_and_still_keeps_approve(team: Team) -> None:
    number = team.pull_request("kind", KIND)
    team.plan(number)
    run = team.github.runs[0]
    (kept,) = team.github.artifacts[run["id"]]
    with zipfile.ZipFile(BytesIO(team.github.files[kept["id"]])) as archive:
        assert {"plan.html", "plan.json", "plan.txt", "report.md"} <= set(archive.namelist())
        forged = archive.read("plan.json")
    team.merge(number)

    kept["expired"] = True
    assert "it has expired" in team.apply().summary
    team.github.keep(run["id"], kept["name"], {"../plan.json": forged})
    assert team.apply().failed
    team.github.keep(run["id"], kept["name"], {"plan.json": b"PK no plan"})
    assert "The plan file cannot be used" in team.apply().summary
    team.github.files[team.github.artifacts[run["id"]][-1]["id"]] = b"no archive"
    assert "no archive that can be read" in team.apply().summary
    foreign = team.github.add_run(
        "plan.yml",
        run["head_sha"],
        event="pull_request",
        head_repository={"full_name": "mallory/personas"},
    )
    team.github.keep(foreign, kept["name"], {"plan.json": forged})
    assert team.apply().failed
    assert team.live()["Anna"]["system_prompt"] == "You are Anna."


def test_a_forged_plan_only_approves_what_is_planned_anyway(team: Team) -> None:
    number = team.pull_request("kind", KIND)
    team.plan(number)
    run = team.github.runs[0]
    (kept,) = team.github.artifacts[run["id"]]
    with zipfile.ZipFile(BytesIO(team.github.files[kept["id"]])) as archive:
        plan = json.loads(archive.read("plan.json"))
    plan["changes"][0]["patches"] = [[{"op": "replace", "path": "/system_prompt", "value": "Evil"}]]
    plan["changes"][0]["after"] = {"system_prompt": "Evil"}
    team.github.keep(run["id"], kept["name"], {"plan.json": json.dumps(plan).encode()})
    team.merge(number)
    assert not team.apply().failed
    assert team.live()["Anna"]["system_prompt"] == "You are Anna, and kind."


def test_a_plan_that_fails_says_so_in_the_place_of_the_old_one(team: Team) -> None:
    number = team.pull_request("kind", KIND)
    team.plan(number)
    team.push(number, {"personas/ben.yaml": "persona_nam: Ben\n"})
    ran = team.plan(number)["plan"]
    assert ran.failed
    (comment,) = team.github.texts(number)
    assert "**reconciler plan** ended with exit code 1." in comment
    assert "persona_nam" in comment
    assert any(
        line.startswith("::error file=personas/ben.yaml,line=1")
        for line in commands_obeyed(ran.log)
    )
    team.merge(number)
    assert team.apply().failed


def test_nothing_that_a_prompt_says_is_obeyed(team: Team) -> None:
    prompt = f"---\npersona_name: Anna\ngreeting: Hello!\n---\n{HOSTILE}"
    removed = {"personas/anna.yaml": "", "personas/anna.md": prompt}
    number = team.pull_request("mallory", removed)
    ran = team.plan(number)["plan"]
    assert not ran.failed
    assert "::add-mask::e" in ran.log
    assert {line.split("::")[1] for line in commands_obeyed(ran.log)} <= {"add-mask", "warning"}
    assert "::add-mask::e" not in commands_obeyed(ran.log)
    (comment,) = team.github.texts(number)
    outside = outside_of_fences(comment)
    for word in ("script", "@ann", "evil.invalid", "Approved by", "![x]"):
        assert word in comment
        assert word not in outside


def test_no_comment_on_github_does_not_fail_the_plan(team: Team) -> None:
    number = team.pull_request("kind", KIND)
    team.runner.forbidden = {"pull-requests"}
    ran = team.plan(number)["plan"]
    assert not ran.failed
    assert "::warning title=GitHub did not do what was asked::" in ran.log
    assert team.github.texts(number) == []


def test_before_any_apply_has_succeeded_everything_merged_so_far_counts(team: Team) -> None:
    team.github.runs.clear()
    numbers = [
        team.pull_request("kind", KIND),
        team.pull_request("ben", {"personas/ben.yaml": BEN}),
    ]
    for number in numbers:
        team.plan(number)
        team.merge(number)
    assert not team.apply().failed
    assert "Ben" in team.live()
