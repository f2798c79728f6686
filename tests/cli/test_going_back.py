"""Going back: which runs there were, what was live when, and undoing one of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from project import COACH, ProjectDir

if TYPE_CHECKING:
    from collections.abc import Sequence


def runs(project: ProjectDir) -> list[Any]:
    """The runs as JSON, newest first."""
    found: list[Any] = project.ok("history", "--format", "json").json
    return found


def last_run(project: ProjectDir) -> str:
    return str(runs(project)[0]["id"])


def edit(at: str, value: str) -> Sequence[dict[str, Any]]:
    return [{"op": "replace", "path": at, "value": value}]


@pytest.fixture
def edited(project: ProjectDir) -> ProjectDir:
    """Two personas, created by one run, one of them edited by a second."""
    project.write("personas/coach.yaml", COACH)
    project.write("personas/other.yaml", COACH.replace("Coach", "Other"))
    project.apply()
    project.replace("personas/coach.yaml", "You are a coach.", "You are a bad coach.")
    project.replace("personas/coach.yaml", "patience: low", "patience: high")
    project.apply()
    project.requests()
    return project


def test_every_run_that_changed_something_is_listed_newest_first(edited: ProjectDir) -> None:
    assert [(run["command"], run["counts"]) for run in runs(edited)] == [
        ("apply", {"done": 1}),
        ("apply", {"done": 2}),
    ]
    edited.apply()
    assert len(runs(edited)) == 2
    text = edited.ok("history").out
    assert "1 done" in text
    assert text.index("1 done") < text.index("2 done")


def test_a_run_tells_who_from_which_commit_and_in_which_job(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "7001",
        "GITHUB_REPOSITORY": "acme/personas",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_ACTOR": "ann",
        "GITHUB_SHA": "4f2a9c1e00000000000000000000000000000000",
    }.items():
        monkeypatch.setenv(name, value)
    project.write("personas/coach.yaml", COACH)
    project.apply()
    (run,) = runs(project)
    assert (run["who"], run["commit"][:8]) == ("ann", "4f2a9c1e")
    assert run["ci"] == "https://github.example/acme/personas/actions/runs/7001"
    assert "4f2a9c1e0" in project.ok("history").out


def test_history_of_an_address_tells_each_version(edited: ProjectDir) -> None:
    newer, older = edited.ok("history", "coach", "--format", "json").json
    assert (newer["action"], older["action"]) == ("update", "create")
    assert newer["fields"] == [
        "layers.conversational_flow.turn_taking_patience",
        "system_prompt",
    ]
    assert newer["before"]["system_prompt"] == "You are a coach."
    assert newer["after"]["system_prompt"] == "You are a bad coach."
    assert older["before"] is None
    assert "system_prompt" in edited.ok("history", "coach").out


def test_which_prompt_was_live_at_a_time(edited: ProjectDir) -> None:
    def prompt_at(moment: datetime) -> str:
        words = ("history", "coach", "--at", moment.isoformat(), "--field", "system_prompt")
        return edited.ok(*words).out

    now = datetime.now(UTC)
    assert prompt_at(now + timedelta(minutes=1)) == "You are a bad coach.\n"
    state = edited.directory / ".reconciler/state/sandbox/state.json"
    document = json.loads(state.read_text())
    for run, ended in zip(document["runs"], ("2026-01-01", "2026-02-01"), strict=True):
        run["ended"] = f"{ended}T12:00:00+00:00"
    state.write_text(json.dumps(document))
    assert prompt_at(datetime(2026, 1, 15, tzinfo=UTC)) == "You are a coach.\n"
    assert prompt_at(datetime(2026, 2, 15, tzinfo=UTC)) == "You are a bad coach.\n"
    ran = edited.run("history", "coach", "--at", "2025-12-01T00:00+00:00")
    assert (ran.code, ran.out) == (3, "")
    assert "did not exist" in ran.err


@pytest.mark.parametrize(
    "words",
    [("--at", "14:05"), ("coach", "--field", "greeting"), ("coach", "--at", "yesterday")],
)
def test_history_says_what_it_cannot_understand(edited: ProjectDir, words: tuple[str, ...]) -> None:
    assert edited.run("history", *words).code == 64


def test_rollback_sends_the_inverse_and_nothing_else(edited: ProjectDir) -> None:
    edited.edit("coach", [{"op": "add", "path": "/greeting", "value": "Nobody manages me."}])
    edited.ok("rollback", last_run(edited), "--auto-approve")
    live = edited.live("coach")
    assert live["system_prompt"] == "You are a coach."
    assert live["layers"]["conversational_flow"]["turn_taking_patience"] == "low"
    assert live["greeting"] == "Nobody manages me."
    assert len(edited.writes()) == 1
    assert runs(edited)[0]["command"] == "rollback"


def test_after_a_rollback_git_is_ahead_and_nothing_drifted(edited: ProjectDir) -> None:
    ran = edited.ok("rollback", last_run(edited), "--auto-approve")
    assert "revert them" in ran.err
    plan = edited.plan()
    assert plan["drift"] == []
    (change,) = [change for change in plan["changes"] if change["actions"] == ["update"]]
    assert {field["attribution"] for field in change["fields"]} == {"git"}
    edited.replace("personas/coach.yaml", "You are a bad coach.", "You are a coach.")
    edited.replace("personas/coach.yaml", "patience: high", "patience: low")
    assert edited.plan()["summary"]["no-op"] == 2


def test_a_rollback_of_a_rollback_is_where_it_was(edited: ProjectDir) -> None:
    edited.ok("rollback", last_run(edited), "--auto-approve")
    edited.ok("rollback", last_run(edited), "--auto-approve")
    assert edited.live("coach")["system_prompt"] == "You are a bad coach."
    assert edited.plan()["summary"]["no-op"] == 2


def test_a_rollback_twice_sends_nothing_the_second_time(edited: ProjectDir) -> None:
    run = last_run(edited)
    edited.ok("rollback", run, "--auto-approve")
    edited.requests()
    assert "nothing to do" in edited.ok("rollback", run, "--auto-approve").out
    assert edited.writes() == []


def test_a_rollback_is_refused_where_somebody_edited_since(edited: ProjectDir) -> None:
    edited.edit("coach", edit("/system_prompt", "You are my coach."))
    edited.requests()
    ran = edited.run("rollback", last_run(edited), "--auto-approve")
    assert ran.code == 3
    assert "changed since: system_prompt" in ran.out
    assert edited.writes() == []


def test_a_rollback_leaves_later_edits_of_other_fields_alone(edited: ProjectDir) -> None:
    run = last_run(edited)
    edited.write(
        "personas/coach.yaml",
        (edited.directory / "personas/coach.yaml").read_text() + "greeting: Hello\n",
    )
    edited.apply()
    edited.ok("rollback", run, "--auto-approve")
    live = edited.live("coach")
    assert (live["greeting"], live["system_prompt"]) == ("Hello", "You are a coach.")


def test_a_rollback_of_a_create_keeps_the_persona_unless_pruned(edited: ProjectDir) -> None:
    (edited.directory / "personas/other.yaml").unlink()
    first = str(runs(edited)[-1]["id"])
    words = ("rollback", first, "--auto-approve", "--target", "other")
    assert "kept" in edited.ok(*words).out
    assert edited.writes() == []
    persona = edited.bound("other")
    edited.ok(*words, "--prune")
    assert edited.writes() == [f"DELETE /v2/personas/{persona}"]


def test_a_rollback_of_a_delete_creates_the_persona_again(edited: ProjectDir) -> None:
    edited.edit("other", [{"op": "add", "path": "/greeting", "value": "Hi"}])
    (edited.directory / "personas/other.yaml").unlink()
    edited.apply("--prune")
    ran = edited.ok("rollback", last_run(edited), "--auto-approve")
    assert "new id" in ran.out
    live = edited.live("other")
    assert (live["persona_name"], live["greeting"]) == ("Other", "Hi")


def test_a_rollback_goes_through_the_guards(project: ProjectDir) -> None:
    for number in range(8):
        project.write(f"personas/p{number}.yaml", COACH.replace("Coach", f"P{number}"))
    project.apply()
    for number in range(8):
        project.replace(f"personas/p{number}.yaml", "a coach", "a pirate")
    project.apply("--allow-updates", "8")
    project.requests()
    run = last_run(project)
    assert project.run("rollback", run, "--auto-approve").code == 3
    assert project.run("rollback", run).code == 3
    assert project.writes() == []
    project.ok("rollback", run, "--auto-approve", "--allow-updates", "8")
    assert len(project.writes()) == 8


def test_a_secret_is_never_rolled_back_and_never_kept(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyed = COACH.replace(
        "{model: tavus-gemma-4}",
        "{model: m, base_url: 'https://x.example', api_key: {$env: KEY}, "
        "headers: {X-Token: {$env: TOKEN}}}",
    )
    monkeypatch.setenv("KEY", "first-secret-111")
    monkeypatch.setenv("TOKEN", "first-token-111")
    project.write("personas/coach.yaml", keyed)
    project.apply()
    monkeypatch.setenv("KEY", "second-secret-222")
    monkeypatch.setenv("TOKEN", "second-token-222")
    project.replace("personas/coach.yaml", "You are a coach.", "You are a bad coach.")
    project.apply()
    ran = project.run("rollback", last_run(project), "--auto-approve")
    assert ran.code == 3
    assert "former value is not kept" in ran.out
    stored = b"".join(
        file.read_bytes()
        for file in (project.directory / ".reconciler/state").rglob("*")
        if file.is_file()
    )
    for secret in (b"first-", b"second-"):
        assert secret not in stored


def test_there_is_no_way_back_from_a_run_that_is_not_known(edited: ProjectDir) -> None:
    ran = edited.run("rollback", "r0000000000", "--auto-approve")
    assert ran.code == 3
    assert "reconciler history" in ran.err


def test_the_audit_log_is_appended_to_and_holds_no_value(
    edited: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "canary-secret-333")
    file = edited.directory / "logs" / "audit.jsonl"
    edited.ok("rollback", last_run(edited), "--auto-approve", "--audit-log", str(file))
    first = file.read_text()
    edited.write(
        "personas/coach.yaml",
        COACH.replace("tavus-gemma-4", "m, base_url: 'https://x.example', api_key: {$env: KEY}"),
    )
    edited.apply("--audit-log", str(file))
    text = file.read_text()
    assert text.startswith(first)
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["event"] for line in lines] == ["begin", "request", "result", "end"] * 2
    assert {line["environment"] for line in lines} == {"sandbox"}
    assert len({line["run"] for line in lines}) == 2
    assert lines[1]["operations"]
    assert lines[2]["status"] == "done"
    assert "canary" not in text
    assert "You are" not in text
