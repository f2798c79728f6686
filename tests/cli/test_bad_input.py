"""Bad input and a bad day at the server: one clear message, the right exit code, no wrong write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from project import COACH, ProjectDir

from reconciler.sandbox.faults import Fault

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "wrong type": (
        "system_prompt: 7\n",
        "personas/bad.yaml:1:16: error",
    ),
    "unknown key": (COACH + "greting: Hello\n", "greeting"),
    "missing prompt": ("persona_name: Bad\n", "system_prompt"),
    "bad $file": ("system_prompt: {$file: prompts/none.md}\n", "prompts/none.md"),
    "$file out of the root": ("system_prompt: {$file: ../secret.md}\n", "personas/bad.yaml:1:"),
    "duplicate key": (COACH + "persona_name: Twice\n", "personas/bad.yaml:7:1: error"),
    "tab indentation": ("layers:\n\tllm: {}\n", "tab"),
    "yaml 1.1 surprise": (COACH + "is_template: no\n", "personas/bad.yaml:7:14: error"),
}


@pytest.mark.parametrize("command", [["validate"], ["plan"], ["apply", "--auto-approve"]])
@pytest.mark.parametrize(("text", "said"), CASES.values(), ids=CASES.keys())
def test_a_bad_definition_stops_every_command_before_anything_is_sent(
    project: ProjectDir, text: str, said: str, command: list[str]
) -> None:
    project.write("personas/good.yaml", COACH.replace("Coach", "Good"))
    project.write("personas/bad.yaml", text)
    ran = project.run(*command)
    assert ran.code == 1
    assert said in ran.out + ran.err
    assert "personas/bad.yaml" in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert project.requests() == []


def test_an_unset_variable_stops_a_plan_but_only_warns_offline(project: ProjectDir) -> None:
    project.write("personas/bad.yaml", COACH + "greeting: {$env: NO_SUCH_VARIABLE}\n")
    for command in (["plan"], ["apply", "--auto-approve"]):
        ran = project.run(*command)
        assert ran.code == 1
        assert "personas/bad.yaml:7:11: error" in ran.err
        assert "NO_SUCH_VARIABLE" in ran.err
    assert project.requests() == []
    assert "personas/bad.yaml:7:11: warning" in project.ok("validate").out


def test_every_problem_of_a_run_is_told_at_once(project: ProjectDir) -> None:
    for number, (text, _) in enumerate(CASES.values()):
        project.write(f"personas/bad{number}.yaml", text)
    ran = project.run("plan")
    assert ran.code == 1
    for number in range(len(CASES)):
        assert f"personas/bad{number}.yaml" in ran.err


def test_a_binary_file_is_told_as_such(project: ProjectDir) -> None:
    project.write("personas/good.yaml", COACH)
    (project.directory / "personas/image.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    ran = project.run("validate")
    assert ran.code == 1
    assert "personas/image.yaml" in ran.out


@pytest.mark.parametrize("command", ["validate", "plan", "drift"])
def test_an_empty_directory_is_an_error_never_an_empty_success(
    project: ProjectDir, command: str
) -> None:
    (project.directory / "personas").mkdir()
    ran = project.run(command)
    assert ran.code == 1
    assert "personas" in ran.out + ran.err
    assert project.requests() == []


def test_pruning_never_follows_from_an_empty_directory(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    (project.directory / "personas/coach.yaml").unlink()
    project.requests()
    assert project.run("apply", "--auto-approve", "--prune").code == 1
    assert project.requests() == []


def test_two_definitions_of_one_address_name_both_places(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.write("personas/team/coach.yaml", COACH)
    ran = project.run("validate")
    assert ran.code == 1
    assert "personas/coach.yaml" in ran.out
    assert "personas/team/coach.yaml" in ran.out


def test_two_definitions_of_one_name_warn_and_are_never_adopted_by_it(project: ProjectDir) -> None:
    project.write("personas/a.yaml", COACH)
    project.write("personas/b.yaml", COACH)
    ran = project.ok("validate")
    assert "warning" in ran.out
    with project.emulator() as store:
        store.seed({"persona_name": "Coach", "system_prompt": "Old."})
    assert project.plan()["conflicts"] == ["persona/a", "persona/b"]


def test_no_project_file_points_to_init(tmp_path: Path, project: ProjectDir) -> None:
    (tmp_path / "reconciler.yaml").unlink()
    ran = project.run("plan")
    assert ran.code == 1
    assert "reconciler init" in ran.err


def test_an_unknown_environment_names_the_known_ones(project: ProjectDir) -> None:
    ran = project.run("plan", "--env", "sandbx")
    assert ran.code == 1
    assert "sandbox" in ran.err


def test_a_missing_api_key_names_its_variable(project: ProjectDir) -> None:
    project.write(
        "reconciler.yaml",
        "version: 1\ndefault_environment: prod\nenvironments:\n"
        "  prod: {api_key: {$env: MY_TAVUS_KEY}}\n",
    )
    project.write("personas/coach.yaml", COACH)
    ran = project.run("plan")
    assert ran.code == 1
    assert "MY_TAVUS_KEY" in ran.err


def test_wrong_usage_is_64(project: ProjectDir) -> None:
    assert project.run("plan", "--no-such-option").code == 64
    assert project.run("plam").code == 64


def test_a_wrong_api_key_says_so(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    with project.emulator() as store:
        store.set_switch("api_key", "the-right-one")
    ran = project.run("apply", "--auto-approve")
    assert ran.code == 1
    assert "key" in ran.err.lower()
    assert project.writes() == []


ON_LIST = {
    "HTML instead of JSON": Fault(kind="html", method="GET", times=0),
    "429 storm": Fault(kind="status", method="GET", status=429, times=0),
    "500 on every read": Fault(kind="status", method="GET", status=500, times=0),
    "500 on page 2": Fault(kind="status", method="GET", status=500, skip=1, times=0),
    "a list shorter than its total": Fault(kind="short_page", method="GET", times=0),
    "a total that changes": Fault(kind="wrong_total", method="GET", times=0),
    "a row on two pages": Fault(kind="duplicate_row", method="GET", times=0),
    "an empty list with a total": Fault(kind="empty_list", method="GET", times=0),
    "a dropped connection": Fault(kind="drop", method="GET", times=0),
}


@pytest.mark.parametrize("fault", ON_LIST.values(), ids=ON_LIST.keys())
def test_a_list_that_cannot_be_trusted_leads_to_no_write(project: ProjectDir, fault: Fault) -> None:
    project.replace("reconciler.yaml", "retries: 0", "retries: 0, page_size: 2")
    for name in "abcde":
        project.write(f"personas/{name}.yaml", COACH.replace("Coach", f"Persona {name}"))
    project.apply()
    project.write("personas/new.yaml", COACH.replace("Coach", "New"))
    project.replace("personas/a.yaml", "patience: low", "patience: high")
    with project.emulator() as store:
        store.clear_requests()
        store.add_fault(fault)
    for words in (["plan"], ["drift"], ["apply", "--auto-approve", "--prune"]):
        ran = project.run(*words)
        assert ran.code == 1, words
        assert ran.err.count("error: ") == 1
        assert "Traceback" not in ran.err
    assert project.writes() == []


def test_a_server_that_is_down_is_told_with_its_address(project: ProjectDir) -> None:
    project.write(
        "reconciler.yaml",
        "version: 1\ndefault_environment: local\nenvironments:\n"
        '  local: {api: "http://127.0.0.1:9", api_key: {$env: HOME}}\nclient: {retries: 0}\n',
    )
    project.write("personas/coach.yaml", COACH)
    ran = project.run("apply", "--auto-approve")
    assert ran.code == 1
    assert "127.0.0.1" in ran.err
    assert "Traceback" not in ran.err


def test_a_create_whose_answer_is_lost_is_never_repeated_and_found_by_its_nonce(
    project: ProjectDir,
) -> None:
    project.write("personas/coach.yaml", COACH)
    with project.emulator() as store:
        store.add_fault(Fault(kind="drop", method="POST", after_store=True))
    project.apply()
    assert [write.split()[0] for write in project.writes()] == ["POST", "PATCH"]
    with project.emulator() as store:
        assert len(store.find("Coach")) == 1


def test_a_patch_whose_answer_is_lost_is_read_back_and_recorded(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.replace("personas/coach.yaml", "patience: low", "patience: high")
    with project.emulator() as store:
        store.add_fault(Fault(kind="status", method="PATCH", status=500, after_store=True))
        store.clear_requests()
    ran = project.apply()
    assert "the change is there" in ran.out
    assert len(project.writes()) == 1
    assert project.plan()["summary"]["update"] == 0


def test_a_silently_ignored_change_is_not_called_done_and_planned_again(
    project: ProjectDir,
) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.replace("personas/coach.yaml", "a coach", "a good coach")
    with project.emulator() as store:
        store.add_fault(Fault(kind="ignore_path", method="PATCH", pointer="/system_prompt"))
    ran = project.run("apply", "--auto-approve")
    assert ran.code == 4
    assert "not converged" in ran.out
    assert project.plan()["summary"]["update"] == 1


def test_unpublished_edits_in_maker_are_kept_unless_discarded_by_name(
    project: ProjectDir,
) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.replace("personas/coach.yaml", "patience: low", "patience: high")
    with project.emulator() as store:
        store.maker_draft(project.bound("coach"))
    ran = project.run("apply", "--auto-approve")
    assert ran.code == 1
    assert "--discard-maker-changes" in ran.out
    project.apply("--discard-maker-changes", "coach")
    assert project.plan()["summary"]["update"] == 0


def test_a_draft_routed_patch_is_told_as_not_live(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.replace("personas/coach.yaml", "patience: low", "patience: high")
    with project.emulator() as store:
        store.set_switch("edit_model", "draft_routed")
        store.maker_draft(project.bound("coach"))
    ran = project.run("apply", "--auto-approve")
    assert ran.code == 4
    assert "not live" in ran.out
    assert project.plan()["summary"]["update"] == 1


def test_a_server_that_goes_down_ends_the_run_before_every_create_is_in_doubt(
    project: ProjectDir,
) -> None:
    for number in range(30):
        project.write(f"personas/p{number:02}.yaml", COACH.replace("Coach", f"P{number:02}"))
    project.replace("reconciler.yaml", "retries: 0", "retries: 0, concurrency: 1")
    with project.emulator() as store:
        store.add_fault(Fault(kind="drop", method="POST", times=0))
    ran = project.run("apply", "--auto-approve")
    assert ran.code == 4
    assert "3 unknown, 27 not started" in ran.out
