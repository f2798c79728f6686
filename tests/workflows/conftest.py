"""A team for the tests of workflows."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from github_stand_in import stand_in
from prefork import prefork
from team import Team, new_team

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for PATH."""
    with prefork(tmp_path_factory.mktemp("bin")) as folder:
        yield folder


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> Path:
    """What every team begins with."""
    folder = tmp_path_factory.mktemp("team")
    new_team(folder, programs)
    return folder


@pytest.fixture
def team(tmp_path: Path, beginning: Path, programs: Path) -> Iterator[Team]:
    """A team, of which GitHub refuses nothing."""
    shutil.copytree(beginning, tmp_path, dirs_exist_ok=True)
    with stand_in() as github:
        team = Team(tmp_path, github, programs)
        yield team
        assert github.refused == []
