"""An S3 emulator for the tests of the object store, started once and quiet again for each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from s3_emulator import S3Emulator, served

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def running_s3() -> Iterator[S3Emulator]:
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
