"""`reconciler validate`: what it tells of which files, in every form, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from pydantic import TypeAdapter

from reconciler.core.rulebook import Rule
from reconciler.report.formats import DiagnosticsDocument

if TYPE_CHECKING:
    from project import ProjectDir

ROOT: Final = Path(__file__).parents[2]

MARA: Final = "persona_name: Mara\nsystem_prompt: You are {{name}}.\n"
BROKEN: Final = "persona_name: Bo\ngreting: Hello\nsystem_prompt: {$file: prompts/bo.md}\n"


@pytest.fixture
def fleet(project: ProjectDir) -> ProjectDir:
    """A definition with a warning, one with an error, and a fragment with a warning."""
    project.write("personas/mara.yaml", MARA)
    project.write("personas/bo.yaml", BROKEN)
    project.write("personas/prompts/bo.md", "Be brief.\nTODO: prices, 100%\n")
    return project


def test_json_has_the_documented_shape(fleet: ProjectDir) -> None:
    ran = fleet.run("validate", "--format", "json")
    assert ran.code == 1
    TypeAdapter(DiagnosticsDocument).validate_python(ran.json, strict=True, extra="forbid")
    told = [(found["code"], found["place"]["file"]) for found in ran.json["diagnostics"]]
    assert told == [
        (None, "personas/bo.yaml"),
        ("PR203", "personas/mara.yaml"),
        ("PR203", "personas/prompts/bo.md"),
    ]


def test_text_shows_the_code_beside_the_problem(fleet: ProjectDir) -> None:
    out = fleet.run("validate").out
    assert "PR203" in out
    assert "personas/prompts/bo.md:2:1" in out
    assert "1 error" in out.splitlines()[-1]


def test_github_annotations_are_escaped_and_name_their_rule(fleet: ProjectDir) -> None:
    fleet.write("personas/odd,name.yaml", MARA.replace("Mara", "Odd") + "reconcile: {key: odd}\n")
    lines = fleet.run("validate", "--format", "github").out.splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert [command.split(" ")[0] for command in commands] == [
        "::error", "::warning", "::warning", "::warning",
    ]  # fmt: skip
    assert any("file=personas/odd%2Cname.yaml,line=2,col=" in command for command in commands)
    (included,) = (command for command in commands if "bo.md" in command)
    assert "line=2,col=1,title=A placeholder is left in the text (PR203)::" in included
    assert "%0Athrough personas/bo.yaml:3:" in included


def test_a_line_end_or_a_percent_sign_cannot_break_out_of_an_annotation(
    project: ProjectDir,
) -> None:
    project.write("personas/a.yaml", 'persona_name: A\nsystem_prompt: x\n"a%0A::error::b\\n": 1\n')
    out = project.run("validate", "--format", "github").out
    (command,) = (line for line in out.splitlines() if line.startswith("::"))
    assert "%250A" in command
    assert "\n::error::b" not in out


def test_sarif_names_every_rule_and_points_at_lines(fleet: ProjectDir) -> None:
    log: Any = json.loads(fleet.run("validate", "--format", "sarif").out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {"invalid-definition", *(r.code for r in Rule)}
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    levels = {rule["defaultConfiguration"]["level"] for rule in rules}
    assert levels == {"none", "warning", "error"}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
    (included,) = (result for result in run["results"] if "relatedLocations" in result)
    where = included["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "personas/prompts/bo.md"
    assert where["region"] == {"startLine": 2, "startColumn": 1}
    assert "://" not in json.dumps(run)


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_files_are_named_as_in_the_repository(
    fleet: ProjectDir, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(fleet.directory.parent))
    out = fleet.run("validate", "--format", form).out
    assert f"{fleet.directory.name}/personas/bo.yaml" in out


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_a_broken_project_file_is_told_in_the_form_asked_for(fleet: ProjectDir, form: str) -> None:
    fleet.write("reconciler.yaml", "version: 1\nenvironmets: {}\n")
    ran = fleet.run("validate", "--format", form)
    assert ran.code == 1
    assert "reconciler.yaml" in ran.out
    if form in {"json", "sarif"}:
        json.loads(ran.out)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("personas/mara.yaml", {"personas/mara.yaml"}),
        ("personas/bo.yaml", {"personas/bo.yaml", "personas/prompts/bo.md"}),
        ("personas/prompts/bo.md", {"personas/prompts/bo.md"}),
        ("personas/prompts", {"personas/prompts/bo.md"}),
        ("reconciler.yaml", {"personas/mara.yaml", "personas/bo.yaml", "personas/prompts/bo.md"}),
    ],
)
def test_with_paths_only_their_problems_are_told(
    fleet: ProjectDir, path: str, told: set[str]
) -> None:
    found = fleet.run("validate", "--format", "json", str(fleet.directory / path)).json
    assert {each["place"]["file"] for each in found["diagnostics"]} == told


def test_a_path_outside_the_project_is_wrong_usage(fleet: ProjectDir) -> None:
    assert fleet.run("validate", str(ROOT)).code == 64


def test_warnings_fail_only_when_asked_to(project: ProjectDir) -> None:
    project.write("personas/mara.yaml", MARA)
    assert project.run("validate").code == 0
    assert project.run("validate", "--strict").code == 1
    project.write("personas/mara.yaml", MARA.replace("{{name}}", "Mara"))
    assert project.run("validate", "--strict").code == 0


def test_a_fragment_for_another_environment_is_not_idle(project: ProjectDir) -> None:
    project.write("personas/mara.yaml", "persona_name: Mara\nsystem_prompt: You are Mara.\n")
    project.write("personas/prompts/pal.md", "Be brief.\n")
    project.write("overlays/pals/persona/mara.yaml", "greeting: Hello\n")
    assert "PR601" in project.run("validate").out
    project.write("overlays/pals/persona/mara.yaml", "system_prompt: {$file: prompts/pal.md}\n")
    assert "PR601" not in project.run("validate").out


def test_every_environment_is_checked_when_asked_to(project: ProjectDir) -> None:
    project.write("personas/mara.yaml", "persona_name: Mara\nsystem_prompt: You are Mara.\n")
    overlay = "overlays/pals/persona/mara.yaml"
    project.write(overlay, "greeting: Hello {{name}}\n")
    words = ("validate", "--format", "json", "--all-environments")
    assert project.run("validate", "--format", "json").json["diagnostics"] == []
    for paths in ((), (str(project.directory / overlay),)):
        (found,) = project.run(*words, *paths).json["diagnostics"]
        assert (found["code"], found["place"]["file"]) == ("PR203", overlay)


class TestPreCommit:
    """The hook, run as pre-commit does: its entry with names of changed files, in the project."""

    HOOKS: Final = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))

    def run(self, hook: str, fleet: ProjectDir, *files: str) -> subprocess.CompletedProcess[str]:
        (found,) = (each for each in self.HOOKS if each["id"] == hook)
        words = [*found["entry"].split(), *files]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            words,
            cwd=fleet.directory,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_it_passes_what_is_right_and_fails_what_is_wrong(self, fleet: ProjectDir) -> None:
        good = self.run("reconciler-validate", fleet, "personas/mara.yaml")
        bad = self.run("reconciler-validate", fleet, "personas/mara.yaml", "personas/bo.yaml")
        assert (good.returncode, bad.returncode) == (0, 1)
        assert "greting" in bad.stdout

    def test_the_one_for_layout_rewrites_what_it_is_given(self, fleet: ProjectDir) -> None:
        fleet.write("personas/mara.yaml", "greeting: Hello\n" + MARA)
        fleet.write("personas/odd.yaml", "greeting: Hello\n" + MARA)
        ran = self.run("reconciler-fmt", fleet, "personas/mara.yaml", "personas/prompts/bo.md")
        assert (ran.returncode, ran.stdout) == (0, "personas/mara.yaml\n")
        assert (fleet.directory / "personas/mara.yaml").read_text() == MARA + "greeting: Hello\n"
        assert "personas/odd.yaml" in fleet.run("fmt", "--check").out.splitlines()

    def test_it_is_run_once_for_all_files_and_for_every_kind_of_file(self) -> None:
        for hook in self.HOOKS:
            assert hook["require_serial"] is True
            assert hook["language"] == "python"
