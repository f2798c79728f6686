"""`reconciler fmt`: which files it lays out, what it says, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from project import ProjectDir

UNTIDY: Final = "system_prompt: x\npersona_name:   Mara\n"
TIDY: Final = "persona_name: Mara\nsystem_prompt: x\n"


def text(project: ProjectDir, name: str) -> str:
    return (project.directory / name).read_bytes().decode()


def test_check_lists_the_files_and_writes_nothing(project: ProjectDir) -> None:
    project.write("personas/a.yaml", UNTIDY)
    project.write("personas/b.yaml", TIDY)
    ran = project.run("fmt", "--check")
    assert (ran.code, ran.out) == (2, "personas/a.yaml\n")
    assert "1 file would be laid out anew" in ran.err
    assert text(project, "personas/a.yaml") == UNTIDY


def test_files_are_rewritten_once(project: ProjectDir) -> None:
    project.write("personas/a.yaml", UNTIDY)
    (project.directory / "personas/a.yaml").chmod(0o640)
    assert project.ok("fmt").out == "personas/a.yaml\n"
    assert text(project, "personas/a.yaml") == TIDY
    assert (project.directory / "personas/a.yaml").stat().st_mode & 0o777 == 0o640
    assert project.ok("fmt").out == ""
    assert project.ok("fmt", "--check").out == ""
    assert [file.name for file in (project.directory / "personas").iterdir()] == ["a.yaml"]


@pytest.mark.parametrize(
    ("name", "is_laid_out"),
    [
        ("personas/team/a.yml", True),
        ("personas/bases/a.yaml", True),
        ("overlays/sandbox/persona/a.yaml", True),
        ("personas/a.json", False),
        ("personas/prompts/tools.yaml", False),
        ("personas/.hidden/a.yaml", False),
        ("notes/a.yaml", False),
    ],
)
def test_definitions_bases_and_overlays_are_laid_out(
    project: ProjectDir, name: str, is_laid_out: bool
) -> None:
    project.write("personas/x.yaml", TIDY)
    project.write(name, UNTIDY)
    assert project.ok("fmt").out == (f"{name}\n" if is_laid_out else "")
    assert text(project, name) == (TIDY if is_laid_out else UNTIDY)


def test_a_prompt_in_markdown_is_left_alone(project: ProjectDir) -> None:
    project.write("personas/a.md", "---\ngreeting: b\npersona_name: a\n---\n\n-  odd  \n")
    project.write("personas/prompts/p.md", "No front matter  ")
    assert project.ok("fmt").out == "personas/a.md\n"
    assert text(project, "personas/a.md").endswith("greeting: b\n---\n\n-  odd  \n")
    assert text(project, "personas/prompts/p.md") == "No front matter  "


@pytest.mark.parametrize("words", [("fmt",), ("fmt", "--check")])
def test_a_file_with_an_error_stays_and_is_told(
    project: ProjectDir, words: tuple[str, ...]
) -> None:
    broken = "persona_name: a\npersona_name: b  \n"
    project.write("personas/a.yaml", broken)
    project.write("personas/b.yaml", UNTIDY)
    ran = project.run(*words)
    assert (ran.code, ran.out) == (1, "personas/b.yaml\n")
    assert "personas/a.yaml:2:1" in ran.err
    assert text(project, "personas/a.yaml") == broken


def test_paths_restrict_it(project: ProjectDir) -> None:
    for name in ("a", "b", "team/c"):
        project.write(f"personas/{name}.yaml", UNTIDY)
    directory = project.directory
    paths = (str(directory / "personas/team"), str(directory / "reconciler.yaml"))
    assert project.ok("fmt", *paths).out == "personas/team/c.yaml\n"
    assert project.ok("fmt", str(directory / "reconciler.yaml")).out == ""
    assert project.run("fmt", str(directory.parent)).code == 64


def test_a_plan_after_it_is_empty(project: ProjectDir) -> None:
    project.write("personas/a.yaml", UNTIDY + "layers:\n    llm: {model: tavus-gemma-4}\n")
    project.apply()
    assert project.ok("fmt").out
    assert project.run("plan", "--detailed-exitcode").code == 0
