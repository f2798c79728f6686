"""What README shows is what the program says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def _without_ids(text: str) -> str:
    """Ids and fingerprints are made anew in each run."""
    return re.sub(r"\b(p[0-9a-f]{11}|[0-9a-f]{32})\b", "…", text)


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_every_link_of_the_readme_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
