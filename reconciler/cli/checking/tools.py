"""The program and what it stands on: versions, and what is missing."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import version
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.core.checkup import failed, ok, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.core.checkup import Check


def tools(*, needs_git: bool) -> Mapping[str, Callable[[str], Check]]:
    """Name of a check → the look; needs_git says whether the state is kept on a branch."""
    return {
        "reconciler": lambda name: ok(name, __version__),
        "Python": lambda name: ok(name, f"{platform.python_version()} on {platform.system()}"),
        "YAML reader": _yaml,
        "git": lambda name: _git(name, needed=needs_git),
        "HTTP client": lambda name: ok(name, f"httpx {version('httpx')}"),
    }


def _yaml(name: str) -> Check:
    from reconciler.desired.yaml_source import FASTEST, PURE

    found = f"PyYAML {version('PyYAML')}"
    if FASTEST is not PURE:
        return ok(name, f"{found} with libyaml")
    return warning(
        name,
        f"{found} without libyaml: large projects are read about ten times slower",
        "Install a wheel of PyYAML, or libyaml's headers before it is built",
    )


def _git(name: str, *, needed: bool) -> Check:
    try:
        done = subprocess.run(
            ["git", "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        if needed:
            return failed(name, "not on the path", "`state: git` needs it; or choose another place")
        return warning(name, "not on the path", "`state: git`, plan --base and history use it")
    return ok(name, done.stdout.strip().removeprefix("git version "))
