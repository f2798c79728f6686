"""Results as files: --report, in the form that the file's name ends with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from project import COACH, ProjectDir


@pytest.fixture(autouse=True)
def inside(project: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are named relative to where the command is started."""
    monkeypatch.chdir(project.directory)


def read(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


def test_one_run_writes_every_form_it_is_asked_for(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    shown = project.ok(
        "plan", "--report", "out/plan.json", "--report", "out/plan.md", "--report", "p.txt"
    )
    assert shown.out.startswith("Plan: 1 to create.")
    assert read("p.txt") == shown.out
    document = json.loads(read("out/plan.json"))
    assert document["summary"]["create"] == 1
    assert "| `+` | `persona/coach` | create |" in read("out/plan.md")
    assert f"Fingerprint `{document['fingerprint']}`" in read("out/plan.md")


def test_a_file_has_no_colour_where_the_screen_has(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    shown = project.ok("plan", "--color", "always", "--report", "plan.txt")
    assert "\x1b[" in shown.out
    assert "\x1b" not in read("plan.txt")


def test_a_name_that_says_no_form_is_wrong_usage(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    ran = project.run("plan", "--report", "plan.pdf")
    assert ran.code == 64
    assert "'plan.pdf' names no form of a report; it may end with" in ran.err


def test_apply_and_drift_report_too(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.ok("apply", "--auto-approve", "--report", "apply.md", "--report", "apply.json")
    assert "- `persona/coach` create: done" in read("apply.md")
    assert json.loads(read("apply.json"))["kind"] == "persona-reconciler/outcome"
    project.edit("coach", [{"op": "replace", "path": "/system_prompt", "value": "Ahoy!"}])
    assert project.run("drift", "--report", "drift.md").code == 2
    assert "**1 persona moved outside since the last apply.**" in read("drift.md")


def test_markdown_goes_to_the_screen_as_well(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    assert project.ok("plan", "--format", "markdown").out.startswith("### Plan for `sandbox`\n")
