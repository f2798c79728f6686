"""`reconciler probe` on the command line: asks first, tells, writes, and leaves nothing behind."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from probing_tools import DUMMIES, KEY, OF_RESOURCES, own_things, probe
from project import COACH
from pydantic import TypeAdapter

from reconciler.cli.recordings import write_recording
from reconciler.desired.profile_file import profile_text, read_profile
from reconciler.report.formats import ProbeDocument
from reconciler.report.machine import to_text
from reconciler.report.probe import probe_document, probe_text
from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.store import Store
from reconciler.workflow.probing.table import EXPERIMENTS, chosen, requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import ProjectDir

ALL_KINDS = [word for id_ in OF_RESOURCES for word in ("--only", id_)]
FEW = ("--only", "not_found", "--only", "mask_headers", "--only", "patch_test")


def own(project: ProjectDir) -> list[str]:
    with project.emulator() as store:
        return [*own_things(store)]


PERSONA_ONLY = chosen((), resources=False)


def journals(project: ProjectDir) -> list[Path]:
    return list(project.directory.glob(".reconciler/probe/*"))


def test_a_probe_says_what_it_will_do_and_needs_a_person(project: ProjectDir) -> None:
    ran = project.run("probe")
    assert ran.code == 3
    assert f"with {len(PERSONA_ONLY)} experiments" in ran.err
    assert f"at most {requests(PERSONA_ONLY)} requests" in ran.err
    assert re.search(r"«zzprobe [0-9a-f]{10} until [0-9]{8}», three more", ran.err)
    assert "zzprobe_" not in ran.err
    assert "give --yes" in ran.err
    assert project.requests() == []


def test_a_probe_of_resources_says_what_it_will_make(project: ProjectDir) -> None:
    ran = project.run("probe", "--resources")
    assert f"with {len(EXPERIMENTS)} experiments" in ran.err
    assert f"at most {requests(EXPERIMENTS)} requests" in ran.err
    assert re.search(r"«zzprobe [0-9a-f]{10} until [0-9]{8}», five more", ran.err)
    assert re.search(
        r"one objectives set, one guardrail, one tool «zzprobe_[0-9a-f]{10}_until_[0-9]{8}»"
        r", a second tool for a moment",
        ran.err,
    )
    few = project.run("probe", "--resources", "--only", "guardrail_first_page").err
    assert re.search(r"  one guardrail «zzprobe_\w+»; deleted, too\n", few)
    assert project.requests() == []


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), ("y", 3), ("", 3)])
def test_only_the_word_yes_agrees(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setattr("reconciler.cli.console.Console.is_terminal", property(lambda _: True))
    monkeypatch.setattr("click.prompt", lambda *_args, **_kwargs: answer)
    assert project.run("probe", *FEW).code == code
    assert bool(project.requests()) is (code == 0)


def test_in_ci_a_terminal_is_not_enough(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("reconciler.cli.console.Console.is_terminal", property(lambda _: True))
    assert project.run("probe").code == 3
    assert project.ok("probe", "--yes", *FEW).out


def test_the_answers_are_a_profile_that_the_project_can_use(project: ProjectDir) -> None:
    with project.emulator() as store:
        for name, value in (("mask_headers", "mask"), ("not_found", "404"), ("trim_text", "on")):
            store.set_switch(name, value)
    file = project.directory / "profiles/mine.yaml"
    project.ok("probe", "--yes", "--out", str(file))
    profile = read_profile(file)
    told = {name: profile.value(name) for name in ("mask_headers", "not_found", "trim_text")}
    assert told == {"mask_headers": "mask", "not_found": 404, "trim_text": True}
    assert profile.endpoint == "sandbox"
    project.replace("reconciler.yaml", "version: 1", "version: 1\nprofile: profiles/mine.yaml")
    project.write("personas/coach.yaml", COACH)
    assert project.plan()["summary"]["create"] == 1


def test_a_project_may_name_the_profile_that_is_still_to_be_made(project: ProjectDir) -> None:
    project.replace("reconciler.yaml", "version: 1", "version: 1\nprofile: profiles/mine.yaml")
    project.ok("probe", "--yes", *FEW, "--out", str(project.directory / "profiles/mine.yaml"))
    project.write("personas/coach.yaml", COACH)
    assert project.plan()["summary"]["create"] == 1


def test_the_answers_as_json_have_the_documented_shape(project: ProjectDir) -> None:
    document = project.ok("probe", "--yes", "--format", "json").json
    assert TypeAdapter(ProbeDocument).validate_python(document, strict=True) == document
    answers = {one["id"]: one["value"] for one in document["findings"] if one["value"] is not None}
    assert (answers["not_found"], answers["refuse_ops"]) == (400, [])
    assert (document["left"], document["problem"]) == ([], "")


def test_single_experiments_can_be_chosen_and_are_listed(project: ProjectDir) -> None:
    listed = project.ok("probe", "--list").out
    assert "not_found" in listed
    assert project.requests() == []
    ran = project.ok("probe", "--yes", "--only", "not_found", "--format", "json")
    assert [one["id"] for one in ran.json["findings"]] == ["not_found"]
    wrong = project.run("probe", "--yes", "--only", "nothing")
    assert (wrong.code, "--list" in wrong.err) == (64, True)


def test_experiments_that_need_more_than_a_persona_are_marked_and_need_the_option(
    project: ProjectDir,
) -> None:
    listed = project.ok("probe", "--list").out.splitlines()
    assert len(listed) == len(EXPERIMENTS)
    marked = [line.split()[1] for line in listed if line.endswith("  (--resources)")]
    assert marked == list(OF_RESOURCES)
    wrong = project.run("probe", "--yes", "--only", "not_found", "--only", "tool_secrets")
    assert (wrong.code, project.requests()) == (64, [])
    assert "tool_secrets\n    Give --resources as well." in wrong.err
    ran = project.ok(
        "probe", "--yes", "--resources", "--only", "tool_secrets", "--format", "json"
    ).json
    assert [one["value"] for one in ran["findings"]] == ["mask"]
    assert (ran["deleted"], ran["left"]) == (2, [])
    assert {path.split("/")[2] for path in project.requests()} == {"personas", "tools"}


def test_a_clean_up_with_nothing_to_do_says_so(project: ProjectDir) -> None:
    assert "No probe has left anything." in project.ok("probe", "--clean-up").err


def test_a_clean_up_says_where_it_could_not_look(project: ProjectDir) -> None:
    with project.emulator() as store:
        store.add_fault(Fault(kind="status", status=403, path="/v2/tools", times=0))
    told = project.ok("probe", "--clean-up").err
    assert "Not looked for a tool: GET /v2/tools answered 403" in told
    assert "No probe has left anything." in told
    with project.emulator() as store:
        store.add_fault(Fault(kind="status", status=500, path="/v2/objectives", times=0))
    ran = project.run("probe", "--clean-up")
    assert ran.code == 1
    assert "There may be more: GET /v2/objectives answered 500" in ran.err


def started(project: ProjectDir, *words: str) -> subprocess.Popen[str]:
    """The probe as a process of its own, in the middle of its work."""
    with project.emulator() as store:
        store.add_fault(Fault(kind="latency", delay=0.05, times=0))
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", *words, "--chdir", str(project.directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    deadline = time.monotonic() + 60
    with project.emulator() as store:
        while len(store.requests()) < 8:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    return process


def test_a_killed_probe_is_cleaned_up_after(project: ProjectDir) -> None:
    process = started(project, "probe", "--yes", "--resources", *ALL_KINDS)
    process.kill()
    process.communicate(timeout=30)
    assert len(own(project)) >= 4
    assert len(journals(project)) == 1
    with project.emulator() as store:
        store.clear_faults()
        mine = store.seed({"persona_name": "Mine", "system_prompt": "You help."})
    told = project.ok("probe", "--clean-up").err
    for what in (r"p\w+ «zzprobe ", r"objectives set o\w+ «zzprobe ",
                 r"guardrail g\w+ «zzprobe_", r"tool t\w+ «zzprobe_"):  # fmt: skip
        assert re.search(f"^Deleted {what}", told, re.MULTILINE)
    assert own(project) == ["Mine"]
    assert journals(project) == []
    assert not [r for r in project.writes() if mine in r]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_probe_and_nothing_stays(
    project: ProjectDir, number: signal.Signals
) -> None:
    process = started(project, "probe", "--yes", "--resources", *ALL_KINDS)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Stopping: what was made is deleted." in err
    assert own(project) == []
    assert journals(project) == []


class Echoing:
    """A service that puts the key and every secret it was sent into all that it answers."""

    def __init__(self, store: Store) -> None:
        self.app = create_app(store)
        self.seen: set[str] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        self.seen.add(headers[b"x-api-key"].decode())
        message = await receive()
        waiting = [message]
        with contextlib.suppress(ValueError):
            body = json.loads(message.get("body") or b"null")
            if isinstance(body, dict) and "layers" in body:
                layers = body["layers"]
                self.seen |= {layers["llm"]["api_key"], layers["tts"]["api_key"]}
                self.seen |= set(layers["llm"]["headers"].values())
            if isinstance(body, dict) and scope["method"] == "POST" and "delivery" in body:
                self.seen.add(body["delivery"]["api"]["auth"]["token"])
        start: dict[str, Any] = {}
        content = b""

        async def again() -> Any:
            return waiting.pop() if waiting else await receive()

        async def keep(part: Any) -> None:
            nonlocal content
            if part["type"] == "http.response.start":
                start.update(part)
            content += part.get("body", b"")

        await self.app(scope, again, keep)
        if content:
            content = json.dumps(self._told(json.loads(content))).encode()
        head = [(b"x-echo", next(iter(self.seen)).encode()), (b"content-type", b"text/" + b"x" * 9)]
        await send({**start, "headers": head})
        await send({"type": "http.response.body", "body": content})

    def _told(self, body: Any) -> Any:
        echoes = [form for secret in self.seen for form in forms(secret)]
        if not isinstance(body, dict):
            return body
        for name in ("error", "message"):
            if name in body:
                body[name] = f"{body[name]} {' '.join(echoes)} '{echoes[0]}'"
        return {
            **body,
            "greeting": " ".join(echoes),
            "echo": echoes,
            "deep": {"a": [{"b": echoes}]},
            **{f"x_{number}": {echo: echo} for number, echo in enumerate(echoes)},
        }


def forms(secret: str) -> Iterator[str]:
    """The secret as it may hide: as it is, escaped, encoded, cut."""
    yield secret
    yield secret.encode().hex()
    yield secret.upper()
    yield base64.b64encode(secret.encode()).decode()
    yield base64.b64encode(b"user:" + secret.encode()).decode()
    yield secret[: len(secret) - 4]
    yield secret[4:]


def test_no_key_and_no_secret_is_in_what_a_probe_says_or_records(tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    with Store() as store:
        echoing = Echoing(store)
        probed = probe(store, directory=tmp_path, app=echoing, resources=True)
    assert echoing.seen == {KEY.reveal(), *(one.reveal() for one in DUMMIES)}
    write_recording(recording, probed, DUMMIES, [KEY])
    told = probed.without([KEY, *DUMMIES])
    texts = {str(file): file.read_text() for file in recording.iterdir()}
    assert len(texts) > 60
    texts["profile"] = profile_text(told.profile("found"))
    texts["text"] = probe_text(told, 100)
    texts["json"] = to_text(dict(probe_document(told)))
    for where, text in texts.items():
        for secret in echoing.seen:
            found = [form for form in forms(secret) if form.casefold() in text.casefold()]
            assert found == [], f"{found} stands in {where}"


def test_a_directory_that_holds_something_is_not_recorded_into(project: ProjectDir) -> None:
    project.write("full/file.txt", "x")
    ran = project.run("probe", "--yes", "--record", str(project.directory / "full"))
    assert ran.code == 64
    assert project.requests() == []
    assert os.listdir(project.directory / "full") == ["file.txt"]  # noqa: PTH208


def screens(page: str) -> list[tuple[list[str], str]]:
    """Each command that a page shows, and what it prints."""
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(r"(?ms)^\$ reconciler ([^\n]*)\n(.*?)^```", text)
    return [(words.split(), shown) for words, shown in found]


def test_the_screens_of_the_pages_are_real(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    with project.emulator() as store:
        store.set_switch("list_detail", "summary")
    shown = [*screens("probe.md"), *screens("recordings.md")]
    assert len(shown) == 3
    for words, screen in shown:
        out = project.run(*words).out
        assert re.sub(r"behaves, \S+", "behaves, 2026-11-26", out) == screen


def test_the_page_names_the_real_number_of_requests() -> None:
    page = (Path(__file__).parents[2] / "docs/probe.md").read_text(encoding="utf-8")
    words = " ".join(page.split())
    assert f"most {requests(PERSONA_ONLY)} requests" in words
    assert f"most {requests(EXPERIMENTS)}, or " in words
