"""A project in a temporary directory, driven through the command line, and its emulator."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.cli.main import main
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pytest

PROJECT = """\
version: 1
default_environment: sandbox
environments:
  sandbox: {api: sandbox}
  pals: {api: sandbox, client: {dialect: pals}}
client: {retries: 0}
"""

COACH = """\
persona_name: Coach
system_prompt: You are a coach.
default_replica_id: r90bbd427f71
layers:
  llm: {model: tavus-gemma-4}
  conversational_flow: {turn_taking_patience: low}
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, parsed."""
        return json.loads(self.out)


class ProjectDir:
    """A project directory. Its methods read as what a user does."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory = directory
        self._capsys = capsys
        self.write("reconciler.yaml", PROJECT)

    def write(self, name: str, text: str) -> None:
        """Write a file; its folders are made."""
        file = self.directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")

    def replace(self, name: str, old: str, new: str) -> None:
        """Edit a file; the old text has to be there."""
        text = (self.directory / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def run(self, *words: str) -> Ran:
        """Run `reconciler` with these words in the project."""
        self._capsys.readouterr()
        code = main([*words, "--chdir", str(self.directory)])
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def ok(self, *words: str) -> Ran:
        """Run a command that has to end with 0."""
        ran = self.run(*words)
        assert ran.code == 0, ran.err + ran.out
        return ran

    def apply(self, *words: str) -> Ran:
        """Apply without being asked."""
        return self.ok("apply", "--auto-approve", *words)

    def plan(self, *words: str) -> Any:
        """The plan as JSON."""
        return self.ok("plan", "--format", "json", *words).json

    def bound(self, key: str) -> str:
        """The live id of a key."""
        state = json.loads((self.directory / ".reconciler/state/sandbox/state.json").read_text())
        return str(state["bindings"][f"persona/{key}"]["id"])

    @contextmanager
    def emulator(self) -> Iterator[Store]:
        """The emulator's store."""
        self.directory.joinpath(".reconciler").mkdir(exist_ok=True)
        with Store(self.directory / ".reconciler/sandbox.db") as store:
            yield store

    def requests(self) -> list[str]:
        """«METHOD path» of every request since the last call."""
        with self.emulator() as store:
            found = [f"{request.method} {request.path}" for request in store.requests()]
            store.clear_requests()
        return found

    def writes(self) -> list[str]:
        """As requests(), without those that only read."""
        return [request for request in self.requests() if not request.startswith("GET ")]

    def edit(self, key: str, operations: Sequence[dict[str, Any]]) -> None:
        """Change a live persona behind the reconciler's back."""
        with self.emulator() as store:
            store.edit(self.bound(key), operations)

    def live(self, key: str) -> dict[str, Any]:
        """The stored record of a key, secrets readable."""
        with self.emulator() as store:
            return next(row.record for row in store.personas() if row.id == self.bound(key))
