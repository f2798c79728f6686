"""The command line as a whole: quick to start, every command with its help."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

import click
import pytest
from project import COACH

from reconciler.cli.main import COMMANDS, group, main

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import ProjectDir

HEAVY: Final = (
    *("pydantic", "httpx", "yaml", "rich", "starlette", "uvicorn", "ruamel", "jsonpatch", "jinja2"),
    *("reconciler.workflow", "reconciler.live", "reconciler.state", "reconciler.core.patch"),
)

SHOW_LOADED: Final = f"""
import runpy, sys
sys.argv = ["reconciler", *sys.argv[1:]]
try:
    runpy.run_module("reconciler", run_name="__main__")
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sorted(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_the_first_screen_loads_nothing_heavy(words: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SHOW_LOADED, *words], capture_output=True, text=True, check=True
    )
    assert "reconciler" in ran.stdout
    assert ran.stderr.split() == []


def test_validate_loads_neither_client_nor_state_nor_workflow(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    words = ["validate", "--chdir", str(project.directory)]
    ran = subprocess.run(
        [sys.executable, "-c", SHOW_LOADED, *words], capture_output=True, text=True, check=True
    )
    assert "1 definition" in ran.stdout
    assert set(ran.stderr.split()) == {"pydantic", "yaml"}


def every_command() -> Iterator[tuple[str, ...]]:
    """The words of every command, and of the commands below it."""
    for name in COMMANDS:
        yield (name,)
        context = click.Context(group)
        _, command, _ = group.resolve_command(context, [name])
        if isinstance(command, click.Group):
            yield from ((name, below) for below in command.commands)


@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_every_command_explains_itself(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Usage: reconciler {' '.join(words)}")
    assert len(shown.splitlines()) > 4


@pytest.mark.parametrize("name", COMMANDS)
def test_the_overview_and_the_command_say_the_same_thing(name: str) -> None:
    _, command, _ = group.resolve_command(click.Context(group), [name])
    assert command is not None
    assert command.name == name
    assert COMMANDS[name][1].endswith(".")


def test_without_a_command_the_overview_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    overview = capsys.readouterr().out
    positions = [overview.index(f"  {name} ") for name in COMMANDS]
    assert positions == sorted(positions)
