"""The action as somebody else's workflow uses it: in a folder, for one command, with more words."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from actions import ROOT, commands_obeyed
from git_rig import git
from team import ANNA, ENV, PROJECT

from reconciler.cli.ci_files import gitlab_files

if TYPE_CHECKING:
    from pathlib import Path

    from actions import Ran
    from team import Team

STEPS: Final = """\
jobs:
  job:
    permissions: {contents: read, pull-requests: write}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with: {persist-credentials: "false"}
      - uses: ./.reconciler/tool
        with:
"""


def used(team: Team, **inputs: str) -> Ran:
    """Run the action with these inputs in a workflow of a pull request."""
    indented = yaml.safe_dump({name.replace("_", "-"): text for name, text in inputs.items()})
    team.runner.own["own.yml"] = STEPS + "".join(f"          {x}\n" for x in indented.splitlines())
    head = {"sha": team.head, "ref": "x", "repo": {"full_name": "ann/personas"}}
    event = {"pull_request": {"number": 5, "head": head}}
    return team.runner.run("own.yml", "pull_request", event, commit=team.head)["job"]


def test_validate_puts_problems_beside_the_lines_of_a_project_in_a_folder(team: Team) -> None:
    team.push_to_main({"bots/reconciler.yaml": PROJECT, "bots/personas/a.yaml": "persona_nam: A\n"})
    ran = used(team, command="validate", working_directory="bots")
    assert ran.failed
    assert ran.outputs["exit-code"] == "1"
    assert any("file=bots/personas/a.yaml,line=1" in line for line in commands_obeyed(ran.log))
    assert "persona_nam" in ran.summary
    assert not used(team, command="validate").failed


def test_a_project_in_a_folder_has_an_artifact_and_a_comment_of_its_own(team: Team) -> None:
    project = PROJECT.replace("prod", "stage")
    team.push_to_main({"my bots/reconciler.yaml": project, "my bots/personas/anna.yaml": ANNA})
    ran = used(team, command="plan", working_directory="my bots", environment="stage")
    assert not ran.failed, ran.log
    assert ran.outputs["artifact"] == "reconciler-plan-stage-my-bots"
    (comment,) = team.github.texts(5)
    assert comment.startswith("<!-- persona-reconciler:plan:stage:my%20bots -->\n")


def test_more_arguments_come_one_a_line_and_are_words_not_shell(team: Team) -> None:
    team.push_to_main({"personas/ben.yaml": ANNA.replace("Anna", "Ben")})
    ran = used(team, command="plan", arguments="--target\nben\n", comment="false")
    assert ran.outputs["create"] == "1"
    ran = used(team, command="plan", arguments="--target\n$(touch /tmp/x); ben")
    assert ran.failed
    assert ran.outputs["exit-code"] == "64"


def test_exit_code_2_is_an_output_and_no_failure(team: Team) -> None:
    team.push_to_main({"personas/ben.yaml": ANNA.replace("Anna", "Ben")})
    ran = used(team, command="plan", arguments="--detailed-exitcode")
    assert not ran.failed
    assert ran.outputs["exit-code"] == "2"


@pytest.mark.parametrize("command", ["destroy", "plan; id", ""])
def test_an_unknown_command_fails(team: Team, command: str) -> None:
    ran = used(team, command=command)
    assert ran.failed
    assert "::error title=persona-reconciler::command has to be" in ran.log


def scripts(job: dict[str, Any]) -> str:
    return "\n".join(["set -e", *job["script"]])


def test_the_jobs_for_gitlab_plan_apply_what_was_planned_and_watch(
    team: Team, tmp_path: Path
) -> None:
    pipeline = yaml.safe_load(gitlab_files()[".gitlab-ci.yml"])
    team.push_to_main({"personas/ben.yaml": ANNA.replace("Anna", "Ben")})
    git(team.clone, "checkout", "--quiet", "main")
    (team.clone / ".reconciler/sandbox.db").symlink_to(tmp_path / "live.db")
    path = f"{team.programs}{os.pathsep}{os.environ['PATH']}"
    environ = {**ENV, "PATH": path, "HOME": str(tmp_path), "RECONCILER_ENVIRONMENT": "prod"}

    def run(job: str) -> int:
        words = ["bash", "-c", scripts(pipeline[job])]
        return subprocess.run(words, cwd=team.clone, env=environ, check=False).returncode

    assert run("validate") == 0
    assert run(".plan") == 0
    summary = (team.clone / "summary.json").read_text()
    assert summary == '{"create": 1, "update": 0, "delete": 0}\n'
    assert run("apply") == 0
    assert "Ben" in team.live()
    assert run("drift") == 0
    team.edit("Ben", "/greeting", "Howdy!")
    assert run("drift") == 2


def test_git_reaches_this_server_with_the_token_and_no_other(tmp_path: Path) -> None:
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("authorization", ""))
            self.send_error(404)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - as in the base
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        for host in ("127.0.0.1", "localhost"):
            url = f"http://127.0.0.1:{server.server_port}"
            environ = {
                **ENV,
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),
                "DIRECTORY": ".",
                "ENVIRONMENT": "",
                "GITHUB_TOKEN": "job-token",
                "GITHUB_SERVER_URL": url,
                "REMOTE": f"{url.replace('127.0.0.1', host)}/x.git",
            }
            script = 'source "$0" && git ls-remote "$REMOTE"'
            words = ["bash", "-c", script, str(ROOT / ".github/action/common.sh")]
            done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
            assert "job-token" not in done.stdout + done.stderr
        server.shutdown()
        thread.join()
    expected = base64.b64encode(b"x-access-token:job-token").decode()
    assert seen == [f"basic {expected}", ""]
