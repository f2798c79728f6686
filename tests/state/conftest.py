"""What the tests of the stores get: git without the settings of the machine, and an S3 emulator."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from git_rig import git, new_clone, new_remote
from s3_emulator import S3Emulator, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def git_without_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration, identity or key of the machine reaches a test."""
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare repository, and a clone of it, which every test gets a copy of."""
    folder = tmp_path_factory.mktemp("git")
    new_clone(new_remote(folder / "remote.git"), folder / "clone")
    return folder


@pytest.fixture
def remote(beginning: Path, tmp_path: Path) -> Path:
    """A bare repository."""
    return shutil.copytree(beginning / "remote.git", tmp_path / "served" / "remote.git")


@pytest.fixture
def clone(beginning: Path, remote: Path, tmp_path: Path) -> Path:
    """A clone of the remote."""
    clone = shutil.copytree(beginning / "clone", tmp_path / "clone")
    git(clone, "remote", "set-url", "origin", remote.as_uri())
    return clone


@pytest.fixture(scope="session")
def running_s3() -> Iterator[S3Emulator]:
    """Started once; quiet again for each test."""
    with served() as emulator:
        yield emulator


@pytest.fixture
def no_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of a cloud, nor of a proxy, reaches the test."""
    for name in os.environ:
        if name.upper().startswith(("AWS_", "AZURE_", "GOOGLE_")) or name.upper().endswith(
            "_PROXY"
        ):
            monkeypatch.delenv(name)


@pytest.fixture
def s3(
    running_s3: S3Emulator, no_cloud: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[S3Emulator]:
    """The emulator, in the environment of this process; honest at first."""
    for name, value in running_s3.variables.items():
        monkeypatch.setenv(name, value)
    running_s3.requests.clear()
    yield running_s3
    running_s3.faults.clear()
    running_s3.ignores = frozenset()
