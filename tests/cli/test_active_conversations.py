"""Conversations that are active while a persona is to be changed, on the command line."""

from __future__ import annotations

import pytest
from project import COACH, ProjectDir

from reconciler.sandbox.faults import Fault


@pytest.fixture
def talked(project: ProjectDir) -> ProjectDir:
    """Two personas, both edited; somebody talks with the coach."""
    project.write("personas/coach.yaml", COACH)
    project.write("personas/guide.yaml", COACH.replace("Coach", "Guide"))
    project.apply()
    project.ok("sandbox", "talk", "coach")
    for name in ("coach", "guide"):
        project.replace(f"personas/{name}.yaml", "patience: low", "patience: high")
    project.requests()
    return project


def say(project: ProjectDir, words: str, name: str = "coach") -> None:
    """Give a definition this on_active_conversations."""
    file = f"personas/{name}.yaml"
    text = (project.directory / file).read_text()
    project.write(file, f"{text}reconcile: {{on_active_conversations: {words}}}\n")


def fail_the_list(project: ProjectDir) -> None:
    with project.emulator() as store:
        store.add_fault(Fault(kind="status", status=403, path="/v2/conversations", times=0))


def test_a_plan_tells_the_conversations_of_each_change(talked: ProjectDir) -> None:
    talked.ok("sandbox", "talk", "coach")
    plan = talked.plan()
    assert {c["address"]: c["conversations"] for c in plan["changes"]} == {
        "persona/coach": 2,
        "persona/guide": 0,
    }
    assert plan["conversations_unknown"] == ""
    assert {c["on_active_conversations"] for c in plan["changes"]} == {"warn"}


def test_conversations_are_no_part_of_what_is_approved(talked: ProjectDir) -> None:
    fingerprint = talked.plan()["fingerprint"]
    talked.ok("sandbox", "talk", "coach", "--end")
    assert talked.plan()["fingerprint"] == fingerprint
    talked.ok("apply", "--expect", fingerprint)


def test_a_list_that_fails_is_a_warning_and_no_failure(talked: ProjectDir) -> None:
    fail_the_list(talked)
    plan = talked.plan()
    assert "GET /v2/conversations answered 403" in plan["conversations_unknown"]
    assert {c["conversations"] for c in plan["changes"]} == {None}
    assert [d["summary"] for d in plan["diagnostics"]] == ["Active conversations are not known"]
    assert "Active conversations are not known" in talked.ok("plan").out
    talked.apply()


def test_drift_environments_and_pull_ask_for_no_conversations(talked: ProjectDir) -> None:
    for words in (["drift"], ["environments"], ["pull"]):
        talked.run(*words)
    assert "GET /v2/conversations" not in talked.requests()


def test_refuse_is_a_guard(talked: ProjectDir) -> None:
    say(talked, "refuse")
    (refusal,) = talked.plan()["refusals"]
    assert refusal["guard"] == "on_active_conversations"
    assert refusal["text"] == "persona/coach says refuse, and 1 conversation is active"
    ran = talked.run("apply", "--auto-approve")
    assert (ran.code, talked.writes()) == (3, [])
    assert "--when-idle" in ran.err
    talked.ok("sandbox", "talk", "coach", "--end")
    talked.apply()


def test_refuse_takes_an_unknown_number_for_an_active_conversation(talked: ProjectDir) -> None:
    say(talked, "refuse")
    fail_the_list(talked)
    ran = talked.run("apply", "--auto-approve")
    assert (ran.code, talked.writes()) == (3, [])
    assert "whether conversations are active is not known" in ran.err


def test_refuse_says_nothing_where_nothing_is_sent(talked: ProjectDir) -> None:
    talked.apply()
    say(talked, "refuse")
    assert talked.plan()["refusals"] == []


def test_when_idle_sends_the_rest_and_exits_4(talked: ProjectDir) -> None:
    ran = talked.run("apply", "--auto-approve", "--when-idle", "--timeout", "0")
    assert ran.code == 4
    assert "Waiting until nobody talks with persona/coach." in ran.err
    assert "conversations with it were still active after 0 seconds" in ran.out
    assert talked.plan()["summary"]["update"] == 1


def test_when_idle_and_nothing_sent_exits_3(talked: ProjectDir) -> None:
    words = ("--when-idle", "--timeout", "0", "--target", "coach")
    assert talked.run("apply", "--auto-approve", *words).code == 3
    assert talked.writes() == []


def test_when_idle_takes_the_place_of_refuse(talked: ProjectDir) -> None:
    say(talked, "refuse")
    assert talked.run("apply", "--auto-approve", "--when-idle", "--timeout", "0").code == 4


def test_a_definition_that_waits_waits_without_an_option(talked: ProjectDir) -> None:
    say(talked, "wait")
    assert talked.run("apply", "--auto-approve", "--timeout", "0").code == 4
    talked.ok("sandbox", "talk", "coach", "--end")
    talked.apply("--timeout", "0")


def test_a_conversation_that_ends_by_itself_is_waited_for(talked: ProjectDir) -> None:
    talked.ok("sandbox", "talk", "coach", "--end")
    talked.ok("sandbox", "talk", "coach", "--for", "1.5")
    talked.apply("--when-idle", "--timeout", "20")
    assert not talked.plan()["summary"]["update"]


def test_a_rollback_tells_conversations_too(talked: ProjectDir) -> None:
    talked.apply()
    run = talked.ok("history", "--format", "json").json[0]["id"]
    talked.requests()
    talked.ok("rollback", run, "--auto-approve")
    assert talked.requests().count("GET /v2/conversations") == 1


def test_labels_and_fragments_stand_in_the_plan(project: ProjectDir) -> None:
    project.write("personas/prompts/x.md", "You are a coach.\n")
    text = COACH.replace("You are a coach.", "{$file: prompts/x.md}")
    project.write("personas/coach.yaml", f"{text}reconcile: {{labels: {{tier: gold}}}}\n")
    (change,) = project.plan()["changes"]
    assert change["labels"] == {"tier": "gold"}
    assert change["sources"] == ["personas/prompts/x.md"]
