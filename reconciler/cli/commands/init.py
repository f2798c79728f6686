"""`reconciler init`: a project file, a first definition, the schemas. Overwrites nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from reconciler.cli import options as shared
from reconciler.cli.example import EXAMPLE, EXAMPLE_NAME
from reconciler.cli.exits import Exit
from reconciler.cli.session import OWN_DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROJECT: Final = """\
# yaml-language-server: $schema=schemas/project.schema.json
# What belongs to which Tavus account.
version: 1
definitions: personas
default_environment: sandbox
environments:
  # The built-in emulator: try everything here, no account needed.
  sandbox: {api: sandbox}
  # `reconciler sandbox serve` in another terminal.
  local: {api: "http://127.0.0.1:8765", api_key: {$env: TAVUS_API_KEY}}
  # Your account. The key stays in the environment: export TAVUS_API_KEY=…
  prod: {api_key: {$env: TAVUS_API_KEY}}
client: {dialect: personas, concurrency: 8, timeout: 30}
# More than this in one apply has to be confirmed with --allow-updates N or --allow-deletes N.
guards: {max_updates: 30%, max_deletes: 5}
"""


@click.command("init")
@shared.in_project
def command(place: shared.Place) -> int:
    """Write a project file, a first definition and the editor schemas.

    What is there already stays as it is.
    """
    for name, text in _files(place.directory).items():
        file = place.directory / name
        if file.exists():
            place.console.say(f"kept     {name}")
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        place.console.say(f"written  {name}")
    _ignore(place)
    place.console.say("Next: reconciler validate, then reconciler plan.")
    place.console.say("For an account with personas: reconciler import --all --env ENVIRONMENT.")
    return Exit.DONE


def _files(directory: Path) -> Mapping[str, str]:
    from reconciler.desired.json_schema import overlay_schema_text, persona_schema_text
    from reconciler.desired.project_schema import project_schema_text

    files = {
        "reconciler.yaml": PROJECT,
        "schemas/persona.schema.json": persona_schema_text(),
        "schemas/overlay.schema.json": overlay_schema_text(),
        "schemas/project.schema.json": project_schema_text(),
    }
    personas = directory / "personas"
    if not personas.is_dir() or not any(personas.iterdir()):
        files[f"personas/{EXAMPLE_NAME}"] = EXAMPLE
    return files


def _ignore(place: shared.Place) -> None:
    file = place.directory / ".gitignore"
    entry = f"{OWN_DIRECTORY}/"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    if entry in text.split():
        return
    newline = "" if not text or text.endswith("\n") else "\n"
    file.write_text(f"{text}{newline}{entry}\n", encoding="utf-8")
    place.console.say(f"added    {entry} to .gitignore")
