"""`reconciler pull` at a terminal: a person is asked where a shared value goes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from project import ProjectDir

pytest.importorskip("pty", reason="a terminal of one's own needs POSIX")

ANNA: Final = """\
persona_name: Anna
system_prompt: You are Anna.
default_replica_id: r90bbd427f71
reconcile: {extends: [bases/kind.yaml]}
"""


def typed(directory: Path, answers: str, *words: str) -> tuple[int, str]:
    """Run a command at a terminal on which this is typed; its exit code, and what it said there."""
    ours, theirs = os.openpty()
    os.write(ours, answers.encode())
    command = [sys.executable, "-m", "reconciler", *words, "--color", "never"]
    with subprocess.Popen(
        command, cwd=directory, stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs
    ) as process:
        os.close(theirs)
        code, said = process.wait(60), b""
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:
        pass  # Linux says so at the end of what a terminal that was closed holds.
    os.close(ours)
    return code, said.decode()


def test_a_person_is_asked_where_a_shared_value_goes(project: ProjectDir) -> None:
    project.write("personas/bases/kind.yaml", "greeting: Hello\n")
    project.write("personas/anna.yaml", ANNA)
    project.apply()
    project.edit("anna", [{"op": "replace", "path": "/greeting", "value": "Good day"}])
    code, said = typed(project.directory, "elsewhere\noverlay\n", "pull")
    assert code == 0
    assert "persona/anna greeting: stands in personas/bases/kind.yaml" in said
    assert said.count("Write it into") == 2
    overlay = project.directory / "overlays/sandbox/persona/anna.yaml"
    assert overlay.read_text(encoding="utf-8") == "greeting: Good day\n"
