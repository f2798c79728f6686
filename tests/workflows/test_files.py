"""The CI files: one source for this repository and for `init`; what they may, and what they pin."""

from __future__ import annotations

import re
import subprocess
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from git_rig import git

from reconciler.cli.ci_files import WORKFLOWS, gitlab_files, workflows
from reconciler.cli.main import main

if TYPE_CHECKING:
    from project import ProjectDir

ROOT: Final = Path(__file__).parents[2]
ACTION: Final = f"acme/persona-reconciler@{'a' * 40}"
INSTALLED: Final = (
    '{"url": "https://github.com/acme/persona-reconciler.git", "vcs_info": {"commit_id": "'
    + "a" * 40
    + '"}}'
)
"""What pip writes down of an installation from git."""
OURS: Final = sorted((ROOT / ".github/workflows").glob("*.yml"))


def loaded(text: str) -> Any:
    return yaml.safe_load(text)


@pytest.mark.parametrize("name", workflows())
def test_the_workflows_of_this_repository_are_those_that_init_writes(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == workflows()[name]


@pytest.mark.parametrize("file", [*OURS, ROOT / "action.yml"], ids=lambda file: file.name)
def test_foreign_actions_are_pinned_by_commit_with_their_version(file: Path) -> None:
    used = re.findall(r"uses: (.*)", file.read_text("utf-8"))
    assert used
    for line in used:
        if not line.startswith("./"):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


@pytest.mark.parametrize("name", WORKFLOWS)
@pytest.mark.parametrize("action", ["", ACTION])
def test_a_workflow_grants_nothing_but_to_jobs_and_keeps_event_text_out_of_shells(
    name: str, action: str
) -> None:
    workflow = loaded(workflows(action)[f".github/workflows/{name}"])
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"]
        assert "RECONCILER_ENVIRONMENT" in job["if"]
        assert all("run" not in step for step in job["steps"])
        for step in job["steps"]:
            assert step["uses"].startswith("actions/checkout@") or "command" in step["with"]


def test_only_jobs_for_this_repository_see_the_key() -> None:
    with_key = {
        (name.rpartition("/")[2], job_name)
        for name, text in workflows().items()
        for job_name, job in loaded(text)["jobs"].items()
        if "TAVUS_API_KEY" in str(job)
    }
    assert with_key == {
        ("plan.yml", "plan"),
        ("apply.yml", "apply"),
        ("drift.yml", "issue"),
        ("drift.yml", "pull-request"),
    }
    assert (
        "== github.repository"
        in loaded(workflows()[".github/workflows/plan.yml"])["jobs"]["plan"]["if"]
    )


def test_the_workflow_that_comments_on_forks_checks_out_nothing_of_them() -> None:
    jobs = loaded(workflows()[".github/workflows/fork-comment.yml"])["jobs"]
    checkouts = [s for s in jobs["comment"]["steps"] if s["uses"].startswith("actions/checkout")]
    assert [step["with"]["path"] for step in checkouts] == [".reconciler/tool"]
    known = loaded(workflows(ACTION)[".github/workflows/fork-comment.yml"])["jobs"]
    assert [step["uses"] for step in known["comment"]["steps"]] == [ACTION]


@pytest.mark.parametrize("action", ["", ACTION])
def test_the_workflows_pass_zizmor(action: str, tmp_path: Path) -> None:
    for name, text in workflows(action).items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    done = subprocess.run(
        [ROOT / ".venv/bin/zizmor", "--offline", "--quiet", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_pipeline_for_gitlab_is_yaml_with_the_four_jobs() -> None:
    pipeline = loaded(gitlab_files()[".gitlab-ci.yml"])
    assert {"validate", "plan", "plan-to-apply", "apply", "drift"} <= pipeline.keys()
    assert pipeline["apply"]["resource_group"] == "reconciler-$RECONCILER_ENVIRONMENT"
    assert pipeline["drift"]["allow_failure"] == {"exit_codes": [2]}


def written(project: ProjectDir) -> set[str]:
    names = (".github/workflows", ".gitlab-ci.yml")
    return {
        file.relative_to(project.directory).as_posix()
        for name in names
        for file in [project.directory / name, *(project.directory / name).glob("*")]
        if file.is_file()
    }


@pytest.mark.parametrize(
    ("origin", "words", "expected"),
    [
        ("", (), set(workflows())),
        ("https://github.com/ann/personas", (), set(workflows())),
        ("git@gitlab.example.invalid:ann/personas.git", (), set(gitlab_files())),
        ("https://github.com/ann/personas", ("--ci", "gitlab"), set(gitlab_files())),
        ("", ("--ci", "none"), set()),
    ],
)
def test_init_writes_for_the_host_that_the_remote_names(
    project: ProjectDir, origin: str, words: tuple[str, ...], expected: set[str]
) -> None:
    git(project.directory, "init", "--quiet")
    if origin:
        git(project.directory, "remote", "add", "origin", origin)
    project.ok("init", *words)
    assert written(project) == expected


def test_init_names_the_action_by_a_whole_commit_only(project: ProjectDir) -> None:
    assert project.run("init", "--action", "acme/persona-reconciler@v1").code == 64
    project.ok("init", "--action", ACTION)
    text = (project.directory / ".github/workflows/plan.yml").read_text("utf-8")
    assert f"uses: {ACTION}\n" in text
    assert "RECONCILER_REPOSITORY" not in text


def test_init_in_a_folder_of_a_repository_writes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "--quiet")
    folder = tmp_path / "bots"
    folder.mkdir()
    assert main(["init", "--chdir", str(folder)]) == 0
    assert "No CI files: this is no root of a repository" in capsys.readouterr().err
    assert not (folder / ".github").exists()


def test_init_works_where_there_is_no_git(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    project.ok("init")
    assert written(project) == set(workflows())


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (INSTALLED, ACTION),
        (INSTALLED.replace("github.com", "elsewhere.invalid"), ""),
        ('{"url": "file:///home/ann/persona-reconciler", "dir_info": {}}', ""),
        (None, ""),
        ("[]", ""),
    ],
)
def test_the_action_is_where_the_program_was_installed_from(
    monkeypatch: pytest.MonkeyPatch, told: str | None, expected: str
) -> None:
    from reconciler.cli.ci_files import installed_action

    monkeypatch.setattr(metadata.PathDistribution, "read_text", lambda _self, _name: told)
    assert installed_action() == expected


def test_the_action_installs_only_what_is_locked(tmp_path: Path) -> None:
    script = (ROOT / ".github/action/install.sh").read_text("utf-8")
    installs = [line for line in script.splitlines() if '"$GITHUB_ACTION_PATH' in line]
    assert len(installs) == 3
    for line in installs:
        assert "--require-hashes" in line or "--no-build-isolation" in line or "sed -n" in line
    lock = tmp_path / "obstore.lock"
    (sed,) = re.findall(r"sed -n '(.*?)'", script)
    done = subprocess.run(
        ["sed", "-n", sed, ROOT / "requirements-dev.lock"], capture_output=True, check=True
    )
    lock.write_bytes(done.stdout)
    first, *rest = lock.read_text().splitlines()
    assert first.startswith("obstore==")
    assert rest
    assert all(line.startswith("    --hash=sha256:") for line in rest)
