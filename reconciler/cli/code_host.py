"""The job of GitHub Actions that this process is part of, and what it writes on GitHub.

Everything that decides where a token goes comes from the variables of the job.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reconciler.cli.json_files import read_json_file
from reconciler.core.errors import SettingsError
from reconciler.core.secret import Secret
from reconciler.core.sticky import Sticky, marker
from reconciler.desired.project import PROJECT_FILE, read_project
from reconciler.report.annotations import workflow_command
from reconciler.report.hosted import body, footer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.cli.console import Console
    from reconciler.cli.options import Place
    from reconciler.core.errors import ReconcilerError
    from reconciler.live.github.client import GitHub

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
_NEEDED: Final = ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN")


@dataclass(frozen=True, slots=True)
class Job:
    """What the job knows of itself."""

    api: str
    repository: str
    token: Secret = field(repr=False)
    run: tuple[int, int]
    """Number and attempt."""
    run_url: str
    commit: str
    """The head of the pull request, else what was pushed."""
    branch: str
    workflow: str
    """File name of the workflow."""
    workspace: Path
    event: Mapping[str, Any]

    def host(self, author: str = "") -> GitHub:
        """A client for the repository."""
        from reconciler.live.github.client import GitHub

        return GitHub(self.api, self.repository, self.token, author=author)

    def sticky(self, kind: str, place: Place, run: tuple[int, int] | None = None) -> Sticky:
        """What the text of a kind for this environment and project is found by."""
        return Sticky(marker(kind, environment_name(place), self._below(place)), run or self.run)

    def body(self, sticky: Sticky, report: str, *, fingerprint: str = "", commit: str = "") -> str:
        """A report as it is put on GitHub."""
        told = footer(
            commit=commit or self.commit,
            fingerprint=fingerprint,
            time=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            run_url=self.run_url,
        )
        return body(sticky, report, told)

    def _below(self, place: Place) -> str:
        """The project's directory in the repository; empty at its root."""
        directory = place.directory.resolve()
        if directory == self.workspace or not directory.is_relative_to(self.workspace):
            return ""
        return directory.relative_to(self.workspace).as_posix()


def this_job(console: Console) -> Job:
    """The job, from its variables. Raises SettingsError where one that is needed is not set."""
    environ = os.environ
    missing = [name for name in _NEEDED if not environ.get(name)]
    if missing:
        hint = "GitHub Actions sets the first two; the token is passed as GITHUB_TOKEN."
        raise SettingsError(
            "This is no job of GitHub Actions", f"not set: {', '.join(missing)}", hint
        )
    token, repository = Secret(environ["GITHUB_TOKEN"]), environ["GITHUB_REPOSITORY"]
    console.know([token])
    if not _REPOSITORY.fullmatch(repository):
        raise SettingsError("GITHUB_REPOSITORY is no repository", repository)
    event = _event(environ.get("GITHUB_EVENT_PATH", ""))
    pull = event.get("pull_request")
    head = pull.get("head", {}).get("sha", "") if isinstance(pull, dict) else ""
    run, workflow = environ.get("GITHUB_RUN_ID", ""), environ.get("GITHUB_WORKFLOW_REF", "")
    return Job(
        api=environ["GITHUB_API_URL"],
        repository=repository,
        token=token,
        run=(_number(run), _number(environ.get("GITHUB_RUN_ATTEMPT", ""))),
        run_url=f"{environ.get('GITHUB_SERVER_URL', '')}/{repository}/actions/runs/{run}",
        commit=str(head) or environ.get("GITHUB_SHA", ""),
        branch=environ.get("GITHUB_REF_NAME", ""),
        workflow=workflow.partition("@")[0].rpartition("/")[2],
        workspace=Path(environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve(),
        event=event,
    )


def environment_name(place: Place) -> str:
    """The environment asked for, else the project's default where a project is here."""
    if place.environment:
        return place.environment
    if (place.directory / PROJECT_FILE).is_file():
        return read_project(place.directory).project.settings("").name
    return "default"


def warning(failed: ReconcilerError) -> str:
    """A failure as a workflow command that GitHub shows beside the job."""
    told = " ".join(part for part in (failed.detail or failed.summary, failed.hint) if part)
    return workflow_command("warning", {"title": failed.summary}, told)


def _event(path: str) -> Mapping[str, Any]:
    value = read_json_file(Path(path)) if path else {}
    return value if isinstance(value, dict) else {}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
