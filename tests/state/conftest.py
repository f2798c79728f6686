"""What the tests of the stores get: git without the settings of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from git_rig import new_clone, new_remote

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def git_without_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration, identity or key of the machine reaches a test."""
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository."""
    return new_remote(tmp_path / "served" / "remote.git")


@pytest.fixture
def clone(remote: Path, tmp_path: Path) -> Path:
    """A clone of the remote."""
    return new_clone(remote, tmp_path / "clone")
