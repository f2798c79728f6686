"""A planted secret appears in no output of any command and in no file but the sandbox's data."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from project import COACH, ProjectDir

from reconciler.sandbox.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANARY = 'canary-"q"-7f3a\\9-äß'
OTHER = "canary-header-5521-xyz"
VOICE = "canary-voice-0042-abc"
API_KEY = "canary-api-key-9911-tavus"

DEFINITION = """\
persona_name: Keeper
system_prompt: "You keep secrets."
default_replica_id: r90bbd427f71
layers:
  llm:
    model: my-model
    base_url: https://llm.example/v1
    api_key: {$env: CANARY}
    headers: {X-Auth: {$env: CANARY_HEADER}}
    extra_body: {token: {$env: CANARY}}
  tts: {tts_engine: cartesia, api_key: {$env: CANARY_VOICE}}
"""


def forms(secret: str) -> Iterator[bytes]:
    """The secret as it may hide: raw, escaped, encoded, cut."""
    raw = secret.encode()
    yield raw
    yield json.dumps(secret).strip('"').encode()
    yield repr(secret).strip("'\"").encode()
    yield base64.b64encode(raw)
    yield raw.hex().encode()
    yield raw[: len(raw) - 4]


NEEDLES = [form for secret in (CANARY, OTHER, VOICE, API_KEY) for form in forms(secret)]


def assert_clean(where: str, data: bytes) -> None:
    for needle in NEEDLES:
        assert needle not in data, f"a secret stands in {where}"


@pytest.fixture
def planted(project: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> ProjectDir:
    """A project whose persona has secrets in every place that takes one."""
    monkeypatch.setenv("CANARY", CANARY)
    monkeypatch.setenv("CANARY_HEADER", OTHER)
    monkeypatch.setenv("CANARY_VOICE", VOICE)
    monkeypatch.setenv("TAVUS_API_KEY", API_KEY)
    project.write("personas/keeper.yaml", DEFINITION)
    return project


class Watched:
    """Runs commands and looks at everything they say and leave behind."""

    def __init__(self, project: ProjectDir) -> None:
        self.project = project

    def run(self, *words: str, code: int | None = 0) -> None:
        for debug in ([], ["--debug"]):
            ran = self.project.run(*words, *debug)
            if code is not None and not debug:
                assert ran.code == code, ran.err
            assert_clean(f"the output of {words}", (ran.out + ran.err).encode())
            assert_files_clean(self.project.directory)


def assert_files_clean(directory: Path) -> None:
    for file in directory.rglob("*"):
        if file.is_file() and file.name != "sandbox.db":
            assert_clean(str(file), file.read_bytes())


@pytest.mark.parametrize("switch", ["mask", "echo"])
def test_no_secret_leaves_through_any_command(planted: ProjectDir, switch: str) -> None:
    with planted.emulator() as store:
        for name in ("mask_llm_api_key", "mask_tts_api_key", "mask_headers"):
            store.set_switch(name, switch)
    watched = Watched(planted)
    plan_file = str(planted.directory / "plan.json")
    watched.run("validate")
    watched.run("validate", "--format", "json")
    watched.run("plan", "--patch", "--out", plan_file)
    watched.run("plan", "--format", "json")
    watched.run("apply", "--auto-approve")
    assert planted.plan()["summary"]["no-op"] == 1
    for words in (["show", "keeper"], ["show", "keeper", "--format", "json"]):
        watched.run(*words)
    watched.run("show", "keeper", "--resolved")
    watched.run("state", "show")
    watched.run("state", "list")
    live = str(planted.directory / "live.json")
    watched.run("snapshot")
    watched.run("snapshot", "--out", live)
    watched.run("plan", "--against", live, "--format", "json")
    planted.edit("keeper", [{"op": "replace", "path": "/layers/llm/api_key", "value": "short"}])
    watched.run("drift", code=None)
    watched.run("plan", "--format", "json")
    watched.run("apply", "--auto-approve", "--format", "json", code=None)


@pytest.mark.parametrize("switch", ["mask", "echo"])
def test_a_snapshot_made_where_no_variable_is_set_holds_no_secret_either(
    planted: ProjectDir, monkeypatch: pytest.MonkeyPatch, switch: str
) -> None:
    """What is not known by its value is left out by its place."""
    for name in ("mask_llm_api_key", "mask_tts_api_key", "mask_headers"):
        with planted.emulator() as store:
            store.set_switch(name, switch)
    planted.apply()
    for name in ("CANARY", "CANARY_HEADER", "CANARY_VOICE"):
        monkeypatch.delenv(name)
    Watched(planted).run("snapshot", "--out", str(planted.directory / "live.json"))


def test_rotating_a_secret_shows_neither_the_old_nor_the_new_value(
    planted: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.apply()
    monkeypatch.setenv("CANARY", OTHER + "-rotated")
    watched = Watched(planted)
    ran = planted.run("plan")
    assert "(sensitive, changed)" in ran.out
    watched.run("plan", "--patch", "--format", "json")
    watched.run("apply", "--auto-approve")
    assert planted.live("keeper")["layers"]["llm"]["api_key"] == OTHER + "-rotated"
    assert planted.plan()["summary"]["no-op"] == 1


def test_a_secret_that_git_drops_stays_hidden(planted: ProjectDir) -> None:
    planted.apply()
    planted.replace("personas/keeper.yaml", "    extra_body: {token: {$env: CANARY}}\n", "")
    watched = Watched(planted)
    watched.run("plan", "--patch")
    watched.run("plan", "--format", "json")
    watched.run("drift", code=None)


def test_a_server_that_repeats_the_request_in_its_error_leaks_nothing(
    planted: ProjectDir,
) -> None:
    with planted.emulator() as store:
        said = json.dumps({"error": f"Bad Request. {{'api_key': ['{CANARY} {API_KEY} {OTHER}']}}"})
        store.add_fault(Fault(kind="status", method="POST", status=400, body=said, times=0))
    watched = Watched(planted)
    watched.run("apply", "--auto-approve", code=1)
    watched.run("apply", "--auto-approve", "--format", "json", code=1)


def test_a_secret_pasted_into_a_prompt_is_masked_there_too(planted: ProjectDir) -> None:
    planted.write("personas/coach.yaml", COACH)
    planted.apply()
    planted.edit("coach", [{"op": "replace", "path": "/system_prompt", "value": f"Say {VOICE}."}])
    watched = Watched(planted)
    watched.run("plan")
    watched.run("plan", "--format", "json")
    watched.run("drift", code=2)
    watched.run("drift", "--format", "json", code=2)
    watched.run("show", "coach")


def test_a_literal_mask_is_never_written(project: ProjectDir) -> None:
    project.write(
        "personas/keeper.yaml",
        COACH.replace(
            "model: tavus-gemma-4", 'model: m, base_url: https://x.example/v1, api_key: "********"'
        ),
    )
    ran = project.run("apply", "--auto-approve")
    assert ran.code == 1
    assert project.requests() == []
