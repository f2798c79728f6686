"""Approved or less: plan files, fingerprints, and nobody at the prompt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from project import COACH, ProjectDir


@pytest.fixture
def applied(project: ProjectDir) -> ProjectDir:
    """Two personas, both live, one changed in git since."""
    project.write("personas/a.yaml", COACH.replace("Coach", "A"))
    project.write("personas/b.yaml", COACH.replace("Coach", "B"))
    project.apply()
    project.replace("personas/a.yaml", "a coach", "a good coach")
    project.requests()
    return project


def save(project: ProjectDir) -> str:
    file = str(project.directory / "plan.json")
    project.ok("plan", "--out", file)
    return file


def test_a_saved_plan_is_applied_as_approved(applied: ProjectDir) -> None:
    applied.ok("apply", save(applied))
    assert applied.live("a")["system_prompt"] == "You are a good coach."


def test_less_than_approved_is_applied(applied: ProjectDir) -> None:
    applied.replace("personas/a.yaml", "patience: low", "patience: high")
    file = save(applied)
    applied.edit(
        "a", [{"op": "replace", "path": "/system_prompt", "value": "You are a good coach."}]
    )
    applied.requests()
    applied.ok("apply", file)
    assert len(applied.writes()) == 1


def test_a_plan_that_went_stale_is_refused_naming_the_field(applied: ProjectDir) -> None:
    file = save(applied)
    applied.replace("personas/a.yaml", "a good coach", "a better coach")
    ran = applied.run("apply", file)
    assert ran.code == 3
    assert "system_prompt is not what was approved (the definition moved)" in ran.err
    assert applied.writes() == []


def test_another_address_than_approved_is_refused(applied: ProjectDir) -> None:
    file = save(applied)
    applied.replace("personas/b.yaml", "a coach", "a pirate")
    ran = applied.run("apply", file)
    assert ran.code == 3
    assert "persona/b" in ran.err
    assert applied.writes() == []


@pytest.mark.parametrize("forged", ["{}", "[]", "no json", '{"kind": "persona-reconciler/plan"}'])
def test_a_forged_or_damaged_plan_leads_to_no_write(applied: ProjectDir, forged: str) -> None:
    applied.write("plan.json", forged)
    ran = applied.run("apply", str(applied.directory / "plan.json"))
    assert ran.code == 3
    assert applied.writes() == []


ERROR = {"severity": "error", "summary": "A definition was broken"}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"environment": "prod"}, "another environment"),
        ({"endpoint": "https://elsewhere.invalid"}, "another endpoint"),
        ({"lineage": "f" * 32}, "another lineage"),
        ({"account": "f" * 32}, "another API key"),
        ({"serial": 1000}, "the state is an older copy"),
        ({"diagnostics": [ERROR]}, "made with errors"),
        ({"format_version": "2.0"}, "its format is 2.0"),
        ({"approval_digests": {}}, "was not in the approved plan"),
    ],
)
def test_a_plan_for_elsewhere_older_or_with_errors_is_refused(
    applied: ProjectDir, changed: dict[str, Any], why: str
) -> None:
    file = save(applied)
    plan = json.loads((applied.directory / "plan.json").read_text())
    applied.write("plan.json", json.dumps({**plan, **changed}))
    ran = applied.run("apply", file)
    assert ran.code == 3
    assert why in ran.err
    assert applied.writes() == []


def test_a_fingerprint_is_approval_for_exactly_that_plan(applied: ProjectDir) -> None:
    fingerprint = applied.plan()["fingerprint"]
    assert applied.run("apply", "--expect", "0" * 32).code == 3
    assert applied.writes() == []
    applied.ok("apply", "--expect", fingerprint)
    assert applied.plan()["summary"]["no-op"] == 2


def test_a_first_plan_can_be_approved_before_there_is_any_state(project: ProjectDir) -> None:
    project.write("personas/a.yaml", COACH)
    file = save(project)
    project.ok("apply", file)
    assert project.plan()["summary"]["no-op"] == 1


def test_without_a_terminal_nothing_is_asked_and_nothing_sent(applied: ProjectDir) -> None:
    ran = applied.run("apply")
    assert ran.code == 3
    assert "--auto-approve" in ran.err
    assert applied.writes() == []


def test_equal_inputs_give_equal_bytes(applied: ProjectDir) -> None:
    first = applied.ok("plan", "--format", "json").out
    assert applied.ok("plan", "--format", "json").out == first


def test_too_many_updates_are_refused_until_their_number_is_confirmed(
    project: ProjectDir,
) -> None:
    for number in range(8):
        project.write(f"personas/p{number}.yaml", COACH.replace("Coach", f"P{number}"))
    project.apply()
    for number in range(8):
        project.replace(f"personas/p{number}.yaml", "a coach", "a pirate")
    project.requests()
    assert "apply will refuse" in project.ok("plan").out
    assert project.run("apply", "--auto-approve").code == 3
    assert project.run("apply", "--auto-approve", "--allow-updates", "7").code == 3
    assert project.writes() == []
    project.apply("--allow-updates", "8")
    assert len(project.writes()) == 8


def test_a_small_fleet_is_not_blocked_by_one_change(project: ProjectDir) -> None:
    project.write("personas/a.yaml", COACH)
    project.apply()
    project.replace("personas/a.yaml", "a coach", "a pirate")
    project.apply()
    assert project.live("a")["system_prompt"] == "You are a pirate."


def test_too_many_deletes_are_refused_until_their_number_is_confirmed(
    project: ProjectDir,
) -> None:
    for number in range(8):
        project.write(f"personas/p{number}.yaml", COACH.replace("Coach", f"P{number}"))
    project.apply()
    for number in range(1, 8):
        (project.directory / f"personas/p{number}.yaml").unlink()
    project.requests()
    assert project.run("apply", "--auto-approve", "--prune").code == 3
    assert project.writes() == []
    project.apply("--prune", "--allow-deletes", "7")
    assert len(project.writes()) == 7


def test_a_delete_waits_for_every_other_change_to_succeed(project: ProjectDir) -> None:
    project.write("personas/a.yaml", COACH.replace("Coach", "A"))
    project.write("personas/b.yaml", COACH.replace("Coach", "B"))
    project.apply()
    project.replace("personas/a.yaml", "a coach", "a pirate")
    (project.directory / "personas/b.yaml").unlink()
    with project.emulator() as store:
        store.set_switch("refuse_ops", "replace")
    project.requests()
    ran = project.run("apply", "--auto-approve", "--prune")
    assert ran.code == 1
    assert "not started" in ran.out
    assert not [write for write in project.writes() if write.startswith("DELETE")]


def test_several_plans_approve_together_what_none_approves_alone(applied: ProjectDir) -> None:
    first = save(applied)
    applied.replace("personas/a.yaml", "a good coach", "a coach")
    applied.replace("personas/b.yaml", "a coach", "a pirate")
    second = str(applied.directory / "second.json")
    applied.ok("plan", "--out", second)
    applied.replace("personas/a.yaml", "a coach", "a good coach")
    for file in (first, second):
        assert applied.run("apply", file).code == 3
    assert applied.writes() == []
    applied.ok("apply", first, second)
    assert applied.live("a")["system_prompt"] == "You are a good coach."
    assert applied.live("b")["system_prompt"] == "You are a pirate."


def test_a_plan_from_elsewhere_among_several_approves_nothing_and_is_named(
    applied: ProjectDir,
) -> None:
    file = save(applied)
    plan = json.loads((applied.directory / "plan.json").read_text())
    other = applied.directory / "other.json"
    other.write_text(json.dumps({**plan, "environment": "prod"}))
    ran = applied.ok("apply", str(other), file)
    assert f"{other} approves nothing here: it was made for another environment" in ran.err
    assert len(applied.writes()) == 1


def test_plans_limited_to_some_personas_limit_the_apply_to_all_of_them(
    applied: ProjectDir,
) -> None:
    applied.replace("personas/b.yaml", "a coach", "a pirate")
    applied.write("personas/c.yaml", COACH)
    files = [str(applied.directory / name) for name in ("a.json", "b.json")]
    for file, key in zip(files, "ab", strict=True):
        applied.ok("plan", "--out", file, "--target", key)
    applied.requests()
    applied.ok("apply", *files)
    assert len(applied.writes()) == 2
