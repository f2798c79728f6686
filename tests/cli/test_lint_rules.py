"""Every lint rule: documented, found in its bad example and nowhere in its good one; switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lint_pages import PAGES, page_of

from reconciler.core.rulebook import Level, Rule, rule_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from project import ProjectDir

BAD = "persona_name: Mara\nsystem_prompt: You are Mara of {{company}}.\n"


def codes(project: ProjectDir, *words: str) -> set[str | None]:
    """The rules that speak."""
    found = project.run("validate", "--format", "json", *words).json["diagnostics"]
    return {diagnostic["code"] for diagnostic in found}


def written(project: ProjectDir, files: Mapping[str, str]) -> ProjectDir:
    for name, text in files.items():
        project.write(name, text)
    return project


def switched(project: ProjectDir, block: str) -> None:
    """With a block more in the project file, on line 2."""
    project.replace("reconciler.yaml", "version: 1\n", f"version: 1\n{block}\n")


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.code)
def test_a_page_shows_what_its_rule_finds_and_what_it_does_not(
    project: ProjectDir, rule: Rule
) -> None:
    page = page_of(rule)
    assert page.heading == f"# {rule.code}: {rule.slug}"
    assert codes(written(project, page.bad)) == {rule.code}
    for name in page.bad.keys() - {"reconciler.yaml"}:
        (project.directory / name).unlink()
    assert codes(written(project, page.good)) == set()


def test_the_overview_lists_every_rule_with_its_level_and_there_is_no_other_page() -> None:
    overview = (PAGES / "README.md").read_text(encoding="utf-8")
    for rule in Rule:
        row = f"| [{rule.code}]({rule.code}.md) | {rule.slug}"
        (line,) = (line for line in overview.splitlines() if line.startswith(row))
        assert line.endswith(f"| {rule.title} | {rule.level} |")
    assert {page.stem for page in PAGES.glob("PR*.md")} == {rule.code for rule in Rule}


def test_codes_and_names_are_unique_and_codes_have_one_form() -> None:
    assert len({rule.code for rule in Rule}) == len({rule.slug for rule in Rule}) == len(Rule)
    assert all(rule.code[:2] == "PR" and len(rule.code) == 5 for rule in Rule)


@pytest.mark.parametrize(
    ("block", "code", "found"),
    [
        ("lint: {PR203: off}", 0, set()),
        ("lint: {placeholder: off}", 0, set()),
        ("lint: {placeholder: error}", 1, {"PR203"}),
        ("lint: {placeholder: {level: off, labels: {team: a}}}", 0, {"PR203"}),
        ("lint: {placeholder: {level: off, labels: {team: b}}}", 0, set()),
        ("lint: {placeholder: {level: error, labels: {team: b, tier: c}}}", 0, {"PR203"}),
    ],
)
def test_a_rule_is_switched_in_the_project_file(
    project: ProjectDir, block: str, code: int, found: set[str]
) -> None:
    project.write("personas/mara.yaml", BAD + "reconcile: {labels: {team: b}}\n")
    switched(project, block)
    assert project.run("validate").code == code
    assert codes(project) == found


@pytest.mark.parametrize(("level", "code"), [("off", 0), ("warning", 0), ("error", 1)])
def test_a_definition_has_the_last_word_about_itself(
    project: ProjectDir, level: str, code: int
) -> None:
    project.write("personas/mara.yaml", f"{BAD}reconcile: {{lint: {{placeholder: {level}}}}}\n")
    switched(project, "lint: {PR203: error}")
    assert project.run("validate").code == code


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("lint: {PR999: off}", "there is no such lint rule"),
        ("lint: {plaecholder: off}", "did you mean placeholder?"),
        ("lint: {PR20: off}", "did you mean PR20"),
        ("lint: {PR203: loud}", "expected 'off', 'warning' or 'error'"),
        ("lint: {PR203: {level: off, label: {a: b}}}", "Did you mean labels?"),
        ("lint: {PR203: off, placeholder: error}", "PR203 and placeholder are the same rule"),
        ("lint: [PR203]", "a mapping is expected"),
    ],
)
def test_a_wrong_switch_is_an_error_with_its_place(
    project: ProjectDir, block: str, told: str
) -> None:
    project.write("personas/mara.yaml", BAD)
    switched(project, block)
    (found,) = project.run("validate", "--format", "json").json["diagnostics"]
    assert told in found["detail"] + found["hint"]
    assert (found["place"]["file"], found["place"]["line"]) == ("reconciler.yaml", 2)

    project.replace("reconciler.yaml", block, "")
    if "{level" not in block:
        project.write("personas/mara.yaml", f"{BAD}reconcile: {{{block}}}\n")
        told_of = project.run("validate", "--format", "json").json["diagnostics"]
        (found,) = (d for d in told_of if d["severity"] == "error")
        assert told in found["detail"] + found["hint"]
        assert found["place"]["line"] == 3


def test_what_cannot_work_stays_an_error_whatever_is_switched_off(project: ProjectDir) -> None:
    every = ", ".join(f"{rule.code}: off" for rule in Rule)
    switched(project, f"lint: {{{every}}}")
    project.write("personas/mara.yaml", "persona_name: Mara\ngreeting: {$env: NOT_SET}\n")
    assert codes(project) == {None}
    project.write("personas/mara.yaml", "system_prompt: x\ngreeting: {$env: NOT_SET}\n")
    assert codes(project) == set()
    ran = project.run("plan")
    assert ran.code == 1
    assert "NOT_SET" in ran.err


def test_a_plan_keeps_quiet_about_texts_unless_the_project_makes_it_an_error(
    project: ProjectDir,
) -> None:
    project.write("personas/mara.yaml", BAD + "layers: {llm: {model: tavus-glm-4.7}}\n")
    assert codes(project) == {"PR102", "PR203"}
    assert [found["code"] for found in project.plan()["diagnostics"]] == ["PR102"]
    switched(project, "lint: {placeholder: error}")
    ran = project.run("apply", "--auto-approve")
    assert ran.code == 1
    assert "PR203" in ran.err
    assert project.writes() == []


def test_a_rule_is_found_by_code_and_by_name() -> None:
    assert rule_of("PR104") is rule_of("deprecated-field") is Rule.DEPRECATED_FIELD
    assert Rule.MISSING_GUARDRAILS.level is Level.OFF
