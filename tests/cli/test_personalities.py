"""The whole way, plan to drift, on services that differ, with the profile that tells how."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import pytest

from reconciler.core.service.profile import SHIPPED, Answer, Profile, switch_texts
from reconciler.core.service.question import Confidence
from reconciler.core.service.questions import QUESTIONS
from reconciler.desired.profile_file import profile_text, read_profile
from reconciler.sandbox.switches import Switches, parse

if TYPE_CHECKING:
    from pathlib import Path

    from project import ProjectDir

HEAD: Final = "version: 1\ntaken: '2026-11-26'\nanswers:\n"

PERSONALITIES: Final = [
    ("edit_model", "none"),
    ("edit_model", "draft_routed"),
    ("/layers/llm/model", "tavus-gpt-oss"),
    ("defaults", "all others"),
    ("documented_get_wrapper", "on"),
    ("strict_replace", "off"),
    ("not_found", "404"),
    ("unknown_member", "400"),
    ("mixed_conferencing_status", "409"),
    ("mixed_conferencing_status", "422"),
    ("list_detail", "summary"),
    ("mask_llm_api_key", "echo"),
    ("mask_tts_api_key", "echo"),
    ("mask_headers", "mask"),
    ("trim_text", "on"),
    ("sort_id_lists", "on"),
    ("mangle_names", "both"),
    ("mangle_names", "none"),
    ("tool_descriptions", "keep"),
    ("reorder_keys", "off"),
    ("empty_defaults", "off"),
    ("spell_out_tts", "on"),
    ("hide_llm_defaults", "off"),
    ("flow_fill", "nulls"),
    ("both_interruptibility", "on"),
    ("accept_null", "off"),
    ("retired_models", "accepted"),
    ("patch_test", "refused"),
    ("refuse_ops", "test,move,copy"),
    ("page_zero", "off"),
    ("max_limit", "2"),
    ("over_limit", "refuse"),
    ("max_name_length", "40"),
    ("max_prompt_length", "400"),
    ("patch_guardrail_ids", "refused"),
    ("objectives_deleted", "nulled"),
    ("guardrail_deleted", "kept"),
]
"""Each switch that a persona meets, with each other setting than the shipped profile has."""

OF_RESOURCES: Final = [
    ("guardrail_first_page", "1"),
    ("objectives_name", "ignored"),
    ("unchanged_resource", "200"),
    ("tool_not_found", "404"),
    ("tool_name_taken", "accepted"),
    ("tool_secrets", "echo"),
    ("tool_patch", "json_patch"),
    ("mask_sent_back", "stored"),
    ("unchanged_tool", "304"),
]
"""Those that no request about a persona meets."""

EVERY: Final = [*PERSONALITIES, *OF_RESOURCES]

FLOW: Final = "/layers/conversational_flow/"

OTHER_DEFAULTS: Final = {
    "/pipeline_mode": "echo",
    "/disclosure_type": "off",
    "/is_template": "on",
    "/layers/llm/model": "tavus-gpt-oss",
    "/layers/llm/speculative_inference": "off",
    "/layers/tts/tts_engine": "cartesia",
    "/layers/tts/tts_emotion_control": "off",
    "/layers/perception/perception_model": "raven-2",
    "/layers/perception/emotion_recognition": "full",
    "/layers/stt/stt_engine": "tavus-whisper",
    f"{FLOW}turn_detection_model": "sparrow-1",
    f"{FLOW}turn_taking_patience": "low",
    f"{FLOW}replica_interruptibility": "low",
    f"{FLOW}voice_isolation": "far",
    f"{FLOW}idle_engagement": "eager",
    f"{FLOW}idle_end_behavior": "end_conversation",
}
"""Each default, and another than the shipped one."""

NAMES: Final = [f"{name}={value}" for name, value in PERSONALITIES]
FACE: Final = "r90bbd427f71"


def tool(name: str) -> dict[str, Any]:
    properties = {"room": {"type": "string", "description": f"The room to {name}"}}
    function = {
        "name": name,
        "description": f"To {name} a room.",
        "parameters": {"type": "object", "properties": properties, "required": ["room"]},
    }
    return {"type": "function", "function": function}


def desk(**changed: Any) -> dict[str, Any]:
    """A persona with a bit of everything that servers are known to treat in their own way."""
    return {
        "persona_name": "Desk (night)",
        "system_prompt": "You help guests.  \r\n\r\nAlways.\n",
        "greeting": "Good evening.\n",
        "default_replica_id": FACE,
        "document_tags": ["zebra", "apple"],
        "layers": {
            "llm": {
                "model": "tavus-gemma-4",
                "tools": [tool("book"), tool("free"), tool("clean")],
                "extra_body": {"temperature": 0.3, "top_p": 0.9},
                "headers": {"X-Team": "header-of-the-desk"},
            },
            "tts": {"tts_engine": "cartesia", "api_key": "voice-key-of-the-desk"},
            "perception": {
                "perception_model": "raven-1",
                "visual_awareness_queries": [f"Is there something of kind {n}?" for n in range(8)],
            },
            "conversational_flow": {"replica_interruptibility": "low"},
        },
        **changed,
    }


def edited() -> dict[str, Any]:
    """The desk with an element less in a long list, one more in another, and a member gone."""
    after = desk(greeting="Good morning.")
    after["layers"]["perception"]["visual_awareness_queries"].pop(3)
    after["layers"]["llm"]["tools"].insert(1, tool("lock"))
    del after["layers"]["llm"]["extra_body"]["top_p"]
    return after


@pytest.fixture
def inn(project: ProjectDir) -> ProjectDir:
    """A desk, and two more personas, so that lists have pages."""
    project.write("personas/desk.json", json.dumps(desk()))
    for name in ("porter", "cook"):
        document = {"persona_name": name.title(), "system_prompt": f"You are the {name}."}
        project.write(f"personas/{name}.json", json.dumps({**document, "default_replica_id": FACE}))
    return project


def seen(name: str, value: str) -> Answer:
    """The answer that a switch's text means."""
    meant = parse(name, value)
    assert isinstance(meant, bool | int | str | tuple)
    return Answer(meant, Confidence.SEEN, "2026-11-26", f"seen: «{value}»")


def switched(name: str, value: str) -> dict[str, str]:
    """The switches of a personality."""
    return OTHER_DEFAULTS if name == "defaults" else {name: value}


def behave(project: ProjectDir, name: str, value: str) -> None:
    with project.emulator() as store:
        for switch, text in switched(name, value).items():
            store.set_switch(switch, text)


def believe(project: ProjectDir, name: str, value: str) -> None:
    """The project uses a profile that says so."""
    answers = {switch: seen(switch, text) for switch, text in switched(name, value).items()}
    text = profile_text(Profile("it", "2026-11-26", "sandbox", answers))
    project.write("profiles/it.yaml", text)
    use_profile(project)


def use_profile(project: ProjectDir) -> None:
    settings = (project.directory / "reconciler.yaml").read_text()
    if "profile:" not in settings:
        project.write("reconciler.yaml", settings + "profile: profiles/it.yaml\n")


def find_out(project: ProjectDir, name: str, value: str) -> None:
    """The project uses what a probe finds; or is told, where a key alone cannot find it."""
    names = switched(name, value)
    if not all(QUESTIONS[one].probeable for one in names):
        believe(project, name, value)
        return
    # Whether test is refused is an experiment of its own.
    only = [word for one in {*names, "patch_test"} for word in ("--only", one)]
    project.ok(
        "probe", "--yes", "--resources", *only, "--out", str(project.directory / "profiles/it.yaml")
    )
    use_profile(project)


def assert_settled(project: ProjectDir) -> None:
    plan = project.plan()
    assert plan["summary"]["no-op"] == 3, plan["changes"]
    assert project.run("drift").code == 0


def refused_patches(project: ProjectDir) -> list[str]:
    """Those since the last call."""
    with project.emulator() as store:
        found = [f"{r.path} {r.status}" for r in store.requests() if r.method == "PATCH"]
        store.clear_requests()
    return [entry for entry in found if not entry.endswith(("200", "204", "304"))]


def walk_through(project: ProjectDir) -> None:
    """Create, change in git, change outside: every apply in one go, and nothing left to do."""
    project.apply()
    assert_settled(project)
    project.write("personas/desk.json", json.dumps(edited()))
    project.apply()
    assert_settled(project)
    project.edit("desk", [{"op": "add", "path": "/greeting", "value": "Ahoy!"}])
    assert project.run("drift").code == 2
    project.apply()
    assert_settled(project)


@pytest.mark.parametrize(("name", "value"), PERSONALITIES, ids=NAMES)
def test_with_the_profile_that_a_probe_made_nothing_is_refused_and_nothing_comes_back(
    inn: ProjectDir, name: str, value: str
) -> None:
    behave(inn, name, value)
    find_out(inn, name, value)
    refused_patches(inn)
    walk_through(inn)
    assert refused_patches(inn) == []


@pytest.mark.parametrize(("name", "value"), PERSONALITIES, ids=NAMES)
def test_with_a_wrong_profile_nothing_is_lost(inn: ProjectDir, name: str, value: str) -> None:
    """The profile says what the service does not do; what nobody manages survives all the same."""
    believe(inn, name, value)
    inn.apply()
    inn.edit("desk", [{"op": "add", "path": "/layers/stt", "value": {"hotwords": "by hand"}}])
    inn.write("personas/desk.json", json.dumps(edited()))
    for _ in range(2):
        inn.run("apply", "--auto-approve")
    assert_settled(inn)
    with inn.emulator() as store:
        (row,) = [r for r in store.personas() if r.id == inn.bound("desk")]
    assert row.record["layers"]["stt"]["hotwords"] == "by hand"


def test_a_probe_of_resources_finds_every_flipped_switch(inn: ProjectDir) -> None:
    flipped = [*OF_RESOURCES, *PERSONALITIES[-3:]]
    with inn.emulator() as store:
        for name, value in flipped:
            store.set_switch(name, value)
    only = [word for name, _ in flipped for word in ("--only", name)]
    file = inn.directory / "profiles/found.yaml"
    inn.ok("probe", "--resources", "--yes", *only, "--out", str(file))
    found = read_profile(file)
    assert {name: found.value(name) for name, _ in flipped} == {
        name: parse(name, value) for name, value in flipped
    }


def test_the_emulator_behaves_as_a_profile_says(inn: ProjectDir) -> None:
    believe(inn, "not_found", "404")
    inn.ok("sandbox", "reset", "--profile", str(inn.directory / "profiles/it.yaml"))
    with inn.emulator() as store:
        assert store.switches().not_found == 404


def test_every_switch_has_a_personality() -> None:
    named = {f.name for f in fields(Switches)} - {"api_key", "defaults_profile", "defaults"}
    shipped = switch_texts(SHIPPED)
    said = {name: text for personality in EVERY for name, text in
            switched(*personality).items()}  # fmt: skip
    assert said.keys() == named | OTHER_DEFAULTS.keys() == QUESTIONS.keys()
    assert not [name for name, text in said.items() if text == shipped[name]]


def test_a_profile_is_read_as_it_was_written(tmp_path: Path) -> None:
    answers = {name: seen(name, text) for one in EVERY for name, text in switched(*one).items()}
    profile = Profile("mine", "2026-11-26", "https://tavusapi.com", answers)
    file = tmp_path / "mine.yaml"
    file.write_text(profile_text(profile), encoding="utf-8")
    read = read_profile(file)
    assert {name: read.answer(name) for name in QUESTIONS} == {
        name: profile.answer(name) for name in QUESTIONS
    }
    assert (read.name, read.taken, read.endpoint) == (profile.name, profile.taken, profile.endpoint)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("taken: '2026-11-26'\n", "profiles/it.yaml:1:1: error: A required setting is missing"),
        ("version: 2\ntaken: '2026-11-26'\n", "profiles/it.yaml:1:10: error: Unknown value"),
        (
            HEAD + "  trim_txt: {value: true, confidence: seen}\n",
            "profiles/it.yaml:4:3: error: Unknown question: trim_txt\n    Did you mean trim_text?",
        ),
        (
            HEAD + "  not_found: {value: 403, confidence: seen}\n",
            "profiles/it.yaml:4:22: error: This cannot be the answer: not_found: one of 400, 404",
        ),
        (
            HEAD + "  /is_template: {value: maybe, confidence: seen}\n",
            "profiles/it.yaml:4:25: error: This cannot be the answer: /is_template: one of",
        ),
        (
            HEAD + "  trim_text: {value: true, confidence: seen, date: yesterday}\n",
            "profiles/it.yaml:4:52: error: This is no date: answers.trim_text.date",
        ),
    ],
)
def test_a_profile_that_cannot_be_used_is_told_with_its_place(
    inn: ProjectDir, text: str, said: str
) -> None:
    believe(inn, "trim_text", "on")
    inn.write("profiles/it.yaml", text)
    ran = inn.run("plan")
    assert ran.code == 1
    assert said in ran.err


def test_a_text_longer_than_the_service_takes_is_refused_before_anything_is_sent(
    inn: ProjectDir,
) -> None:
    believe(inn, "max_prompt_length", "20")
    ran = inn.run("apply", "--auto-approve")
    assert ran.code == 1
    assert "system_prompt has 30 characters; the service profile says 20" in ran.err
    assert inn.requests() == []


def test_where_guardrails_cannot_be_patched_a_change_of_them_is_told_and_waits(
    inn: ProjectDir,
) -> None:
    """The effect of patch_guardrail_ids: nothing is sent twice, nothing is stored in part."""
    inn.write("personas/desk.json", json.dumps(desk(guardrail_ids=["g1"])))
    inn.apply()
    behave(inn, "patch_guardrail_ids", "refused")
    inn.write("personas/desk.json", json.dumps(desk(guardrail_ids=["g2"], greeting="Morning.")))
    ran = inn.run("apply", "--auto-approve")
    assert ran.code in {1, 4}
    assert "/guardrail_ids cannot be patched" in ran.out + ran.err
    with inn.emulator() as store:
        (row,) = [r for r in store.personas() if r.id == inn.bound("desk")]
    assert (row.record["guardrail_ids"], row.record["greeting"]) == (["g1"], "Good evening.")
    inn.write("personas/desk.json", json.dumps(desk(guardrail_ids=["g1"], greeting="Morning.")))
    inn.apply()
    assert_settled(inn)
