"""A team for the tests of workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from github_stand_in import stand_in
from prefork import prefork
from team import Team

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for PATH."""
    with prefork(tmp_path_factory.mktemp("bin")) as folder:
        yield folder


@pytest.fixture
def team(tmp_path: Path, programs: Path) -> Iterator[Team]:
    """A team, of which GitHub refuses nothing."""
    with stand_in() as github:
        team = Team(tmp_path, github, programs)
        yield team
        assert github.refused == []
