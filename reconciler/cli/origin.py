"""Where this run comes from: person, machine, commit, CI job; and whom to ask about other jobs."""

from __future__ import annotations

import getpass
import os
import secrets
import socket
import subprocess
from typing import TYPE_CHECKING

from reconciler.core.run import CiRun, Origin
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.live.ci_runs import CiService


def new_run_id() -> str:
    """A short random id for a run."""
    return f"r{secrets.token_hex(5)}"


def origin_of(environ: Mapping[str, str], directory: Path) -> Origin:
    """Who runs this, from which commit, in which CI job."""
    ci = ci_run(environ)
    who = environ.get("GITHUB_ACTOR") or environ.get("GITLAB_USER_LOGIN") or _user()
    commit = environ.get("GITHUB_SHA") or environ.get("CI_COMMIT_SHA") or _commit(directory)
    return Origin(who, "" if ci else socket.gethostname(), commit, ci)


def ci_run(environ: Mapping[str, str]) -> CiRun | None:
    """The CI job of this process, from the variables that GitHub Actions and GitLab set."""
    if environ.get("GITHUB_ACTIONS") == "true" and environ.get("GITHUB_RUN_ID"):
        project, run = environ.get("GITHUB_REPOSITORY", ""), environ["GITHUB_RUN_ID"]
        attempt = environ.get("GITHUB_RUN_ATTEMPT", "")
        url = f"{environ.get('GITHUB_SERVER_URL', '')}/{project}/actions/runs/{run}"
        return CiRun("github", project, run, attempt, url)
    if environ.get("GITLAB_CI") and environ.get("CI_JOB_ID"):
        project, job = environ.get("CI_PROJECT_ID", ""), environ["CI_JOB_ID"]
        return CiRun("gitlab", project, job, url=environ.get("CI_JOB_URL", ""))
    return None


def ci_service(environ: Mapping[str, str]) -> CiService | None:
    """Whom to ask about other jobs: GitHub with GITHUB_TOKEN, GitLab with GITLAB_TOKEN."""
    own = ci_run(environ)
    if own is None:
        return None
    names = {
        "github": ("GITHUB_API_URL", "GITHUB_TOKEN"),
        "gitlab": ("CI_API_V4_URL", "GITLAB_TOKEN"),
    }
    api, token = (environ.get(name, "") for name in names[own.service])
    if not (api and token):
        return None
    from reconciler.live.ci_runs import CiService

    return CiService(own, api, Secret(token))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _commit(directory: Path) -> str:
    """The commit checked out in the project's directory; empty where there is none."""
    try:
        done = subprocess.run(
            ["git", "-C", os.fspath(directory), "rev-parse", "--verify", "--quiet", "HEAD"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
