"""The main job, through the command line, against the emulator."""

from __future__ import annotations

from project import COACH, ProjectDir


def test_a_first_plan_creates_and_writes_nothing(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    plan = project.plan()
    assert plan["summary"]["create"] == 1
    assert project.writes() == []
    assert not (project.directory / ".reconciler/state").exists()


def test_after_an_apply_the_plan_is_empty_and_a_second_apply_writes_nothing(
    project: ProjectDir,
) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.requests()
    ran = project.apply()
    assert "nothing to do, 1 unchanged" in ran.out
    assert project.writes() == []


def test_one_changed_field_is_one_patch_with_one_operation(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.replace("personas/coach.yaml", "patience: low", "patience: high")
    (change,) = project.plan()["changes"]
    path = "/layers/conversational_flow/turn_taking_patience"
    assert change["patches"] == [[{"op": "replace", "path": path, "value": "high"}]]
    project.requests()
    project.apply()
    persona = project.bound("coach")
    assert project.requests() == [
        "GET /v2/personas",
        "GET /v2/conversations",
        f"PATCH /v2/personas/{persona}",
        f"GET /v2/personas/{persona}",
    ]


def test_drift_tells_what_moved_outside_from_what_git_has(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    assert project.run("drift").code == 0
    project.replace("personas/coach.yaml", "a coach", "a good coach")
    assert project.run("drift").code == 0
    project.edit("coach", [{"op": "add", "path": "/layers/llm/model", "value": "tavus-gpt-oss"}])
    project.requests()
    ran = project.run("drift", "--format", "json")
    assert ran.code == 2
    (drift,) = ran.json["drift"]
    assert [field["path"] for field in drift["fields"]] == ["/layers/llm/model"]
    assert ran.json["git_ahead"] == ["persona/coach"]
    assert project.writes() == []


def test_a_plan_attributes_each_field(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.replace("personas/coach.yaml", "patience: low", "patience: high")
    project.replace("personas/coach.yaml", "a coach", "a good coach")
    project.edit(
        "coach",
        [
            {"op": "replace", "path": "/system_prompt", "value": "You are a pirate."},
            {"op": "add", "path": "/layers/llm/model", "value": "tavus-gpt-oss"},
        ],
    )
    (change,) = project.plan()["changes"]
    assert {field["path"]: field["attribution"] for field in change["fields"]} == {
        "/layers/conversational_flow/turn_taking_patience": "git",
        "/layers/llm/model": "outside",
        "/system_prompt": "both",
    }


def test_what_nobody_wrote_survives_an_apply(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.edit("coach", [{"op": "add", "path": "/layers/stt", "value": {"hotwords": "Noor"}}])
    project.replace("personas/coach.yaml", "a coach", "a good coach")
    project.apply()
    assert project.live("coach")["layers"]["stt"]["hotwords"] == "Noor"


def test_a_field_dropped_from_git_is_removed(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH + "greeting: Hello\n")
    project.apply()
    project.write("personas/coach.yaml", COACH)
    (change,) = project.plan()["changes"]
    assert change["patches"] == [[{"op": "remove", "path": "/greeting"}]]
    project.apply()
    assert not project.plan()["summary"]["update"]


def test_dropped_in_git_and_changed_outside_is_a_conflict_until_decided(
    project: ProjectDir,
) -> None:
    project.write("personas/coach.yaml", COACH + "greeting: Hello\n")
    project.apply()
    project.write("personas/coach.yaml", COACH)
    project.edit("coach", [{"op": "replace", "path": "/greeting", "value": "Ahoy"}])
    assert project.plan()["conflicts"] == ["persona/coach"]
    project.requests()
    assert project.run("apply", "--auto-approve").code == 3
    assert project.writes() == []
    project.apply("--overwrite")
    assert not project.live("coach").get("greeting")


def test_a_lost_state_adopts_by_name_instead_of_creating_twins(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    (project.directory / ".reconciler/state/sandbox/state.json").unlink()
    plan = project.plan()
    assert (plan["summary"]["adopt"], plan["summary"]["create"]) == (1, 0)
    project.requests()
    project.apply()
    assert project.writes() == []
    assert project.plan()["summary"]["no-op"] == 1


def test_two_live_personas_of_one_name_are_a_conflict_that_bind_decides(
    project: ProjectDir,
) -> None:
    project.write("personas/coach.yaml", COACH)
    with project.emulator() as store:
        first = store.seed({"persona_name": "Coach", "system_prompt": "One."})
        store.seed({"persona_name": "coach", "system_prompt": "Two."})
    assert project.plan()["conflicts"] == ["persona/coach"]
    project.ok("state", "bind", "coach", first)
    plan = project.plan()
    assert (plan["conflicts"], plan["summary"]["update"]) == ([], 1)


def test_a_definition_that_goes_leaves_an_orphan_unless_pruned(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.write("personas/other.yaml", COACH.replace("Coach", "Other"))
    project.apply()
    (project.directory / "personas/other.yaml").unlink()
    assert project.plan()["summary"]["orphan"] == 1
    project.requests()
    project.apply()
    assert project.writes() == []
    persona = project.bound("other")
    project.apply("--prune")
    assert project.writes() == [f"DELETE /v2/personas/{persona}"]
    copies = list((project.directory / ".reconciler/state/sandbox/objects/deleted").glob("*.json"))
    assert len(copies) == 1
    assert "You are a coach." in copies[0].read_text()


def test_a_delete_is_refused_where_someone_changed_the_persona_since(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.write("personas/other.yaml", COACH.replace("Coach", "Other"))
    project.apply()
    (project.directory / "personas/other.yaml").unlink()
    project.edit("other", [{"op": "replace", "path": "/system_prompt", "value": "Mine."}])
    project.requests()
    ran = project.run("apply", "--auto-approve", "--prune")
    assert ran.code == 1
    assert "someone changed it" in ran.out
    assert project.writes() == []


def test_a_protected_persona_is_never_deleted(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.write("personas/vip.yaml", COACH.replace("Coach", "Vip") + "reconcile: {protect: true}")
    project.apply()
    (project.directory / "personas/vip.yaml").unlink()
    project.requests()
    ran = project.run("apply", "--auto-approve", "--prune")
    assert (ran.code, project.writes()) == (3, [])
    assert "protected" in ran.err


def test_a_moved_key_keeps_its_persona(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    persona = project.bound("coach")
    (project.directory / "personas/coach.yaml").unlink()
    project.write("personas/mentor.yaml", COACH + "reconcile: {moved_from: coach}\n")
    (change,) = project.plan()["changes"]
    assert (change["actions"], change["previous_address"]) == (["no-op"], "persona/coach")
    project.apply()
    assert project.bound("mentor") == persona
    assert project.plan()["summary"]["orphan"] == 0


def test_a_persona_deleted_outside_is_told_and_created_again_on_apply(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.write("personas/other.yaml", COACH.replace("Coach", "Other"))
    project.apply()
    persona = project.bound("other")
    project.ok("sandbox", "edit", "persona/other", "--delete")
    assert project.run("drift").code == 2
    change = next(c for c in project.plan()["changes"] if c["address"] == "persona/other")
    assert change["actions"] == ["create"]
    assert persona in change["reason"]
    project.apply()
    assert project.bound("other") != persona


def test_a_persona_for_other_environments_is_left_out(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.write(
        "personas/only.yaml", COACH.replace("Coach", "P") + "reconcile: {environments: [pals]}\n"
    )
    assert [c["address"] for c in project.plan()["changes"]] == ["persona/coach"]
    assert len(project.plan("--env", "pals")["changes"]) == 2


def test_both_dialects_reconcile_one_file(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.ok("state", "bind", "coach", project.bound("coach"), "--env", "pals")
    project.apply("--env", "pals")
    project.requests()
    project.replace("personas/coach.yaml", "patience: low", "patience: high")
    project.apply("--env", "pals")
    assert project.writes() == [f"PATCH /v2/pals/{project.bound('coach')}"]
    assert project.plan()["summary"]["update"] == 0


def test_a_target_limits_plan_and_apply(project: ProjectDir) -> None:
    project.write("personas/a.yaml", COACH.replace("Coach", "A"))
    project.write("personas/b.yaml", COACH.replace("Coach", "B"))
    project.apply("--target", "persona/a")
    assert project.writes() == ["POST /v2/personas", f"PATCH /v2/personas/{project.bound('a')}"]
    assert project.plan()["summary"]["create"] == 1


def test_a_key_moved_from_one_that_still_has_a_definition_is_a_conflict(
    project: ProjectDir,
) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.write("personas/mentor.yaml", COACH + "reconcile: {moved_from: coach}\n")
    assert project.plan()["conflicts"] == ["persona/mentor"]


def test_two_keys_moved_from_one_are_conflicts_and_nothing_is_pruned(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    (project.directory / "personas/coach.yaml").unlink()
    project.write("personas/a.yaml", COACH + "reconcile: {moved_from: coach}\n")
    project.write("personas/b.yaml", COACH + "reconcile: {moved_from: coach}\n")
    plan = project.plan("--prune")
    assert plan["conflicts"] == ["persona/a", "persona/b"]
    assert plan["summary"]["delete"] == 0
