"""`reconciler sandbox replay`: the emulator answers as a recording, or is told what to change."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from probing_tools import DUMMIES, KEY, OF_RESOURCES, probe
from sandbox_tools import Caller

from reconciler.cli.recordings import read_recording, write_recording
from reconciler.core.service.profile import SHIPPED, switch_texts
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from project import ProjectDir

SHIPPED_RECORDING: Final = Path(__file__).parents[1] / "recordings/emulator"

FLIPPED: Final = [
    "/layers/llm/model=tavus-gpt-oss",
    "/layers/conversational_flow/voice_isolation=far",
    "documented_get_wrapper=on",
    "strict_replace=off",
    "not_found=404",
    "unknown_member=400",
    "mixed_conferencing_status=422",
    "list_detail=summary",
    "mask_llm_api_key=echo",
    "mask_tts_api_key=echo",
    "mask_headers=mask",
    "trim_text=on",
    "sort_id_lists=on",
    "mangle_names=both",
    "tool_descriptions=keep",
    "reorder_keys=off",
    "empty_defaults=off",
    "spell_out_tts=on",
    "hide_llm_defaults=off",
    "flow_fill=nulls",
    "both_interruptibility=on",
    "accept_null=off",
    "patch_test=refused",
    "refuse_ops=copy,move",
    "page_zero=off",
    "max_limit=3",
    "over_limit=refuse",
    "max_name_length=64",
    "max_prompt_length=5000",
]


WIDE: Final = {
    "max_limit",
    "documented_get_wrapper",
    "not_found",
    "reorder_keys",
    "empty_defaults",
    "mangle_names",
    "flow_fill",
    "patch_test",
    "refuse_ops",
}
"""What colours the answers to other experiments too, so that a whole probe has to be recorded."""

FLIPPED_RESOURCES: Final = [
    "guardrail_first_page=1",
    "objectives_name=ignored",
    "unchanged_resource=200",
    "tool_not_found=404",
    "tool_name_taken=accepted",
    "tool_secrets=echo",
    "tool_patch=json_patch",
    "mask_sent_back=stored",
    "unchanged_tool=304",
    "patch_guardrail_ids=refused",
    "objectives_deleted=nulled",
    "guardrail_deleted=kept",
]


def recorded(tmp_path: Path, *switches: str, others: int = 0, only: Sequence[str] = ()) -> Path:
    """A recording of the emulator under these switches: of a whole probe, or of some of it."""
    with Store() as store:
        for switch in switches:
            store.set_switch(*switch.split("="))
        for number in range(others):
            store.seed({"persona_name": f"Mine {number}", "system_prompt": "You help."})
        of_resources = bool(set(switches) & set(FLIPPED_RESOURCES))
        asked = OF_RESOURCES if of_resources else only
        probed = probe(store, *asked, directory=tmp_path / "journal", resources=of_resources)
    write_recording(tmp_path / "recording", probed, DUMMIES, [KEY])
    return tmp_path / "recording"


def test_the_shipped_recording_is_labelled_and_the_emulator_answers_alike(
    project: ProjectDir,
) -> None:
    about = json.loads((SHIPPED_RECORDING / "recording.json").read_text())
    assert about["made_against"] == "the emulator"
    assert "the emulator itself" in (SHIPPED_RECORDING / "README.md").read_text()
    ran = project.ok("sandbox", "replay", str(SHIPPED_RECORDING))
    assert "the emulator answers alike" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("switch", [*FLIPPED, *FLIPPED_RESOURCES])
def test_a_recording_of_another_service_names_the_line_of_the_profile_to_change(
    project: ProjectDir, tmp_path: Path, switch: str
) -> None:
    name, _, value = switch.partition("=")
    others, only = 120 if "limit" in switch else 0, () if name in WIDE else (name,)
    directory = str(recorded(tmp_path, switch, others=others, only=only))
    ran = project.run("sandbox", "replay", directory)
    assert ran.code == 1, ran.out
    advice = ran.out.partition("To change in the service profile:")[2]
    changed = dict(re.findall(r"^  ([\w/]+): \{value: (.*)\}$", advice, re.MULTILINE))
    assert changed.keys() == {name}, ran.out
    words = {"on": "true", "off": "false", "copy,move": '["copy", "move"]'}
    assert changed[name] == words.get(value, value)
    assert "the emulator differs" not in ran.out
    assert project.ok("sandbox", "replay", directory, "--switch", switch).out == ""


def test_a_profile_says_how_the_emulator_behaves(project: ProjectDir, tmp_path: Path) -> None:
    directory = str(recorded(tmp_path, "not_found=404", "flow_fill=nulls"))
    project.write(
        "p.yaml",
        "version: 1\ntaken: '2026-11-26'\nanswers:\n"
        "  not_found: {value: 404, confidence: seen}\n"
        "  flow_fill: {value: nulls, confidence: seen}\n",
    )
    file = str(project.directory / "p.yaml")
    assert project.run("sandbox", "replay", directory).code == 1
    assert project.run("sandbox", "replay", directory, "--profile", file).code == 0
    again = project.run(
        "sandbox", "replay", directory, "--profile", file, "--switch", "not_found=400"
    )
    assert (again.code, "flow_fill" in again.out) == (1, False)


def edited(tmp_path: Path, number: int, edit: Any) -> Path:
    """The shipped recording with one answer edited."""
    shutil.copytree(SHIPPED_RECORDING, tmp_path / "edited")
    file = next((tmp_path / "edited").glob(f"{number:03}-*.json"))
    document = json.loads(file.read_text())
    edit(document["answer"])
    file.write_text(json.dumps(document))
    return tmp_path / "edited"


def told(project: ProjectDir, directory: Path) -> str:
    ran = project.run("sandbox", "replay", str(directory))
    assert ran.code == 1
    assert "the emulator differs" in ran.out
    return ran.out.splitlines()[0]


def test_what_no_line_of_a_profile_says_is_told_as_such(
    project: ProjectDir, tmp_path: Path
) -> None:
    def more(answer: Any) -> None:
        answer["body"]["brand_new"] = True

    line = told(project, edited(tmp_path, 2, more))
    assert line == "002: body: recorded with brand_new, here without"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (7, "recorded a number, here "),
        (None, "recorded null, here "),
        ([], "recorded a list of 0, here "),
        ({}, "recorded an object, here "),
        ("sparrow-1", "recorded 'sparrow-1', here "),
        ("********", "recorded 8 asterisks, here "),
        ("xxxx", "recorded a text, here "),
    ],
)
def test_types_and_values_are_compared(
    project: ProjectDir, tmp_path: Path, value: Any, said: str
) -> None:
    def other(answer: Any) -> None:
        answer["body"]["layers"]["tts"]["tts_engine"] = value

    line = told(project, edited(tmp_path, 2, other))
    assert line == f"002: /layers/tts/tts_engine: {said}'cartesia'"


def test_a_status_and_the_envelope_of_a_refusal_are_compared(
    project: ProjectDir, tmp_path: Path
) -> None:
    def renamed(answer: Any) -> None:
        answer["body"] = {"detail": "x"}

    line = told(project, edited(tmp_path, 3, renamed))
    assert line == "003: answer: recorded an object with detail, here an object with error"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("recording.json", "{}", "does not describe a recording"),
        ("recording.json", "{", "Not JSON"),
        ("recording.json", '{"kind": "persona-reconciler/recording"}', "its format is"),
        ("001-set-up.json", "{}", "it is no exchange"),
        ("001-set-up.json", "[]", "it is no exchange"),
    ],
)
def test_a_damaged_recording_is_a_clear_error(
    project: ProjectDir, tmp_path: Path, name: str, text: str, said: str
) -> None:
    shutil.copytree(SHIPPED_RECORDING, tmp_path / "damaged")
    (tmp_path / "damaged" / name).write_text(text)
    ran = project.run("sandbox", "replay", str(tmp_path / "damaged"))
    assert (ran.code, said in ran.err, name in ran.err) == (1, True, True)


def test_a_recording_keeps_structure_and_lengths_and_nothing_of_others(tmp_path: Path) -> None:
    with Store() as store:
        store.seed({"persona_name": "Doctor Private", "system_prompt": "You know Ada's number."})
        with Caller(store) as call:
            secret = {"type": "bearer", "token": "Private"}
            api = {"url": "https://private.example", "auth": secret}
            tool = {"name": "zz_Private", "description": "Ada's", "delivery": {"api": api}}
            assert call.post("/v2/tools", tool).status_code == 200
            rule = {"guardrail_name": "Private", "guardrail_prompt": "Ada's"}
            assert call.post("/v2/guardrails", rule).status_code == 200
            owner = call.get("/v2/guardrails?legacy=false").json()["data"][0]["owner_id"]
        probed = probe(store, directory=tmp_path / "journal", resources=True)
    write_recording(tmp_path / "recording", probed, DUMMIES, [KEY])
    _, exchanges = read_recording(tmp_path / "recording")
    assert len(exchanges) == len(probed.exchanges)
    text = "".join(file.read_text() for file in (tmp_path / "recording").iterdir())
    assert "private" not in text.lower()
    assert "Ada" not in text
    assert str(owner) not in text
    for persona_id in (*probed.made, probed.run):
        assert persona_id not in text
    read, real = (one[1].reply.body for one in (exchanges, probed.exchanges))
    assert isinstance(read, dict)
    assert isinstance(real, dict)
    assert list(read) == list(real)
    lengths = {name: len(value) for name, value in real.items() if isinstance(value, str)}
    assert {name: len(read[name]) for name in lengths} == lengths
    page = next(one.reply.body for one in exchanges if one.experiment == "max_limit")
    assert isinstance(page, dict)
    assert sum(row == {} for row in page["data"]) == len(page["data"]) - 1


def test_the_recorded_answers_are_those_of_the_probe(tmp_path: Path) -> None:
    profile, _ = read_recording(recorded(tmp_path, "refuse_ops=copy"))
    texts = switch_texts(profile)
    assert texts["refuse_ops"] == "copy"
    others = {name for name, text in texts.items() if text != switch_texts(SHIPPED)[name]}
    assert others == {"refuse_ops", "/layers/tts/tts_engine"}
