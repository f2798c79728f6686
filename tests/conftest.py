"""What every test gets: a quiet environment, and laws tried on the same examples everywhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from project import ProjectDir

if TYPE_CHECKING:
    from pathlib import Path

# Hundreds of tests start the program; without byte code each of them compiles all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile(
    "suite",
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "explore", max_examples=int(os.environ.get("EXAMPLES", "2000")), deadline=None
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine reaches a test."""
    for name in ("NO_COLOR", "FORCE_COLOR", "RECONCILER_ENV", "RECONCILER_DIGEST_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("TAVUS_API_KEY", raising=False)


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ProjectDir:
    """An empty project on its own emulator."""
    return ProjectDir(tmp_path, capsys)
