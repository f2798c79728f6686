"""A project and one of its environments, read from disk; what `validate` needs and no more."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import in_order
from reconciler.core.lint.switches import Switches
from reconciler.core.secret import Secret
from reconciler.desired.loader import Loaded, load_definitions
from reconciler.desired.project import read_project

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from reconciler.cli.options import Place
    from reconciler.core.project import Project, Settings
    from reconciler.desired.project import ProjectFile

OWN_DIRECTORY: Final = ".reconciler"
"""Local state and the sandbox's data; ignored by git."""


@dataclass(frozen=True, slots=True)
class Session:
    """A project and the environment of it that a command works in."""

    place: Place
    file: ProjectFile
    settings: Settings

    @property
    def project(self) -> Project:
        """What reconciler.yaml says."""
        return self.file.project

    @property
    def directory(self) -> Path:
        """Where reconciler.yaml stands."""
        return self.place.directory

    @property
    def own(self) -> Path:
        """The directory for local state and the sandbox's data."""
        return self.directory / OWN_DIRECTORY

    @property
    def sandbox_file(self) -> Path:
        """The sandbox's one data file."""
        return self.own / "sandbox.db"


def open_session(place: Place) -> Session:
    """Read the project file and choose the environment. Raises SettingsError, DefinitionError."""
    file = read_project(place.directory)
    project = file.project
    keys = (os.environ.get(known.api_key, "") for known in project.environments.values())
    place.console.know(Secret(key) for key in keys if key)
    return Session(place, file, project.settings(place.environment))


def load(
    session: Session,
    *,
    require_env: bool = True,
    thorough: bool = False,
    focus: Collection[Path] = (),
    edited: Mapping[str, str] | None = None,
    variables: Mapping[str, str] = os.environ,
) -> Loaded:
    """The definitions for the environment; the console learns their secrets.

    thorough reads the texts for advice as well; focus tells only of problems in these files;
    edited are texts to read in place of files, by name; variables are the environment's.
    """
    loaded = load_definitions(
        session.directory / session.project.definitions,
        environment=session.settings.name,
        variables=variables,
        require_env=require_env,
        base=session.directory,
        known_environments=tuple(session.project.environments),
        environment_vars=session.file.vars(session.settings.name),
        switches=Switches(session.project.lint, thorough=thorough),
        focus=focus,
        edited=edited,
    )
    session.place.console.know(loaded.secrets)
    return loaded


def load_everywhere(
    session: Session, *, thorough: bool = False, focus: Collection[Path] = ()
) -> Loaded:
    """The definitions of every environment as one: each file once, with every problem."""
    found = [
        load(
            replace(session, settings=session.project.settings(name)),
            require_env=False,
            thorough=thorough,
            focus=focus,
        )
        for name in session.project.environments
    ]
    return Loaded(
        tuple({item.place: item for one in found for item in one.desired}.values()),
        in_order([problem for one in found for problem in one.diagnostics]),
        secrets=(),
    )
