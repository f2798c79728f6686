"""Projects on disk for the tests of composition, and what their definitions come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from definition_cases import VARIABLES, shown, write

from reconciler.desired.loader import load_definitions
from reconciler.desired.project import read_project

if TYPE_CHECKING:
    import pathlib

    from reconciler.core.reference import Resources
    from reconciler.core.resource import Desired
    from reconciler.desired.loader import Loaded

PROJECT: Final = """\
version: 1
default_environment: sandbox
environments:
  sandbox:
    api: sandbox
    vars:
      face: r1
      voice: {speed: 1, emotion: [calm]}
  prod:
    vars: {face: r2, tone: {$file: prompts/tone.md}}
"""

SMALL: Final = "persona_name: A\nsystem_prompt: x\n"


def extending(*bases: str, key: str = "") -> str:
    """A reserved block that extends bases."""
    own = f", key: {key}" if key else ""
    return f"reconcile: {{extends: [{', '.join(bases)}]{own}}}\n"


def laid_out(directory: pathlib.Path, files: dict[str, str | bytes]) -> pathlib.Path:
    """A project with these files: names without a known folder are below the definitions."""
    placed = {
        name if name.startswith(("overlays/", "reconciler.yaml")) else f"personas/{name}": text
        for name, text in files.items()
    }
    return write(directory, {"reconciler.yaml": PROJECT, **placed})


def load(
    directory: pathlib.Path,
    files: dict[str, str | bytes],
    *,
    environment: str = "sandbox",
    resources: Resources | None = None,
) -> Loaded:
    """What the definitions of a project come to in an environment."""
    laid_out(directory, files)
    project = read_project(directory)
    return load_definitions(
        directory / "personas",
        environment=environment,
        variables=VARIABLES,
        base=directory,
        known_environments=tuple(project.project.environments),
        environment_vars=project.vars(environment),
        resources=resources,
    )


def one(directory: pathlib.Path, files: dict[str, str | bytes], **chosen: Any) -> Desired:
    """The one definition of a project without an error."""
    (desired,) = load(directory, files, **chosen).require().desired
    return desired


def told(directory: pathlib.Path, files: dict[str, str | bytes], **chosen: Any) -> list[str]:
    """What is said about a project."""
    return [shown(diagnostic) for diagnostic in load(directory, files, **chosen).diagnostics]
