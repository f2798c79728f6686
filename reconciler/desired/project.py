"""reconciler.yaml on disk to a Project, with every problem at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from reconciler.core.diagnostics import in_order
from reconciler.core.errors import DefinitionError, SettingsError
from reconciler.core.lint.settings import RuleSwitch
from reconciler.core.project import (
    ClientSettings,
    Environment,
    GuardSettings,
    NotifySettings,
    Project,
)
from reconciler.core.waves import Wave
from reconciler.desired.environment_vars import EnvironmentVars
from reconciler.desired.model_errors import in_words
from reconciler.desired.source import printable, unreadable
from reconciler.desired.text import read_text
from reconciler.desired.yaml_source import read_yaml

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Collection

    from pydantic import BaseModel

    from reconciler.desired.source import At, Source

PROJECT_FILE: Final = "reconciler.yaml"
"""The name of the project file. It is looked for in one directory only, never above it."""

_BLOCKS: Final[dict[str, type[BaseModel]]] = {
    "client": ClientSettings,
    "guards": GuardSettings,
    "notify": NotifySettings,
}


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """reconciler.yaml: what it says, and where it says so."""

    project: Project
    source: Source
    path: pathlib.Path

    def vars(self, environment: str) -> EnvironmentVars:
        """What {$var: name} reads in an environment."""
        return EnvironmentVars(environment, self.source, self.path)


def load_project(directory: pathlib.Path) -> Project:
    """The project of a directory. Raises what read_project raises."""
    return read_project(directory).project


def read_project(directory: pathlib.Path) -> ProjectFile:
    """The project file of a directory.

    Raises SettingsError where there is no project file, and DefinitionError with every problem
    and its place where it cannot be used.
    """
    path = directory / PROJECT_FILE
    if not path.is_file():
        raise SettingsError(
            "There is no project file here",
            f"{PROJECT_FILE} was looked for in {directory}",
            "Run reconciler init, or name the project directory with --chdir",
        )
    source = read_yaml(read_text(path, PROJECT_FILE), PROJECT_FILE)
    if source.problems:
        raise DefinitionError(printable(source.problems))
    if not isinstance(source.value, dict):
        place = source.value_place(())
        raise unreadable("The project file is not a mapping", "", place, "Write setting: value")
    try:
        return ProjectFile(Project.model_validate(source.value), source, path)
    except ValidationError as found:
        problems = printable(in_words(found, source, known=_known))
        raise DefinitionError(in_order(problems)) from None


def _known(at: At) -> Collection[str]:
    """The members of the model at a path of the project file."""
    if at and (block := _BLOCKS.get(str(at[-1]))) is not None:
        return tuple(block.model_fields)
    if at[:1] == ("waves",):
        return tuple(Wave.model_fields)
    if at[:1] == ("lint",):
        return tuple(RuleSwitch.model_fields)
    return tuple((Environment if at[:1] == ("environments",) else Project).model_fields)
