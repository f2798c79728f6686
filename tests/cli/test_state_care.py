"""Care for the state document: move, pull, push, unlock, and a lease that somebody holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from project import COACH, ProjectDir

if TYPE_CHECKING:
    from pathlib import Path


def state_file(project: ProjectDir) -> Path:
    return project.directory / ".reconciler/state/sandbox/state.json"


def change(project: ProjectDir, **members: Any) -> None:
    """Edit the stored document by hand."""
    document = json.loads(state_file(project).read_text())
    state_file(project).write_text(json.dumps({**document, **members}))


LEASE = {
    "run": "r0123456789",
    "origin": {"who": "ann", "host": "laptop"},
    "since": "2026-11-25T14:05:00+00:00",
    "seconds": 120.0,
}


@pytest.fixture
def applied(project: ProjectDir) -> ProjectDir:
    """One persona, live and bound."""
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.requests()
    return project


def test_a_binding_moves_to_another_address_without_a_request(applied: ProjectDir) -> None:
    persona = applied.bound("coach")
    applied.ok("state", "move", "coach", "mentor")
    assert applied.bound("mentor") == persona
    assert applied.requests() == []
    assert applied.run("state", "move", "coach", "mentor").code == 64
    applied.ok("state", "forget", "mentor")
    applied.ok("state", "bind", "coach", persona)
    applied.ok("state", "bind", "mentor", applied_other(applied))
    assert applied.run("state", "move", "coach", "mentor").code == 3


def applied_other(project: ProjectDir) -> str:
    with project.emulator() as store:
        return str(store.seed({"persona_name": "Other", "system_prompt": "Other."}))


def test_what_was_pulled_can_be_pushed_back(applied: ProjectDir) -> None:
    pulled = applied.directory / "state.json"
    pulled.write_text(applied.ok("state", "pull").out)
    assert pulled.read_text() == state_file(applied).read_text()
    applied.ok("state", "push", str(pulled))
    assert applied.plan()["summary"]["no-op"] == 1


def test_an_older_or_foreign_document_is_not_pushed_unless_forced(applied: ProjectDir) -> None:
    pulled = applied.directory / "state.json"
    pulled.write_text(applied.ok("state", "pull").out)
    applied.replace("personas/coach.yaml", "patience: low", "patience: high")
    applied.apply()
    before = state_file(applied).read_bytes()
    ran = applied.run("state", "push", str(pulled))
    assert ran.code == 3
    assert "older" in ran.err
    foreign = json.loads(before)
    pulled.write_text(json.dumps({**foreign, "lineage": "f" * 32, "key_check": ""}))
    ran = applied.run("state", "push", str(pulled))
    assert ran.code == 3
    assert "another lineage" in ran.err
    assert state_file(applied).read_bytes() == before
    applied.ok("state", "push", "--force", str(pulled))
    stored = json.loads(state_file(applied).read_text())
    assert stored["lineage"] == "f" * 32
    assert stored["serial"] == foreign["serial"] + 1


def test_what_is_no_state_document_is_not_pushed(applied: ProjectDir) -> None:
    applied.write("broken.json", "{}")
    assert applied.run("state", "push", str(applied.directory / "broken.json")).code == 1


def test_unlock_takes_the_lease_from_the_run_that_holds_it_only(applied: ProjectDir) -> None:
    assert applied.run("state", "unlock", "r0123456789").code == 3
    change(applied, lease=LEASE)
    ran = applied.run("state", "unlock", "r9999999999")
    assert ran.code == 3
    assert "ann on laptop" in ran.err
    applied.ok("state", "unlock", "r0123456789")
    assert "lease" not in json.loads(state_file(applied).read_text())


def test_state_list_tells_who_holds_it_and_what_is_open(applied: ProjectDir) -> None:
    intent = {"address": "persona/new", "action": "create", "run": "r0123456789"}
    change(applied, lease=LEASE, intents={"persona/new": intent})
    told = applied.ok("state", "list").err
    assert "ann on laptop" in told
    assert "create persona/new" in told


def test_the_lease_of_a_local_run_that_died_is_taken_over_at_once(applied: ProjectDir) -> None:
    """The lock on the directory died with its process, so nobody can be at work."""
    change(applied, lease=LEASE)
    applied.replace("personas/coach.yaml", "patience: low", "patience: high")
    ran = applied.apply()
    assert "Taking over from ann on laptop" in ran.err
    assert "lease" not in json.loads(state_file(applied).read_text())


def test_a_plan_is_made_whoever_holds_the_lease(applied: ProjectDir) -> None:
    change(applied, lease=LEASE)
    before = state_file(applied).read_bytes()
    assert applied.plan()["summary"]["no-op"] == 1
    assert state_file(applied).read_bytes() == before


def test_a_create_that_a_killed_run_left_is_bound_and_gets_its_name(applied: ProjectDir) -> None:
    nonce = "rc0123456789abcdef"
    with applied.emulator() as store:
        persona = store.seed(
            {"persona_name": f"Newcomer {nonce}", "system_prompt": "You are a coach."}
        )
    applied.write("personas/new.yaml", COACH.replace("Coach", "Newcomer"))
    intent = {"address": "persona/new", "action": "create", "run": "r1", "nonce": nonce}
    change(
        applied,
        intents={"persona/new": intent},
        nonces={nonce: {"address": "persona/new", "run": "r1"}},
        runs=[{"id": "r1", "command": "apply", "origin": {}, "started": "2026"}],
    )
    before = state_file(applied).read_bytes()
    assert applied.plan()["summary"]["update"] == 1
    assert state_file(applied).read_bytes() == before
    applied.requests()
    ran = applied.apply()
    assert "Left open by run r1: create persona/new: done" in ran.err
    assert applied.bound("new") == persona
    assert applied.live("new")["persona_name"] == "Newcomer"
    assert [write.split()[0] for write in applied.writes()] == ["PATCH"]


def test_a_create_that_arrives_late_is_shown_and_deleted_last(applied: ProjectDir) -> None:
    nonce = "rc0123456789abcdef"
    with applied.emulator() as store:
        late = store.seed({"persona_name": f"Coach {nonce}", "system_prompt": "You are a coach."})
        clone = store.seed({"persona_name": f"Coach {nonce} copy", "system_prompt": "Mine."})
    change(
        applied,
        nonces={nonce: {"address": "persona/coach", "run": "r1"}},
        runs=[{"id": "r1", "command": "apply", "origin": {}, "started": "2026"}],
    )
    plan = applied.ok("plan")
    assert f"{late} “Coach {nonce}”: left by a create of persona/coach" in plan.out
    assert "1 leftover to delete" in plan.out
    (left,) = applied.plan()["leftovers"]
    assert left["id"] == late
    applied.requests()
    outcome = applied.ok("apply", "--auto-approve", "--format", "json").json
    assert applied.writes() == [f"DELETE /v2/personas/{late}"]
    assert [one["status"] for one in outcome["leftovers"]] == ["done"]
    assert not applied.plan()["leftovers"]
    with applied.emulator() as store:
        assert clone in {persona.id for persona in store.personas()}


def test_a_deleted_persona_that_a_list_still_shows_is_not_adopted(applied: ProjectDir) -> None:
    with applied.emulator() as store:
        ghost = store.seed({"persona_name": "Ghost", "system_prompt": "Boo."})
    applied.write("personas/ghost.yaml", COACH.replace("Coach", "Ghost"))
    change(
        applied,
        tombstones=[{"address": "persona/ghost", "id": ghost, "run": "r1"}],
        runs=[{"id": "r1", "command": "apply", "origin": {}, "started": "2026"}],
    )
    assert applied.plan()["summary"]["create"] == 1


def test_an_older_copy_of_the_state_leads_to_no_write(applied: ProjectDir) -> None:
    """A bound persona is gone and an unbound one has its name: the state is from before."""
    applied.write("personas/other.yaml", COACH.replace("Coach", "Other"))
    applied.ok("state", "bind", "other", applied_other(applied))
    with applied.emulator() as store, store.transaction() as session:
        session.remove(applied.bound("coach"))
    with applied.emulator() as store:
        store.seed({"persona_name": "Coach", "system_prompt": "You are a coach."})
    applied.requests()
    ran = applied.run("apply", "--auto-approve")
    assert ran.code == 3
    assert "older copy" in ran.out
    assert applied.writes() == []
