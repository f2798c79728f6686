"""`reconciler init`: project file, first definition, schemas, CI files. Overwrites nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from reconciler.cli import options as shared
from reconciler.cli.ci_files import ACTION, gitlab_files, installed_action, workflows
from reconciler.cli.example import EXAMPLE, EXAMPLE_NAME
from reconciler.cli.exits import Exit
from reconciler.cli.session import OWN_DIRECTORY
from reconciler.core.errors import StateError, UsageError
from reconciler.state.git_command import Git

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
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    help="For which CI files are written; what the remote «origin» suggests if left out.",
)
@click.option(
    "--action",
    default="",
    metavar="OWNER/REPOSITORY@COMMIT",
    help="Where workflows of GitHub find the action. Default: where this was installed from.",
)
@shared.in_project
def command(place: shared.Place, ci: str | None, action: str) -> int:
    """Write a project file, a first definition, the editor schemas and CI files.

    What is there already stays as it is. CI files are for the root of a repository; until they are
    set up, they do nothing.
    """
    if action and not ACTION.fullmatch(action):
        raise UsageError("--action needs a whole commit", action, "OWNER/REPOSITORY@40 digits")
    files = {**_files(place.directory), **_ci_files(place, ci, action)}
    for name, text in files.items():
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


def _ci_files(place: shared.Place, ci: str | None, action: str) -> Mapping[str, str]:
    if ci is None:
        below, origin = _in_git(place.directory)
        if below:
            place.console.say("No CI files: this is no root of a repository. See docs/ci.md.")
            return {}
        ci = "gitlab" if "gitlab" in origin else "github"
    if ci == "gitlab":
        return gitlab_files()
    return workflows(action or installed_action()) if ci == "github" else {}


def _in_git(directory: Path) -> tuple[str, str]:
    """Where the directory is below the root of its repository, and the address of its remote."""
    git = Git(directory.resolve())
    try:
        below = git.run("rev-parse", "--show-prefix").text
        return below, git.run("config", "--get", "remote.origin.url").text
    except StateError:  # there is no git here
        return "", ""


def _ignore(place: shared.Place) -> None:
    file = place.directory / ".gitignore"
    entry = f"{OWN_DIRECTORY}/"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    if entry in text.split():
        return
    newline = "" if not text or text.endswith("\n") else "\n"
    file.write_text(f"{text}{newline}{entry}\n", encoding="utf-8")
    place.console.say(f"added    {entry} to .gitignore")
