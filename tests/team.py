"""A team with a repository: a bare one with workflows, pull requests, merges, and live personas."""

from __future__ import annotations

import os
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from actions import Ran, Runner
from git_rig import git, new_clone
from github_stand_in import REPOSITORY, Repository

from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from pathlib import Path

PROJECT: Final = """\
version: 1
default_environment: prod
environments:
  prod: {api: sandbox, state: git, prune: true}
client: {retries: 0}
"""

ANNA: Final = """\
persona_name: Anna
system_prompt: You are Anna.
greeting: Hello!
"""

SECRET: Final = "t4vus-k3y-canary"

ENV: Final = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def new_team(folder: Path, programs: Path) -> None:
    """A repository with one persona, which is live."""
    remote = folder / "remote.git"
    remote.mkdir(parents=True)
    git(remote, "init", "--quiet", "--bare", "--initial-branch=main")
    clone = new_clone(remote, folder / "clone")
    git(clone, "checkout", "--quiet", "-b", "main")
    files = {"reconciler.yaml": PROJECT, "personas/anna.yaml": ANNA, ".gitignore": ".reconciler/\n"}
    _write(clone, files)
    git(clone, "push", "--quiet", "origin", "main")
    subprocess.run(
        [programs / "reconciler", "apply", "--auto-approve"],
        cwd=clone,
        env={**os.environ, **ENV},
        check=True,
        capture_output=True,
    )
    (clone / ".reconciler/sandbox.db").rename(folder / "live.db")


@dataclass
class Team:
    """The repository, who works on it, and the machine of its workflows."""

    folder: Path
    """As new_team() left it."""
    github: Repository
    programs: Path
    """A folder for PATH with `reconciler` in it."""
    runner: Runner = field(init=False)

    def __post_init__(self) -> None:
        remote = self.folder / "remote.git"
        git(self.clone, "remote", "set-url", "origin", remote.as_uri())
        self.runner = Runner(
            self.github,
            remote,
            self.folder / "jobs",
            vars={"RECONCILER_ENVIRONMENT": "prod"},
            secrets={"TAVUS_API_KEY": SECRET},
            environ=dict(ENV),
            programs=self.programs,
            prepare=self._share_live,
        )
        self._tell_commits()
        self.github.add_run("apply.yml", self.head)

    @property
    def clone(self) -> Path:
        """Where people work."""
        return self.folder / "clone"

    @property
    def head(self) -> str:
        """The newest commit of main."""
        return git(self.clone, "rev-parse", "main")

    def pull_request(self, branch: str, files: dict[str, str], *, fork: bool = False) -> int:
        """Push a branch with these files, empty ones removed; the number of its pull request."""
        git(self.clone, "checkout", "--quiet", "-b", branch, "main")
        head = _write(self.clone, files)
        git(self.clone, "push", "--quiet", "origin", branch)
        owner = "mallory/personas" if fork else REPOSITORY
        number = self.github.add_pull(head, branch, owner=owner)
        git(self.clone, "checkout", "--quiet", "main")
        return number

    def push(self, number: int, files: dict[str, str]) -> None:
        """One more commit on a pull request."""
        pull = self._pull(number)
        git(self.clone, "checkout", "--quiet", pull["head"]["ref"])
        pull["head"]["sha"] = _write(self.clone, files)
        git(self.clone, "push", "--quiet", "origin", pull["head"]["ref"])
        git(self.clone, "checkout", "--quiet", "main")

    def plan(self, number: int) -> dict[str, Ran]:
        """Run plan.yml for a pull request, on its merge with main."""
        return self._plan(number, self._merged(number))

    def plan_twice_at_once(self, number: int) -> list[Ran]:
        """Two runs of plan.yml, neither of which sees a comment of the other before its own."""
        commit, both = self._merged(number), threading.Barrier(2)

        def before(method: str, path: str) -> None:
            if method == "POST":
                both.wait(timeout=60)

        self.github.before = before
        with ThreadPoolExecutor(2) as threads:
            runs = [threads.submit(self._plan, number, commit) for _ in range(2)]
        self.github.before = None
        return [run.result()["plan"] for run in runs]

    def _merged(self, number: int) -> str:
        """The commit that GitHub makes of a pull request and main."""
        git(self.clone, "checkout", "--quiet", "--detach", "main")
        git(self.clone, "merge", "--quiet", "--no-ff", "-m", "merge", self._head(number)["sha"])
        merge = git(self.clone, "rev-parse", "HEAD")
        git(self.clone, "push", "--quiet", "origin", f"+{merge}:refs/pull/{number}/merge")
        git(self.clone, "checkout", "--quiet", "main")
        return merge

    def _plan(self, number: int, commit: str) -> dict[str, Ran]:
        head = self._head(number)
        event = {"pull_request": {"number": number, "head": head}}
        return self.runner.run(
            "plan.yml", "pull_request", event, commit=commit, head=head["sha"], branch=head["ref"]
        )

    def _head(self, number: int) -> dict[str, Any]:
        head: dict[str, Any] = self._pull(number)["head"]
        return head

    def merge(self, number: int) -> str:
        """Merge a pull request; the new head of main."""
        pull = self._pull(number)
        git(
            self.clone, "merge", "--quiet", "--no-ff", "-m", f"Merge #{number}", pull["head"]["sha"]
        )
        pull.update(state="closed", merged_at="2026-11-26T03:00:00Z")
        for commit in (self.head, pull["head"]["sha"]):
            self.github.brought.setdefault(commit, []).append(number)
        return self._pushed()

    def push_to_main(self, files: dict[str, str]) -> str:
        """A commit without a pull request; the new head of main."""
        _write(self.clone, files)
        return self._pushed()

    def apply(self, expect: str = "", commit: str = "") -> Ran:
        """Run apply.yml for the newest commit of main."""
        event, inputs = ("workflow_dispatch", {"expect": expect}) if expect else ("push", {})
        ran = self.runner.run("apply.yml", event, {}, commit=commit or self.head, inputs=inputs)
        return ran["apply"]

    def drift(self, *, pull: bool = False) -> dict[str, Ran]:
        """Run drift.yml."""
        inputs = {"pull": pull}
        return self.runner.run("drift.yml", "schedule", {}, commit=self.head, inputs=inputs)

    def live(self) -> dict[str, dict[str, Any]]:
        """Name → live persona."""
        with Store(self.folder / "live.db") as store:
            return {row.record["persona_name"]: row.record for row in store.personas()}

    def edit(self, name: str, path: str, value: str) -> None:
        """Change a live persona outside git."""
        with Store(self.folder / "live.db") as store:
            found = next(r for r in store.personas() if r.record["persona_name"] == name)
            store.edit(found.id, [{"op": "replace", "path": path, "value": value}])

    def _share_live(self, workspace: Path) -> None:
        # The embedded emulator keeps its data in the project; here all jobs meet the same personas.
        (workspace / ".reconciler").mkdir(exist_ok=True)
        (workspace / ".reconciler/sandbox.db").symlink_to(self.folder / "live.db")

    def _pull(self, number: int) -> dict[str, Any]:
        return next(pull for pull in self.github.pulls if pull["number"] == number)

    def _pushed(self) -> str:
        git(self.clone, "push", "--quiet", "origin", "main")
        self._tell_commits()
        return self.head

    def _tell_commits(self) -> None:
        for line in git(self.clone, "rev-list", "--parents", "--all").splitlines():
            commit, *parents = line.split()
            self.github.commits[commit] = parents


def _write(clone: Path, files: dict[str, str]) -> str:
    """Commit files, empty ones removed; the commit."""
    for name, text in files.items():
        file = clone / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if text:
            file.write_text(text, encoding="utf-8")
        else:
            file.unlink()
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "-m", "change")
    return git(clone, "rev-parse", "HEAD")
