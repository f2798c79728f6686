"""The screens of the pages on doctor and explain are real. `BLESS=1 pytest` writes them anew."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from project import COACH
from serving_here import serving

from reconciler.sandbox.app import create_app
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from project import ProjectDir

DOCS: Final = Path(__file__).parents[2] / "docs"
PROJECT: Final = """\
version: 1
default_environment: sandbox
environments:
  sandbox: {{api: sandbox}}
  prod: {{api: "{0}", api_key: {{$env: TAVUS_API_KEY}}}}
profile: profiles/tavus-2026-11.yaml
client: {{retries: 0}}
"""
MODELINE: Final = "# yaml-language-server: $schema=../schemas/persona.schema.json\n"


def assert_shown(page: str, screen: str, words: str, output: str) -> None:
    """Compare a screen of a page with what a command printed, or with BLESS=1 put it there."""
    file = DOCS / page
    text = file.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- screen: {screen} -->\n```console\n)(.*?)(?=```)", re.DOTALL)
    real = f"$ reconciler {words}\n{output}"
    if os.environ.get("BLESS") == "1":
        file.write_text(pattern.sub(lambda found: found[1] + real, text), encoding="utf-8")
        text = file.read_text(encoding="utf-8")
    found = pattern.search(text)
    assert found, screen
    assert _anywhere(found[2]) == _anywhere(real)


def _anywhere(screen: str) -> str:
    """Without what is of one machine and one day."""
    screen = re.sub(r"\d+(\.\d+)+|\d{4}-\d\d-\d\d", "…", screen)
    return re.sub(r"(?m)(?<= on )\w+$|(?<=\.\.\.)\S*$", "…", screen)


def test_the_screen_of_doctor_is_real(project: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("TAVUS_API_KEY", "a-key-of-long-ago")
    for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    today = datetime.now(UTC).date()
    project.write("profiles/tavus-2026-11.yaml", f"version: 1\ntaken: '{today}'\n")
    for key in ("anna", "ben"):
        project.write(f"personas/{key}.yaml", MODELINE + COACH.replace("Coach", key.title()))
    with Store(project.directory / "served.db") as store, serving(create_app(store)) as url:
        project.write("reconciler.yaml", PROJECT.format(url))
        project.ok("init")
        project.apply("--env", "prod")
        store.set_switch("api_key", "a-newer-key")
        words = "doctor --env prod"
        ran = project.run(*words.split())
    assert ran.code == 1
    assert_shown("doctor.md", "refused", words, ran.out.replace(url, "https://tavusapi.com"))


@pytest.mark.parametrize(
    ("screen", "words"),
    [
        ("field", "explain layers.conversational_flow.turn_detection_model"),
        ("layer", "explain layers.stt"),
        ("unknown", "explain tts_engin"),
    ],
)
def test_the_screens_of_explain_are_real(project: ProjectDir, screen: str, words: str) -> None:
    ran = project.run(*words.split())
    assert_shown("explain.md", screen, words, ran.out or ran.err)


def test_the_page_on_doctor_names_every_check(project: ProjectDir) -> None:
    table = "".join(re.findall(r"(?m)^\| ([^|]+) \|", (DOCS / "doctor.md").read_text("utf-8")))
    checks = project.run("doctor", "--offline", "--format", "json").json["checks"]
    assert [check["name"] for check in checks if check["name"] not in table] == []
