"""One project, with its state in a file, on a branch of its repository, and in a bucket."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from git_rig import git, new_clone, new_remote
from project import COACH, PROJECT, ProjectDir
from s3_emulator import S3Emulator, served

from reconciler.state.git import GitStore
from reconciler.state.objects import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.state.documents import Store

STORES = ("local", "git", "bucket")
SHARED = ("git", "bucket")
SECRET = "canary-secret-4711"
OWN_LLM = "model: m, base_url: 'https://x.example', api_key: {$env: LLM_KEY}"


@pytest.fixture(scope="module")
def running_s3() -> Iterator[S3Emulator]:
    with served() as emulator:
        yield emulator


@pytest.fixture
def bucket(running_s3: S3Emulator, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket that this process may write to."""
    for name, value in running_s3.variables.items():
        monkeypatch.setenv(name, value)
    return running_s3.bucket()


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bare repository; git knows no settings of this machine."""
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return new_remote(tmp_path / "remote.git")


class Team:
    """Clones of one project that share their state and one emulator."""

    def __init__(
        self, place: str, remote: Path, bucket: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.place = place
        self.remote = remote
        self.bucket = bucket
        self._capsys = capsys
        self.first = self.clone("first")

    def clone(self, name: str) -> ProjectDir:
        """A clone, with the definitions of the first one."""
        directory = new_clone(self.remote, self.remote.parent / name)
        project = ProjectDir(directory, self._capsys)
        state = f"{self.bucket}/team" if self.place == "bucket" else self.place
        project.write(
            "reconciler.yaml", PROJECT.replace("api: sandbox}", f"api: sandbox, state: '{state}'}}")
        )
        project.write("personas/coach.yaml", COACH)
        if name != "first":
            own = directory / ".reconciler"
            own.mkdir()
            (own / "sandbox.db").symlink_to(self.first.directory / ".reconciler/sandbox.db")
        return project

    def store(self) -> Store:
        """The shared place, as another program could open it."""
        if self.place == "git":
            return GitStore(self.first.directory, "sandbox")
        return ObjectStore(f"{self.bucket}/team", "sandbox", os.environ)


@pytest.fixture(params=STORES)
def team(
    request: pytest.FixtureRequest, remote: Path, bucket: str, capsys: pytest.CaptureFixture[str]
) -> Team:
    return Team(request.param, remote, bucket, capsys)


@pytest.fixture(params=SHARED)
def sharing(
    request: pytest.FixtureRequest, remote: Path, bucket: str, capsys: pytest.CaptureFixture[str]
) -> Team:
    return Team(request.param, remote, bucket, capsys)


def document(project: ProjectDir) -> Any:
    """The stored state."""
    return project.ok("state", "show").json


def last_run(project: ProjectDir) -> str:
    """The id of the newest run."""
    return str(project.ok("history", "--format", "json").json[0]["id"])


def test_a_day_with_a_project(team: Team) -> None:
    project = team.first
    assert document(project) == {}
    project.apply()
    assert project.plan()["summary"]["no-op"] == 1
    project.replace("personas/coach.yaml", "patience: low", "patience: high")
    project.apply()
    assert len(project.ok("history", "--format", "json").json) == 2
    project.ok("rollback", last_run(project), "--auto-approve")
    assert project.plan()["summary"]["update"] == 1
    pulled = project.ok("state", "pull").out
    project.write("state.json", pulled)
    project.ok("state", "push", str(project.directory / "state.json"))
    stored = document(project)
    assert stored["serial"] > json.loads(pulled)["serial"]
    assert "lease" not in stored
    assert not stored.get("intents")


def test_each_place_proves_that_it_can_hold_the_state(team: Team) -> None:
    assert "refuses a stale replace" in team.first.ok("state", "check").err


def test_a_plan_writes_nothing_to_any_place(team: Team) -> None:
    team.first.apply()
    before = team.first.ok("state", "pull").out
    team.first.plan()
    team.first.ok("drift")
    team.first.ok("history")
    assert team.first.ok("state", "pull").out == before


def test_what_one_clone_applied_another_one_knows(sharing: Team) -> None:
    sharing.first.apply()
    second = sharing.clone("second")
    assert second.plan()["summary"]["no-op"] == 1
    second.replace("personas/coach.yaml", "patience: low", "patience: high")
    second.apply()
    first = sharing.first
    assert document(first)["serial"] == document(second)["serial"]
    assert first.plan()["changes"][0]["fields"][0]["attribution"] != "outside"


def test_a_clone_waits_for_the_one_that_is_at_work(sharing: Team) -> None:
    project = sharing.first
    project.apply()
    lease = {
        "run": "r0123456789",
        "origin": {"who": "ann", "host": "laptop"},
        "since": "2026-11-25T14:05:00+00:00",
        "seconds": 600.0,
    }
    store = sharing.store()
    data, version = store.read() or (b"", "")
    store.replace(json.dumps({**json.loads(data), "lease": lease}).encode(), version)
    second = sharing.clone("second")
    second.replace("personas/coach.yaml", "patience: low", "patience: high")
    second.requests()
    ran = second.run("apply", "--auto-approve", "--lock-timeout", "0")
    assert ran.code == 3
    assert "ann on laptop" in ran.err
    assert second.writes() == []
    second.ok("state", "unlock", "r0123456789")
    second.apply()


def test_no_secret_gets_into_any_place(
    team: Team, running_s3: S3Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_KEY", SECRET)
    monkeypatch.setenv("TAVUS_API_KEY", SECRET + "-api")
    project = team.first
    project.replace("personas/coach.yaml", "model: tavus-gemma-4", OWN_LLM)
    project.apply()
    project.replace("personas/coach.yaml", "You are a coach.", "You are a good coach.")
    project.apply()
    project.ok("rollback", last_run(project), "--auto-approve")
    (project.directory / "personas/coach.yaml").unlink()
    project.write("personas/other.yaml", COACH.replace("Coach", "Other"))
    project.apply("--prune", "--allow-deletes", "1")
    assert SECRET not in _everything(team, running_s3)


def _everything(team: Team, running_s3: S3Emulator) -> str:
    """All that the place holds, and ever held."""
    if team.place == "git":
        return git(team.remote, "log", "--all", "-p", "--text")
    if team.place == "bucket":
        import httpx

        at = f"{running_s3.endpoint}/{team.bucket.removeprefix('s3://')}"
        names = running_s3.names(team.bucket)
        assert any("runs/" in name for name in names)
        return "".join(httpx.get(f"{at}/{name}").text for name in names)
    own = team.first.directory / ".reconciler/state"
    return "".join(file.read_text() for file in own.rglob("*") if file.is_file())
