"""A newcomer with an account full of personas has everything under management."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from project import ProjectDir

SECRET = "sk-live-7f3a9c51"


@pytest.fixture
def newcomer(project: ProjectDir) -> ProjectDir:
    """A project as `init` leaves it, and an account of 30 personas, some of one name."""
    (project.directory / "reconciler.yaml").unlink()
    project.ok("init")
    with project.emulator() as store:
        for number in range(30):
            prompt = f"You are guide {number}." + "\nBe kind." * (number % 6)
            store.seed({"persona_name": f"Guide {number % 20}", "system_prompt": prompt})
    return project


def definitions(project: ProjectDir) -> set[str]:
    """The names of the definition files."""
    return {path.name for path in (project.directory / "personas").iterdir()}


def assert_all_bound_and_nothing_to_do(project: ProjectDir, number: int = 30) -> None:
    assert project.run("plan", "--detailed-exitcode").code == 0
    state = json.loads((project.directory / ".reconciler/state/sandbox/state.json").read_text())
    assert len({binding["id"] for binding in state["bindings"].values()}) == number
    assert len(definitions(project)) == number


def test_init_and_import_all_make_the_plan_empty(newcomer: ProjectDir) -> None:
    said = newcomer.ok("import", "--all").err
    assert "personas/greeter.md removed: the example of `reconciler init`" in said
    assert {"guide-0.yaml", "guide-0-2.yaml", "guide-5.md"} <= definitions(newcomer)
    assert_all_bound_and_nothing_to_do(newcomer)


def test_an_example_that_was_edited_stays(newcomer: ProjectDir) -> None:
    newcomer.replace("personas/greeter.md", "Greeter", "Doorman")
    assert "removed" not in newcomer.ok("import", "--all").err
    assert newcomer.plan()["summary"]["create"] == 1


def test_an_example_that_was_applied_stays(newcomer: ProjectDir) -> None:
    newcomer.apply()
    newcomer.ok("import", "--all")
    assert_all_bound_and_nothing_to_do(newcomer, 31)


def test_an_account_without_personas_leaves_the_example(project: ProjectDir) -> None:
    project.ok("init")
    project.ok("import", "--all")
    assert definitions(project) == {"greeter.md"}


@pytest.mark.parametrize("written", [1, 12, 30])
def test_an_import_killed_before_it_could_bind_is_continued_by_the_next_one(
    newcomer: ProjectDir, written: int
) -> None:
    newcomer.ok("import", "--all")
    # What a kill leaves: some files, one of them half written beside its place, nothing bound.
    shutil.rmtree(newcomer.directory / ".reconciler/state")
    for file in sorted((newcomer.directory / "personas").iterdir())[written:]:
        file.unlink()
    half = newcomer.directory / "personas/.guide-19.yaml.new"
    half.write_text("persona_na")
    before = definitions(newcomer) - {half.name}
    said = newcomer.ok("import", "--all").err
    half.unlink(missing_ok=True)
    assert said.count("it is bound as it is") == len(before) == written
    assert_all_bound_and_nothing_to_do(newcomer)


def test_a_definition_that_claims_the_name_and_says_something_else_is_left_to_the_plan(
    project: ProjectDir,
) -> None:
    project.write("personas/mine.yaml", "persona_name: Guide\nsystem_prompt: Mine.\n")
    with project.emulator() as store:
        store.seed({"persona_name": "Guide", "system_prompt": "Theirs."})
    said = project.ok("import", "--all").err
    assert "persona/mine claims" in said
    assert definitions(project) == {"mine.yaml"}
    assert project.plan()["summary"]["adopt"] == 1


@pytest.mark.parametrize("shown", ["mask", "echo"])
@pytest.mark.parametrize("variable", ["", SECRET])
def test_a_secret_is_a_placeholder_in_force_where_the_variable_is_set(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch, shown: str, variable: str
) -> None:
    llm = {"model": "mine", "base_url": "https://llm.example/v1", "api_key": SECRET}
    with project.emulator() as store:
        store.set_switch("mask_llm_api_key", shown)
        store.seed({"persona_name": "Own", "system_prompt": "Own.", "layers": {"llm": llm}})
    monkeypatch.setenv("OWN_LLM_API_KEY", variable)
    ran = project.ok("import", "--all")
    text = (project.directory / "personas/own.yaml").read_text()
    placeholder = "api_key: {$env: OWN_LLM_API_KEY}\n"
    assert f"    {'' if variable else '# '}{placeholder}" in text
    assert SECRET not in text + ran.out + ran.err
    assert_all_bound_and_nothing_to_do(project, 1)
    project.apply()
    assert project.live("own")["layers"]["llm"]["api_key"] == SECRET


def test_a_secret_that_rotates_after_the_import_is_sent(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    llm = {"model": "mine", "base_url": "https://llm.example/v1", "api_key": SECRET}
    with project.emulator() as store:
        store.seed({"persona_name": "Own", "system_prompt": "Own.", "layers": {"llm": llm}})
    monkeypatch.setenv("OWN_LLM_API_KEY", SECRET)
    project.ok("import", "--all")
    monkeypatch.setenv("OWN_LLM_API_KEY", "sk-next")
    project.apply()
    assert project.live("own")["layers"]["llm"]["api_key"] == "sk-next"
