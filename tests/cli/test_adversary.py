"""Wrong writes, wrong «done» and leaks that were found by trying: none comes back."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
from project import COACH, ProjectDir

from reconciler.sandbox.faults import Fault
from reconciler.state.local import LocalStore

if TYPE_CHECKING:
    from pathlib import Path


def test_an_ignored_field_is_left_alone_also_when_it_was_managed_before(
    project: ProjectDir,
) -> None:
    project.write("personas/coach.yaml", COACH + "greeting: Hello\n")
    project.apply()
    project.write(
        "personas/coach.yaml", COACH + "greeting: Hello\nreconcile: {ignore: [/greeting]}\n"
    )
    assert project.plan()["summary"]["no-op"] == 1
    project.apply()
    project.edit("coach", [{"op": "replace", "path": "/greeting", "value": "Ahoy"}])
    assert project.run("drift").code == 0
    assert project.plan()["summary"]["no-op"] == 1
    assert project.live("coach")["greeting"] == "Ahoy"


def test_an_approved_update_approves_no_delete(project: ProjectDir) -> None:
    project.write("personas/a.yaml", COACH.replace("Coach", "A"))
    project.write("personas/b.yaml", COACH.replace("Coach", "B"))
    project.apply()
    project.replace("personas/a.yaml", "a coach", "a pirate")
    file = str(project.directory / "plan.json")
    project.ok("plan", "--out", file)
    (project.directory / "personas/a.yaml").unlink()
    project.requests()
    assert project.run("apply", file, "--prune").code == 3
    assert project.writes() == []


def test_an_approved_adoption_approves_no_other_persona(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    with project.emulator() as store:
        first = store.seed(
            {
                "persona_name": "Coach",
                "system_prompt": "You are a coach.",
                "default_replica_id": "r90bbd427f71",
                "layers": {
                    "llm": {"model": "tavus-gemma-4"},
                    "conversational_flow": {"turn_taking_patience": "low"},
                },
            }
        )
        record = next(row.record for row in store.personas() if row.id == first)
    file = str(project.directory / "plan.json")
    project.ok("plan", "--out", file)
    with project.emulator() as store:
        store.delete(first)
        store.seed({**record, "persona_id": "p00000000001"})
    assert project.run("apply", file).code == 3


def test_an_approval_does_not_cover_an_edit_made_after_it(project: ProjectDir) -> None:
    project.write("personas/a.yaml", COACH)
    project.apply()
    project.replace("personas/a.yaml", "a coach", "a pirate")
    file = str(project.directory / "plan.json")
    project.ok("plan", "--out", file)
    project.edit("a", [{"op": "replace", "path": "/system_prompt", "value": "Someone's work."}])
    ran = project.run("apply", file)
    assert ran.code == 3
    assert "system_prompt" in ran.err
    assert project.live("a")["system_prompt"] == "Someone's work."


def test_a_targeted_plan_file_is_applied_to_its_targets(project: ProjectDir) -> None:
    project.write("personas/a.yaml", COACH.replace("Coach", "A"))
    project.write("personas/b.yaml", COACH.replace("Coach", "B"))
    file = str(project.directory / "plan.json")
    project.ok("plan", "--target", "a", "--out", file)
    project.ok("apply", file)
    assert project.plan()["summary"]["create"] == 1


def test_approved_deletes_need_prune_again_and_are_named_without_it(project: ProjectDir) -> None:
    project.write("personas/a.yaml", COACH.replace("Coach", "A"))
    project.write("personas/b.yaml", COACH.replace("Coach", "B"))
    project.apply()
    (project.directory / "personas/b.yaml").unlink()
    file = str(project.directory / "plan.json")
    project.ok("plan", "--prune", "--out", file)
    assert "persona/b" in project.ok("apply", file).err
    project.requests()
    project.ok("apply", file, "--prune")
    assert len(project.writes()) == 1


def test_a_304_of_a_draft_is_not_taken_for_live(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.replace("personas/coach.yaml", "patience: low", "patience: high")
    with project.emulator() as store:
        store.set_switch("edit_model", "draft_routed")
        store.maker_draft(project.bound("coach"))
    for _ in range(2):
        ran = project.run("apply", "--auto-approve")
        assert ran.code == 4
        assert "not live" in ran.out
    assert project.plan()["summary"]["update"] == 1


@pytest.mark.parametrize("words", [["import", "ID"], ["state", "bind", "other", "ID"]])
def test_no_command_claims_a_state_of_another_endpoint(
    project: ProjectDir, words: list[str]
) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    with project.emulator() as store:
        stray = store.seed({"persona_name": "Stray", "system_prompt": "Hm."})
    file = project.directory / ".reconciler/state/sandbox/state.json"
    document = json.loads(file.read_text())
    file.write_text(json.dumps({**document, "endpoint": "https://other.example"}))
    before = file.read_bytes()
    ran = project.run(*[stray if word == "ID" else word for word in words])
    assert ran.code == 3
    assert file.read_bytes() == before


def test_a_second_run_on_the_same_environment_is_refused_at_once(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    with LocalStore(project.directory / ".reconciler/state/sandbox").alone():
        found: list[int] = []
        thread = threading.Thread(
            target=lambda: found.append(project.run("apply", "--auto-approve").code)
        )
        thread.start()
        thread.join()
    assert found == [3]
    assert project.writes() == []


def test_a_state_that_cannot_be_written_is_found_before_the_first_request(
    project: ProjectDir,
) -> None:
    project.write("personas/coach.yaml", COACH)
    (project.directory / ".reconciler/state/sandbox/state.json").mkdir(parents=True)
    ran = project.run("apply", "--auto-approve")
    assert ran.code == 1
    assert project.writes() == []


def test_headers_dropped_from_git_are_removed_though_the_list_leaves_them_out(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "a-header-secret-0001")
    with project.emulator() as store:
        store.set_switch("list_detail", "summary")
    own = COACH.replace(
        "llm: {model: tavus-gemma-4}",
        "llm: {model: tavus-gemma-4, extra_body: {top_p: 0.5}, headers: {X-A: {$env: TOKEN}}}",
    )
    project.write("personas/coach.yaml", own)
    project.apply()
    assert project.plan()["summary"]["no-op"] == 1
    project.write("personas/coach.yaml", COACH)
    project.apply()
    assert "a-header-secret-0001" not in json.dumps(project.live("coach"))


def test_a_secret_in_an_ordinary_field_stays_hidden_after_git_forgot_it(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "ordinary-field-secret-42"
    monkeypatch.setenv("KEPT", secret)
    project.write("personas/a.yaml", COACH.replace("Coach", "A"))
    project.write("personas/b.yaml", COACH + "persona_description: {$env: KEPT}\n")
    project.apply()
    project.write("personas/b.yaml", COACH)
    monkeypatch.delenv("KEPT")
    for words in (["show", "b"], ["show", "b", "--format", "json"], ["plan", "--patch"]):
        assert secret not in project.ok(*words).out
    (project.directory / "personas/b.yaml").unlink()
    project.apply("--prune")
    (copy,) = (project.directory / ".reconciler/state/sandbox/objects/deleted").glob("*.json")
    assert secret not in copy.read_text()


def test_import_never_binds_a_definition_it_did_not_write(project: ProjectDir) -> None:
    project.write("personas/x.yaml", COACH + "reconcile: {key: zed}\n")
    with project.emulator() as store:
        persona = store.seed({"persona_name": "Zed", "system_prompt": "Zed's prompt."})
    project.ok("import", persona)
    assert (project.directory / "personas/zed-2.yaml").exists()
    state = json.loads((project.directory / ".reconciler/state/sandbox/state.json").read_text())
    assert list(state["bindings"]) == ["persona/zed-2"]


def test_pruning_where_no_definition_is_for_the_environment_is_refused(
    project: ProjectDir,
) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.write("personas/coach.yaml", COACH + "reconcile: {environments: [pals]}\n")
    project.requests()
    assert project.run("apply", "--auto-approve", "--prune").code == 3
    assert project.writes() == []


def test_a_renamed_file_is_a_conflict_that_says_how_to_move(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    (project.directory / "personas/coach.yaml").rename(project.directory / "personas/mentor.yaml")
    ran = project.run("apply", "--auto-approve", "--prune")
    assert ran.code == 3
    assert "moved_from: coach" in ran.out


def test_a_persona_with_its_own_model_can_be_imported_and_planned(project: ProjectDir) -> None:
    with project.emulator() as store:
        store.seed(
            {
                "persona_name": "Own",
                "system_prompt": "Own model.",
                "layers": {
                    "llm": {
                        "model": "mine",
                        "base_url": "https://llm.example/v1",
                        "api_key": "the-stored-secret-key",
                    }
                },
            }
        )
    project.ok("import", "--all")
    assert project.plan()["summary"]["no-op"] == 1
    project.apply()
    assert project.live("own")["layers"]["llm"]["api_key"] == "the-stored-secret-key"


def test_conferencing_and_face_can_be_dropped_together(project: ProjectDir) -> None:
    with_room = COACH + "  conferencing: {username: coach-room}\n"
    project.write("personas/coach.yaml", with_room)
    project.apply()
    project.write("personas/coach.yaml", COACH.replace("default_replica_id: r90bbd427f71\n", ""))
    project.apply()
    assert project.plan()["summary"]["no-op"] == 1


def test_a_half_sent_change_is_told_as_such(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH + "  conferencing: {username: one}\n")
    project.apply()
    project.write(
        "personas/coach.yaml",
        COACH.replace("a coach", "a pirate") + "  conferencing: {username: two}\n",
    )
    with project.emulator() as store:
        store.add_fault(Fault(kind="status", method="PATCH", status=400, skip=1, times=2))
    ran = project.run("apply", "--auto-approve")
    assert ran.code == 4
    assert "only a part went through" in ran.out
    assert project.live("coach")["system_prompt"] == "You are a pirate."
    project.apply()
    assert project.plan()["summary"]["no-op"] == 1


def test_a_target_that_does_not_exist_is_wrong_usage(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    for words in (["plan"], ["drift"], ["apply", "--auto-approve"]):
        assert project.run(*words, "--target", "nosuch").code == 64


def test_a_description_of_a_tool_alone_is_sent_and_converges(project: ProjectDir) -> None:
    tool = "{type: function, function: {name: look_up, description: Old words, parameters: {}}}"
    own = COACH.replace("llm: {model: tavus-gemma-4}", f"llm: {{tools: [{tool}]}}")
    project.write("personas/coach.yaml", own)
    project.apply()
    project.replace("personas/coach.yaml", "Old words", "New words")
    project.requests()
    project.apply()
    assert len(project.writes()) == 1
    assert project.plan()["summary"]["no-op"] == 1


def test_a_server_that_begins_to_mask_is_no_drift(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "a-header-secret-0001")
    own = COACH.replace("{model: tavus-gemma-4}", "{headers: {X-A: {$env: TOKEN}}}")
    project.write("personas/coach.yaml", own)
    project.write("personas/other.yaml", COACH.replace("Coach", "Other"))
    project.apply()
    for mode in ("mask", "echo"):
        with project.emulator() as store:
            store.set_switch("mask_headers", mode)
        assert project.run("drift").code == 0
        assert project.plan()["summary"]["no-op"] == 2
    with project.emulator() as store:
        store.set_switch("mask_headers", "mask")
    (project.directory / "personas/coach.yaml").unlink()
    project.apply("--prune")


@pytest.mark.parametrize(
    "words",
    [
        ["import", "--key", "../x", "p1"],
        ["plan", "--out", "/nope/x.json"],
        ["schema", "--write", "/proc/x"],
        ["import", "--file", "{dir}/deep.json"],
        ["import", "--file", "{dir}/error.json"],
        ["import", "--file", "{dir}/empty.json"],
        ["sandbox", "reset", "--switch", "foo=1"],
    ],
    ids=" ".join,
)
def test_no_user_error_is_a_traceback(
    project: ProjectDir, tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    from reconciler.cli.main import main

    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.write("deep.json", "[" * 100_000)
    project.write("error.json", '{"error": "Invalid persona_id"}')
    project.write("empty.json", '{"data": []}')
    capsys.readouterr()
    given = [word.replace("{dir}", str(tmp_path)) for word in words]
    where = [] if words[0] == "schema" else ["--chdir", str(tmp_path)]
    assert main([*given, *where]) in {1, 3, 64}
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "bug" not in said
    assert project.plan()["summary"]["no-op"] == 1
