"""The CI files that `reconciler init` writes, and this repository has: one source for both."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKFLOWS: Final = ("plan.yml", "fork-comment.yml", "apply.yml", "drift.yml")

ACTION: Final = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+@[0-9a-f]{40}")
"""owner/repository@commit: only a whole commit cannot be moved."""

_CHECKED_OUT: Final = (
    "./.reconciler/tool # zizmor: ignore[self-repository] the checkout of another repository"
)

_TOOL: Final = """\
      # Never the pull request's own copy.
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          repository: ${{ vars.RECONCILER_REPOSITORY || github.repository }}
          ref: ${{ vars.RECONCILER_REF || github.event.repository.default_branch }}
          path: .reconciler/tool
          persist-credentials: false
"""
"""Fetches the action where no address of it is known: where two repository variables say."""


def workflows(action: str = "") -> Mapping[str, str]:
    """File → text of the workflows for GitHub Actions, with the action at that address."""
    tool = "" if action else _TOOL
    return {
        f".github/workflows/{name}": _text(name)
        .replace("@TOOL@\n", tool)
        .replace("@ACTION@", action or _CHECKED_OUT)
        for name in WORKFLOWS
    }


def gitlab_files() -> Mapping[str, str]:
    """File → text of the pipeline for GitLab."""
    return {".gitlab-ci.yml": _text("gitlab.yml")}


def installed_action() -> str:
    """Where this program was installed from, as the address of its action; empty if unknown."""
    try:
        told = distribution("persona-reconciler").read_text("direct_url.json")
        found = json.loads(told or "{}")
        url = urlsplit(str(found["url"]).removeprefix("git+").removesuffix(".git"))
        commit = str(found["vcs_info"]["commit_id"])
    except (PackageNotFoundError, ValueError, KeyError, TypeError):
        return ""
    action = f"{url.path.strip('/')}@{commit}"
    return action if url.hostname == "github.com" and ACTION.fullmatch(action) else ""


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
