"""`reconciler demo`: the real commands and their real output, in a scratch copy of a project."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from reconciler.cli.exits import Exit
from reconciler.core.errors import ReconcilerError, SettingsError

PARTS: Final = ("reconciler.yaml", "personas", "schemas")
"""What of a project the scratch copy holds."""

SECRETS: Final = {
    "CONCIERGE_LLM_API_KEY": "demo-llm-key-0123456789",
    "NARRATOR_VOICE_API_KEY": "demo-voice-key-0123456789",
}
"""Stand-ins for the secrets that the example personas take from the environment."""

EDITED: Final = Path("personas/interviewer.md")
OLD, NEW = "turn_taking_patience: high", "turn_taking_patience: medium"
MODEL: Final = "/layers/perception/perception_model=raven-0"


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the demo."""

    title: str
    command: str
    expected: int = 0


BEFORE: Final = (
    Step("Are the definitions valid?", "validate"),
    Step("What would be done? Nothing is live yet.", "plan"),
    Step("Do it.", "apply --auto-approve"),
    Step("And now? A plan after an apply is empty.", "plan"),
)
AFTER: Final = (
    Step(
        "Somebody edits the same persona behind our back.",
        f"sandbox edit persona/interviewer --set {MODEL}",
    ),
    Step("What moved outside? (exit 2 says: something did)", "drift", expected=2),
    Step("What would be done, and who moved what?", "plan --patch"),
    Step("Do it: one PATCH with just these operations.", "apply --auto-approve"),
    Step("And now?", "plan"),
)


@click.command("demo")
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="A checkout with reconciler.yaml and personas/; this directory if left out.",
)
def command(source: Path) -> int:
    """Show the main job on the sandbox, in a scratch copy that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="reconciler-demo-") as scratch:
        project = Path(scratch)
        _copy(source, project)
        click.echo(f"In a scratch copy of {source.resolve().name}, on the built-in sandbox:")
        for step in BEFORE:
            _run(step, project)
        _edit(project)
        for step in AFTER:
            _run(step, project)
    click.echo("\nThat was the main job. Next: README.md, or `reconciler --help`.")
    return Exit.DONE


def _copy(source: Path, project: Path) -> None:
    for part in PARTS:
        if not (source / part).exists():
            raise SettingsError("Not a checkout of the project", f"{source / part} is missing")
        if (source / part).is_dir():
            shutil.copytree(source / part, project / part)
        else:
            shutil.copy(source / part, project / part)


def _run(step: Step, project: Path) -> None:
    _announce(step.title, f"reconciler {step.command}")
    words = [sys.executable, "-m", "reconciler", *shlex.split(step.command)]
    environment = {**os.environ, **SECRETS}
    environment.pop("RECONCILER_ENV", None)
    done = subprocess.run(words, cwd=project, env=environment, check=False)
    if done.returncode != step.expected:
        raise ReconcilerError(
            "A step of the demo ended otherwise than expected",
            f"exit {done.returncode}, not {step.expected}",
        )


def _edit(project: Path) -> None:
    file = project / EDITED
    _announce("A prompt writer edits a definition.", f"sed -i 's/{OLD}/{NEW}/' {EDITED}")
    text = file.read_text(encoding="utf-8")
    if OLD not in text:
        raise ReconcilerError("The example was changed", f"{EDITED} lacks «{OLD}»")
    file.write_text(text.replace(OLD, NEW), encoding="utf-8")


def _announce(title: str, shown: str) -> None:
    click.echo(f"\n{click.style(f'# {title}', dim=True)}\n{click.style(f'$ {shown}', bold=True)}")
    sys.stdout.flush()
