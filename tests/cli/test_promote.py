"""`reconciler promote`: the files that make one environment equal another."""

from __future__ import annotations

from typing import Final

import pytest
from project import COACH, ProjectDir

PROJECT: Final = """\
version: 1
default_environment: staging
environments:
  staging: {api: sandbox, vars: {face: r90bbd427f71, voice: one}}
  prod: {api: sandbox, vars: {face: r5f0577fc829}}
"""

PROD: Final = """\
# What differs in prod.
greeting: 'Hello'   # short

layers:
    # Slower than in staging.
    conversational_flow: {turn_taking_patience: high}
    llm:
        model: tavus-gpt-oss # on trial
reconcile: {protect: true}
"""

OVERLAY: Final = "overlays/prod/persona/anna.yaml"


@pytest.fixture
def team(project: ProjectDir) -> ProjectDir:
    """Anna on a base, with a variable, and with overlays in both environments."""
    project.write("reconciler.yaml", PROJECT)
    anna = COACH.replace("r90bbd427f71", "{$var: face}").replace("Coach", "Anna")
    project.write("personas/anna.yaml", anna)
    project.write("overlays/staging/persona/anna.yaml", "greeting: Good morning\n")
    project.write(OVERLAY, PROD)
    return project


def text(project: ProjectDir, name: str = OVERLAY) -> str:
    return (project.directory / name).read_text(encoding="utf-8")


def test_members_are_set_and_removed_and_everything_else_stays(team: ProjectDir) -> None:
    team.ok("promote", "staging", "prod")
    assert text(team) == (
        "# What differs in prod.\n"
        "greeting: 'Good morning'   # short\n"
        "\n"
        "reconcile: {protect: true}\n"
    )


def test_a_difference_by_a_variable_is_meant_and_said(team: ProjectDir) -> None:
    ran = team.ok("promote", "staging", "prod")
    assert "stays different, by a variable: default_replica_id of 1 persona" in ran.err


def test_a_second_time_there_is_nothing_to_do(team: ProjectDir) -> None:
    team.ok("promote", "staging", "prod")
    before = text(team)
    ran = team.ok("promote", "staging", "prod")
    assert "Nothing to promote: prod has what staging has." in ran.err
    assert (ran.out, text(team)) == ("", before)


def test_a_dry_run_shows_the_difference_and_writes_nothing(team: ProjectDir) -> None:
    ran = team.ok("promote", "staging", "prod", "--dry-run")
    assert f"--- a/{OVERLAY}\n+++ b/{OVERLAY}" in ran.out
    assert "+greeting: 'Good morning'   # short\n" in ran.out
    assert text(team) == PROD


def test_an_overlay_is_made_where_there_is_none_and_removed_where_it_says_nothing(
    team: ProjectDir,
) -> None:
    (team.directory / OVERLAY).unlink()
    ran = team.ok("promote", "staging", "prod")
    assert "--- /dev/null" in ran.out
    assert text(team) == "greeting: Good morning\n"
    (team.directory / "overlays/staging/persona/anna.yaml").unlink()
    team.ok("promote", "staging", "prod")
    assert not (team.directory / OVERLAY).exists()


def test_directives_are_carried_over_as_they_are_written(
    team: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_OF_LLM", "canary-secret")
    key = "layers: {llm: {base_url: https://llm.example, api_key: {$env: KEY_OF_LLM}}}\n"
    team.write("overlays/staging/persona/anna.yaml", key)
    ran = team.ok("promote", "staging", "prod")
    assert "api_key: {$env: KEY_OF_LLM}" in text(team)
    assert "canary-secret" not in text(team) + ran.out + ran.err


def test_a_variable_that_the_environment_lacks_is_an_error_and_nothing_is_written(
    team: ProjectDir,
) -> None:
    team.write("overlays/staging/persona/anna.yaml", "greeting: {$var: voice}\n")
    ran = team.run("promote", "staging", "prod")
    assert ran.code == 1
    assert "voice in prod" in ran.err
    assert text(team) == PROD


def test_a_definition_that_is_not_meant_for_it_is_listed_and_admitted_when_named(
    team: ProjectDir,
) -> None:
    ben = COACH + "# Not ready yet.\nreconcile: {environments: [staging]}  # for now\n"
    team.write("personas/ben.yaml", ben)
    ran = team.ok("promote", "staging", "prod")
    assert "not meant for prod: persona/ben; name it to promote it" in ran.err
    assert text(team, "personas/ben.yaml") == ben
    team.ok("promote", "staging", "prod", "ben")
    after = ben.replace("[staging]", "[staging, prod]").replace("}  #", "} #")
    assert text(team, "personas/ben.yaml").replace("}  #", "} #") == after


@pytest.mark.parametrize("suffix", ["md", "json"])
def test_overlays_in_markdown_and_json_are_edited_too(team: ProjectDir, suffix: str) -> None:
    (team.directory / OVERLAY).unlink()
    (team.directory / "overlays/staging/persona/anna.yaml").unlink()
    overlay = {"md": "---\ngreeting: x # y\n---\nOld prompt.\n", "json": '{"greeting": "x"}\n'}
    team.write(f"overlays/prod/persona/anna.{suffix}", overlay[suffix])
    team.write("overlays/staging/persona/anna.md", "---\ngreeting: z\n---\nNew\nprompt.\n")
    team.ok("promote", "staging", "prod")
    after = {
        "md": "---\ngreeting: z # y\n---\nNew\nprompt.\n",
        "json": '{"greeting": "z", "system_prompt": "New\\nprompt."}\n',
    }
    assert text(team, f"overlays/prod/persona/anna.{suffix}") == after[suffix]


def test_no_request_is_sent(team: ProjectDir) -> None:
    team.requests()
    team.ok("promote", "staging", "prod")
    assert team.requests() == []


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("staging", "staging"), 64, "the same environment"),
        (("staging", "prd"), 1, "Did you mean «prod»?"),
        (("staging", "prod", "nobody"), 64, "persona/nobody in staging"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    team: ProjectDir, words: tuple[str, ...], code: int, told: str
) -> None:
    ran = team.run("promote", *words)
    assert ran.code == code
    assert told in ran.err


def test_a_value_shared_by_an_anchor_is_not_changed_unasked(team: ProjectDir) -> None:
    shared = "layers:\n  llm: &x {extra_body: {a: 1}}\n  tts: {voice_settings: *x}\n"
    team.write(OVERLAY, shared)
    team.write(
        "overlays/staging/persona/anna.yaml",
        shared.replace("{a: 1}", "{a: 2}").replace("*x", "{extra_body: {a: 1}}"),
    )
    ran = team.run("promote", "staging", "prod")
    assert ran.code == 1
    assert "others take &x over" in ran.err
    assert text(team) == shared
