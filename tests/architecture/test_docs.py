"""The documentation names what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from project import ProjectDir

ROOT = Path(__file__).parents[2]
RELIABILITY = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
COMPOSITION = (ROOT / "docs/composition.md").read_text(encoding="utf-8")
STATE = (ROOT / "docs/state.md").read_text(encoding="utf-8")
DEFINED = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"def (test_\w+)\(", file.read_text(encoding="utf-8"))
}
WITHOUT_A_TEST = {"F30", "F33", "F41"}
"""Failures of reports and workflows that do not exist yet, or where nothing can be run."""


def rows() -> dict[str, str]:
    """Each failure and its row."""
    found = re.findall(r"^\| (F\d+) \|(.*)$", RELIABILITY, re.MULTILINE)
    return dict(found)


def test_every_failure_of_the_catalogue_has_a_row() -> None:
    assert list(rows()) == [f"F{number}" for number in range(1, 45)]


@pytest.mark.parametrize("failure", rows())
def test_the_tests_named_for_a_failure_exist(failure: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", rows()[failure]))
    assert named <= DEFINED
    assert bool(named) is (failure not in WITHOUT_A_TEST)


@pytest.mark.parametrize("word", re.findall(r"`reconciler state (\w+)", STATE))
def test_every_state_command_of_the_page_exists(word: str) -> None:
    from reconciler.cli.commands.state import command

    assert word in command.commands


def test_the_screens_of_composition_are_real(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAVUS_API_KEY", "x")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(project.directory)
    for name, text in re.findall(
        r"^`(\S+)`\n\n```\w+\n(.*?)^```", COMPOSITION, re.MULTILINE | re.DOTALL
    ):
        project.write(name, text)
    screens = re.findall(
        r"^\$ reconciler ([^\n]*)\n(.*?)^```", COMPOSITION, re.MULTILINE | re.DOTALL
    )
    assert len(screens) == 3
    for words, shown in screens:
        assert project.ok(*words.split()).out == shown
