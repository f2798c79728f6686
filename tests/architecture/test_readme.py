"""What README shows is what the program says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonpatch
import pytest

if TYPE_CHECKING:
    from project import ProjectDir

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(marker: str) -> str:
    """The console block behind a marker comment."""
    found = re.search(rf"<!-- {marker} -->\n```console\n(.*?)```", README, re.DOTALL)
    assert found, marker
    return found[1]


def run(*words: str, cwd: Path = ROOT) -> str:
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_help_text_is_the_real_one() -> None:
    assert block("help: reconciler") == "$ reconciler --help\n" + run("--help")


def test_the_screen_is_the_one_of_the_demo() -> None:
    shown = run("demo", "--source", str(ROOT))
    begin = shown.index("$ reconciler plan --patch")
    real = shown[begin : shown.index("\n\n#", begin)]
    assert _without_ids(block("screen: plan")).strip() == _without_ids(real).strip()


@pytest.fixture
def examples(project: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> ProjectDir:
    """The example personas, live."""
    for name in ("CONCIERGE_LLM_API_KEY", "NARRATOR_VOICE_API_KEY"):
        monkeypatch.setenv(name, "an-example-secret-0001")
    shutil.copytree(ROOT / "personas", project.directory / "personas")
    project.apply()
    return project


def test_the_screen_of_a_prompt_is_real(examples: ProjectDir) -> None:
    """A word, a sentence, a section that moved, and a paragraph that was only wrapped anew."""
    file = "personas/interviewer.md"
    text = (examples.directory / file).read_text(encoding="utf-8")
    speaks, sees = text.index("# How you speak"), text.index("# What you see")
    never = text.index("# What you never do")
    moved = text[:speaks] + text[sees:never] + text[speaks:sees] + text[never:]
    examples.write(file, moved)
    examples.replace(file, "in one breath", "in a single breath")
    examples.replace(file, "who do it well.", "who do it well. You never sell the company.")
    examples.replace(file, "first\n   idea is wrong", "first idea\n   is wrong")
    real = "$ reconciler plan\n" + examples.ok("plan").out
    assert _without_ids(block("screen: prompt")) == _without_ids(real)


OLD, NEW = "What does not work and since", "What fails and since"


def test_the_screen_of_one_word_in_a_tool_is_real(examples: ProjectDir) -> None:
    examples.replace("personas/support-desk.yaml", OLD, NEW)
    real = "$ reconciler plan --patch\n" + examples.ok("plan", "--patch").out
    assert _without_ids(block("screen: tool")) == _without_ids(real)


def test_what_the_jsonpatch_package_would_send_is_counted(examples: ProjectDir) -> None:
    shown = examples.ok("show", "support-desk", "--format", "json").json
    desired = json.loads(json.dumps(shown["desired"]).replace(OLD, NEW))
    patch = jsonpatch.make_patch(shown["live"], desired).patch
    size = len(json.dumps(patch, ensure_ascii=False, separators=(",", ":")).encode())
    assert f"sends {len(patch)} operations in {size:,} bytes" in README


def _without_ids(text: str) -> str:
    """Ids and fingerprints are made anew in each run."""
    return re.sub(r"\b(p[0-9a-f]{11}|[0-9a-f]{32})\b", "…", text)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_every_link_of_the_readme_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
