"""Which CI service this runs in, as far as its variables tell, and for whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reconciler.cli.origin import ci_run
from reconciler.core.checkup import ok, warning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.checkup import Check

_NAMES: Final = {"github": "GitHub Actions", "gitlab": "GitLab CI"}
_LARGEST: Final = 8 * 1024 * 1024
"""Bytes of an event that are looked at."""


def job(environ: Mapping[str, str]) -> Check:
    """The CI context; a fork is worth a warning, because it gets no secrets."""
    name, run = "CI", ci_run(environ)
    if run is None:
        if environ.get("CI", "").lower() in {"true", "1"}:
            said = "some service, which cannot be asked whether a run that holds the lease is over"
            return ok(name, said)
        return ok(name, "not in a CI job")
    said = f"{_NAMES[run.service]}, {run.project}, job {run.run}"
    if _is_fork(environ):
        return warning(
            name,
            f"{said}, for a pull request from a fork",
            "It gets no secrets and must not: plan in the fork's job without a key",
        )
    return ok(name, said)


def _is_fork(environ: Mapping[str, str]) -> bool:
    if environ.get("GITHUB_ACTIONS") == "true":
        return _github_fork(_event(environ.get("GITHUB_EVENT_PATH", "")))
    source = environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "")
    return bool(source) and source != environ.get("CI_MERGE_REQUEST_PROJECT_ID", source)


def _github_fork(event: Any) -> bool:  # noqa: ANN401 - any JSON
    match event:
        case {"pull_request": {"head": {"repo": head}, "base": {"repo": {"id": base}}}}:
            # The repository of a fork that was deleted is null.
            return not isinstance(head, dict) or head.get("id") != base
        case _:
            return False


def _event(file: str) -> Any:  # noqa: ANN401 - any JSON
    """What started the job; None where that cannot be read."""
    path = Path(file)
    try:
        if not file or path.stat().st_size > _LARGEST:
            return None
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
