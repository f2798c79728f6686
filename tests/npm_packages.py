"""Packages of npm that tests use: locked, installed once per machine beside other caches."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from filelock import FileLock

_LONGEST: Final = 60
"""Seconds an installation may take."""

_failed: dict[Path, str] = {}
"""Why packages could not be installed, so that it is tried once only."""


def installed(locked: Path) -> Path:
    """Where the packages of the lock in a directory are, installed where they are not yet.

    Skips the test where they cannot be.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    lock = (locked / "package-lock.json").read_bytes()
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = base / "persona-reconciler-tests" / hashlib.sha256(lock).hexdigest()[:16]
    directory.mkdir(parents=True, exist_ok=True)
    with FileLock(directory / ".lock"):
        if not (directory / "done").exists():
            _install(locked, directory)
    return directory


def _install(locked: Path, directory: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(locked / name, directory)
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
    if locked not in _failed:
        try:
            subprocess.run(words, cwd=directory, check=True, capture_output=True, timeout=_LONGEST)
        except subprocess.SubprocessError as failed:
            _failed[locked] = str(failed)
    if locked in _failed:
        pytest.skip(f"npm cannot install the packages of {locked.name} here")
    (directory / "done").touch()
