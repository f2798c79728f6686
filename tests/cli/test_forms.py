"""Lists by index, and what happens where the server does not take them so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from project import COACH, ProjectDir

from reconciler.sandbox.faults import Fault


def tool(number: int, words: str) -> dict[str, Any]:
    properties = {"order": {"type": "string", "description": words}, "urgent": {"type": "boolean"}}
    parameters = {"type": "object", "properties": properties, "required": ["order"]}
    return {"type": "function", "function": {"name": f"tool_{number}", "parameters": parameters}}


def definition(words: str = "Number of the order", queries: int = 20) -> str:
    tools = [
        tool(number, f"{words} {number}" if number == 3 else "The order") for number in range(6)
    ]
    asked = [f"Is there something of kind {number} in the picture?" for number in range(queries)]
    layers = {"llm": {"tools": tools}, "perception": {"visual_awareness_queries": asked}}
    document = {"persona_name": "Desk", "system_prompt": "You help.", "layers": layers}
    return json.dumps({**document, "default_replica_id": "r90bbd427f71"})


@pytest.fixture
def desk(project: ProjectDir) -> ProjectDir:
    """A live persona with six tools and twenty queries."""
    project.write("personas/desk.json", definition())
    project.apply()
    return project


def patches(project: ProjectDir) -> Any:
    (change,) = project.plan()["changes"]
    return change["patches"]


def test_one_word_in_the_fourth_tool_is_one_small_operation(desk: ProjectDir) -> None:
    desk.write("personas/desk.json", definition("Id of the order"))
    path = "/layers/llm/tools/3/function/parameters/properties/order/description"
    assert patches(desk) == [[{"op": "replace", "path": path, "value": "Id of the order 3"}]]
    desk.apply()
    assert desk.plan()["summary"]["no-op"] == 1


def test_an_element_less_goes_out_behind_a_test(desk: ProjectDir) -> None:
    document = json.loads(definition())
    removed = document["layers"]["perception"]["visual_awareness_queries"].pop(4)
    desk.write("personas/desk.json", json.dumps(document))
    (patch,) = patches(desk)
    assert [op["op"] for op in patch] == ["test", "remove"]
    assert patch[0]["value"] == removed
    desk.apply()
    assert desk.plan()["summary"]["no-op"] == 1


@pytest.mark.parametrize("refused", ["test", "remove"])
def test_a_refused_form_is_followed_by_the_whole_list_and_asked_only_once(
    desk: ProjectDir, refused: str
) -> None:
    with desk.emulator() as store:
        store.set_switch("refuse_ops", refused)
    desk.write("personas/desk.json", definition(queries=19))
    desk.requests()
    ran = desk.apply()
    assert "sent by index, then whole list" in ran.out
    assert len(desk.writes()) == 2
    assert desk.plan()["summary"]["no-op"] == 1
    desk.write("personas/desk.json", definition(queries=18))
    (patch,) = patches(desk)
    assert [op["op"] for op in patch] == ["replace"]
    desk.apply()
    assert len(desk.writes()) == 1


def test_what_does_not_show_is_sent_coarser_too(desk: ProjectDir) -> None:
    with desk.emulator() as store:
        inside = "/layers/llm/tools/*"
        store.add_fault(Fault(kind="ignore_path", method="PATCH", pointer=inside, times=0))
    desk.write("personas/desk.json", definition("Id of the order"))
    ran = desk.apply()
    assert "then whole list" in ran.out
    assert desk.plan()["summary"]["no-op"] == 1


def test_a_value_that_is_refused_in_every_form_fails_with_the_servers_words(
    desk: ProjectDir,
) -> None:
    document = json.loads(definition())
    document["layers"]["stt"] = {"stt_engine": "no-such-engine"}
    desk.write("personas/desk.json", json.dumps(document))
    desk.requests()
    ran = desk.run("apply", "--auto-approve")
    assert ran.code == 1
    assert "stt_engine" in ran.out
    assert len(desk.writes()) == 1
    state = json.loads((desk.directory / ".reconciler/state/sandbox/state.json").read_text())
    assert state["patch_form"] == "by index"


def test_a_whole_layer_is_never_written_with_a_mask(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICE", "the-voice-secret-0001")
    own = COACH + "  tts: {tts_engine: cartesia, external_voice_id: one}\n"
    project.write("personas/coach.yaml", own)
    project.apply()
    project.edit(
        "coach", [{"op": "add", "path": "/layers/tts/api_key", "value": "the-voice-secret-0001"}]
    )
    with project.emulator() as store:
        store.add_fault(Fault(kind="status", method="PATCH", status=500, times=0))
    project.replace("personas/coach.yaml", "voice_id: one", "voice_id: two")
    project.run("apply", "--auto-approve")
    assert project.live("coach")["layers"]["tts"]["api_key"] == "the-voice-secret-0001"
