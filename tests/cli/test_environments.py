"""`reconciler environments`: how every persona stands in every environment."""

from __future__ import annotations

from typing import Final

import pytest
from project import COACH, ProjectDir

PROJECT: Final = """\
version: 1
default_environment: sandbox
environments:
  sandbox: {api: sandbox}
  other: {api: sandbox, client: {dialect: pals}}
  prod: {api: "http://127.0.0.1:9", api_key: {$env: KEY_OF_PROD}}
client: {retries: 0}
"""


@pytest.fixture
def team(project: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> ProjectDir:
    """Three personas that stand differently, and an environment without a key."""
    monkeypatch.delenv("KEY_OF_PROD", raising=False)
    project.write("reconciler.yaml", PROJECT)
    for key in ("anna", "ben", "cleo"):
        project.write(f"personas/{key}.yaml", COACH.replace("Coach", key.title()))
    project.apply()
    return project


def standings(project: ProjectDir, *words: str) -> dict[str, dict[str, str]]:
    """Address → environment → standing, of an environment that can be planned."""
    ran = project.run("environments", "--format", "json", *words)
    return {row["address"]: row["standings"] for row in ran.json["personas"]}


def only(project: ProjectDir, key: str) -> str:
    return standings(project, "--env", "sandbox")[f"persona/{key}"]["sandbox"]


def test_each_way_to_stand_has_its_word(team: ProjectDir) -> None:
    model = [{"op": "add", "path": "/layers/llm/model", "value": "tavus-gpt-oss"}]
    assert only(team, "anna") == "in sync"
    team.replace("personas/anna.yaml", "patience: low", "patience: high")
    assert only(team, "anna") == "ahead"
    team.edit("anna", model)
    assert only(team, "anna") == "diverged"
    team.edit("ben", model)
    assert only(team, "ben") == "drifted"
    team.write("personas/dora.yaml", COACH.replace("Coach", "Dora"))
    assert only(team, "dora") == "absent"
    (team.directory / "personas/cleo.yaml").unlink()
    assert only(team, "cleo") == "orphan"


def test_a_persona_deleted_outside_has_drifted(team: ProjectDir) -> None:
    with team.emulator() as store:
        store.delete(team.bound("anna"))
    assert only(team, "anna") == "drifted"


def test_a_definition_for_other_environments_is_not_meant(team: ProjectDir) -> None:
    only_other = "reconcile: {environments: [other]}\n"
    team.write("personas/dora.yaml", COACH.replace("Coach", "Dora") + only_other)
    found = standings(team, "--env", "sandbox", "--env", "other")["persona/dora"]
    assert found == {"sandbox": "not meant", "other": "absent"}


def test_an_environment_without_a_key_is_unknown_and_the_others_are_shown(
    team: ProjectDir,
) -> None:
    ran = team.run("environments")
    assert ran.code == 1
    assert "prod: unknown" in ran.out
    assert "KEY_OF_PROD" in ran.out
    assert "sandbox: 3 in sync" in ran.out
    assert standings(team)["persona/anna"]["prod"] == "unknown"


def test_an_environment_that_cannot_be_reached_is_unknown(
    team: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_OF_PROD", "canary-key")
    ran = team.run("environments", "--env", "prod", "--env", "sandbox", "--format", "json")
    assert ran.code == 1
    assert [column["known"] for column in ran.json["environments"]] == [False, True]
    assert "canary-key" not in ran.out + ran.err


def test_the_exit_code_tells_whether_all_is_in_sync_where_asked(team: ProjectDir) -> None:
    words = ("environments", "--env", "sandbox", "--detailed-exitcode")
    assert team.run(*words).code == 0
    team.replace("personas/anna.yaml", "patience: low", "patience: high")
    assert team.run(*words).code == 2
    assert team.run(*words[:-1]).code == 0


def test_an_unknown_environment_is_an_error(team: ProjectDir) -> None:
    ran = team.run("environments", "--env", "prd")
    assert ran.code == 1
    assert "Did you mean «prod»?" in ran.err


def test_nothing_is_written(team: ProjectDir) -> None:
    team.replace("personas/anna.yaml", "patience: low", "patience: high")
    team.requests()
    team.run("environments")
    assert team.writes() == []
