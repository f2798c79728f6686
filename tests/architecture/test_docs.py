"""The documentation names what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from reconciler.cli.ci_files import gitlab_files, workflows
from reconciler.core.service.question import in_words
from reconciler.core.service.questions import QUESTIONS

if TYPE_CHECKING:
    from project import ProjectDir

    from reconciler.core.service.question import Question

ROOT = Path(__file__).parents[2]
RELIABILITY = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
COMPOSITION = (ROOT / "docs/composition.md").read_text(encoding="utf-8")
BACK = (ROOT / "docs/the-way-back.md").read_text(encoding="utf-8")
STATE = (ROOT / "docs/state.md").read_text(encoding="utf-8")
ENVIRONMENTS = (ROOT / "docs/environments.md").read_text(encoding="utf-8")
THREATS = dict(
    re.findall(
        r"^\| (T\d+) \|(.*)$",
        (ROOT / "docs/threat-model.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
CI = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
DEFINED = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"def (test_\w+)\(", file.read_text(encoding="utf-8"))
}
WITHOUT_A_TEST = {"F30"}
"""Failures where nothing can be run."""


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


def test_every_threat_has_a_row() -> None:
    assert list(THREATS) == [f"T{number}" for number in range(1, len(THREATS) + 1)]


@pytest.mark.parametrize("threat", THREATS)
def test_the_tests_named_for_a_threat_exist(threat: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", THREATS[threat]))
    assert named <= DEFINED
    assert named


def test_the_page_on_ci_names_every_input_and_output_of_the_action() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    inputs, _, outputs = CI.partition("## The action")[2].partition("| output |")
    rows = re.findall(r"^\| `([\w-]+)` \|", inputs, re.MULTILINE)
    assert rows == list(action["inputs"])
    named = re.findall(r"`([\w-]+)`", "".join(re.findall(r"^\| (`.*?) \|", outputs, re.MULTILINE)))
    assert named == list(action["outputs"])


def test_the_permissions_of_the_page_are_those_of_the_workflows() -> None:
    columns = ("contents", "pull-requests", "issues", "actions")
    rows = re.findall(r"^\| `([\w.-]+)` ([\w-]+) \|(.*)\|$", CI, re.MULTILINE)
    told = {
        (file, job): dict(zip((*columns, "key"), map(str.strip, cells.split("|")), strict=True))
        for file, job, cells in rows
    }
    real = {}
    for name, text in workflows().items():
        for job_name, job in yaml.safe_load(text)["jobs"].items():
            granted = {column: job["permissions"].get(column, "") for column in columns}
            key = "yes" if "TAVUS_API_KEY" in str(job["steps"]) else "no"
            assert job["permissions"].keys() <= set(columns)
            real[name.rpartition("/")[2], job_name] = {**granted, "key": key}
    assert told == real


def test_the_page_on_ci_names_every_variable_that_the_files_ask() -> None:
    texts = "".join([*workflows().values(), *gitlab_files().values()])
    asked = set(re.findall(r"\bRECONCILER_[A-Z]+", texts))
    assert asked == set(re.findall(r"\bRECONCILER_[A-Z]+", CI))


@pytest.mark.parametrize("word", re.findall(r"`reconciler state (\w+)", STATE))
def test_every_state_command_of_the_page_exists(word: str) -> None:
    from reconciler.cli.commands.state import command

    assert word in command.commands


def written(project: ProjectDir, page: str) -> list[tuple[str, str]]:
    """Write the files that a page shows; its screens, each a command and what it prints."""
    for name, text in re.findall(r"(?ms)^`(\S+)`\n\n```\w+\n(.*?)^```", page):
        project.write(name, text)
    screens = re.findall(r"(?ms)^\$ reconciler ([^\n]*)\n(.*?)^```", page)
    return [(command, without_ids(shown)) for command, shown in screens]


def without_ids(text: str) -> str:
    """Ids are random."""
    return re.sub(r"\bp[0-9a-f]{11}\b", "p…", text)


@pytest.fixture
def wide(project: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> ProjectDir:
    """A project in which commands print what the pages show."""
    monkeypatch.setenv("TAVUS_API_KEY", "x")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(project.directory)
    return project


def test_the_screens_of_composition_are_real(wide: ProjectDir) -> None:
    screens = written(wide, COMPOSITION)
    assert len(screens) == 3
    for words, shown in screens:
        assert without_ids(wide.ok(*words.split()).out) == shown


def test_the_screens_of_the_way_back_are_real(wide: ProjectDir) -> None:
    screens = written(wide, BACK)
    wide.apply()
    wide.edit(
        "anna",
        [
            {"op": "replace", "path": "/greeting", "value": "Hi there!"},
            {
                "op": "replace",
                "path": "/layers/conversational_flow/turn_taking_patience",
                "value": "high",
            },
            {
                "op": "replace",
                "path": "/system_prompt",
                "value": "You coach people who are new to running.\n\n"
                "Never talk about weight or age.",
            },
        ],
    )
    assert [words for words, _ in screens] == ["drift", "pull", "pull --into overlay", "plan"]
    for words, shown in screens:
        ran = wide.run(*words.split())
        assert without_ids(ran.out or ran.err) == shown


def test_the_precedence_of_settings_is_as_the_page_on_environments_says(
    tmp_path: Path,
) -> None:
    from reconciler.desired.project import read_project

    found = re.search(r"^```yaml\n(.*?)^```", ENVIRONMENTS, re.MULTILINE | re.DOTALL)
    assert found
    (tmp_path / "reconciler.yaml").write_text(found[1], encoding="utf-8")
    project = read_project(tmp_path).project
    prod, staging = project.settings("prod"), project.settings("staging")
    assert (prod.client.concurrency, prod.client.dialect) == (2, "personas")
    assert (str(prod.guards.max_updates), str(prod.guards.max_deletes)) == ("30%", "0")
    assert (staging.client.concurrency, str(staging.guards.max_deletes)) == (8, "5")
    assert (prod.environment.state, staging.environment.state) == ("git", "local")
    assert (prod.environment.prune, staging.environment.prune) == (False, True)


def test_the_matrix_of_the_page_on_environments_is_real() -> None:
    from reconciler.core.resource import Address
    from reconciler.core.standing import Column, Matrix, Standing
    from reconciler.report.environments import environments_text

    anna, ben = Address("persona", "anna"), Address("persona", "ben")
    matrix = Matrix(
        (
            Column("staging", "", {anna: Standing.IN_SYNC, ben: Standing.DRIFTED}),
            Column("prod", "", {anna: Standing.AHEAD}),
        )
    )
    assert f"$ reconciler environments\n{environments_text(matrix, 100)}```" in ENVIRONMENTS
    assert {f"| {one} |" for one in Standing} <= set(
        re.findall(r"^\| [a-z ]+ \|", ENVIRONMENTS, re.MULTILINE)
    )


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_the_page_on_profiles_has_every_question_with_its_shipped_answer(
    question: Question,
) -> None:
    page = (ROOT / "docs/service-profile.md").read_text(encoding="utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith(f"| `{question.id}`:"))
    asks, answer, sure, effect = (cell.strip() for cell in row.strip("|").split(" | "))
    assert asks == f"`{question.id}`: {question.asks}"
    assert answer == in_words(question.default)
    assert (sure, effect) == (question.confidence.value, question.effect)
