"""The CI service, asked whether a job that holds the lease is over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from live_doubles import Reply, Request, Server

from reconciler.cli.origin import ci_run, ci_service, origin_of
from reconciler.core.run import CiRun
from reconciler.core.secret import Secret
from reconciler.live.ci_runs import CiService

if TYPE_CHECKING:
    from pathlib import Path

GITHUB = CiRun("github", "ann/personas", "71", "2")
GITLAB = CiRun("gitlab", "4711", "99")


def asked(job: CiRun, own: CiRun, *, reply: Reply | Exception) -> tuple[bool, list[Request]]:
    """What is said of a job, and what was sent for it."""

    def handler(_: Request) -> Reply:
        if isinstance(reply, Exception):
            raise reply
        return reply

    server = Server(handler)
    service = CiService(
        own, "https://ci.invalid/api/", Secret("t0ken"), transport=httpx.ASGITransport(server)
    )
    return asyncio.run(service.is_over(job)), server.requests


@pytest.mark.parametrize(
    ("status", "is_over"),
    [("completed", True), ("in_progress", False), ("queued", False), ("waiting", False)],
)
def test_a_run_of_github_is_over_when_it_is_completed(status: str, is_over: bool) -> None:
    reply = Reply(body={"status": status, "conclusion": None})
    said, requests = asked(GITHUB, replace(GITHUB, run="72"), reply=reply)
    assert said is is_over
    (request,) = requests
    assert request.path == "/api/repos/ann/personas/actions/runs/71/attempts/2"
    assert request.headers["authorization"] == "Bearer t0ken"


@pytest.mark.parametrize(
    ("status", "is_over"),
    [
        ("success", True),
        ("failed", True),
        ("canceled", True),
        ("skipped", True),
        ("running", False),
        ("canceling", False),
        ("created", False),
    ],
)
def test_a_job_of_gitlab_is_over_in_one_of_its_ends(status: str, is_over: bool) -> None:
    said, requests = asked(GITLAB, replace(GITLAB, run="100"), reply=Reply(body={"status": status}))
    assert said is is_over
    assert [request.path for request in requests] == ["/api/projects/4711/jobs/99"]
    assert requests[0].headers["private-token"] == "t0ken"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404, {"message": "Not Found"}),
        Reply(403, {"status": "completed"}),
        Reply(500),
        Reply(200, b"no JSON"),
        Reply(200, ["completed"]),
        Reply(200, {}),
        Reply(302, b"", {"location": "https://elsewhere.invalid/"}),
        OSError("no network"),
    ],
)
def test_what_cannot_be_found_out_is_not_over(reply: Reply | Exception) -> None:
    said, requests = asked(GITHUB, replace(GITHUB, run="72"), reply=reply)
    assert not said
    assert len(requests) == 1


@pytest.mark.parametrize(
    "job",
    [
        replace(GITHUB, project="mallory/personas"),
        GITLAB,
        CiRun("jenkins", "ann/personas", "71"),
        GITHUB,
    ],
)
def test_of_other_projects_and_of_the_own_job_nobody_is_asked(job: CiRun) -> None:
    said, requests = asked(job, GITHUB, reply=Reply(body={"status": "completed"}))
    assert not said
    assert requests == []


def test_no_part_of_a_state_document_reaches_another_path() -> None:
    crooked = replace(GITHUB, run="1/../../../user", attempt="2?x=y")
    _, requests = asked(crooked, replace(GITHUB, run="72"), reply=Reply(body={}))
    (request,) = requests
    assert request.query == {}
    assert request.path.startswith("/api/repos/ann/personas/actions/runs/1")


IN_GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_RUN_ID": "71",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_REPOSITORY": "ann/personas",
    "GITHUB_SERVER_URL": "https://github.invalid",
    "GITHUB_ACTOR": "ann",
    "GITHUB_SHA": "c0ffee",
    "GITHUB_API_URL": "https://api.github.invalid",
}
IN_GITLAB = {
    "GITLAB_CI": "true",
    "CI_JOB_ID": "99",
    "CI_PROJECT_ID": "4711",
    "CI_JOB_URL": "https://gitlab.invalid/ann/personas/-/jobs/99",
    "GITLAB_USER_LOGIN": "ann",
    "CI_COMMIT_SHA": "c0ffee",
    "CI_API_V4_URL": "https://gitlab.invalid/api/v4",
}


@pytest.mark.parametrize(
    ("variables", "job", "told"),
    [
        (IN_GITHUB, GITHUB, "ann (https://github.invalid/ann/personas/actions/runs/71)"),
        (IN_GITLAB, GITLAB, "ann (https://gitlab.invalid/ann/personas/-/jobs/99)"),
    ],
)
def test_a_job_knows_itself(
    variables: dict[str, str], job: CiRun, told: str, tmp_path: Path
) -> None:
    origin = origin_of(variables, tmp_path)
    assert origin.ci == replace(job, url=origin.ci.url if origin.ci else "")
    assert (str(origin), origin.commit, origin.host) == (told, "c0ffee", "")


def test_a_person_is_known_by_name_and_machine(tmp_path: Path) -> None:
    origin = origin_of({}, tmp_path)
    assert origin.ci is None
    assert origin.host
    assert origin.commit == ""


@pytest.mark.parametrize(
    ("variables", "token", "is_asked"),
    [
        (IN_GITHUB, {"GITHUB_TOKEN": "t"}, True),
        (IN_GITLAB, {"GITLAB_TOKEN": "t"}, True),
        (IN_GITHUB, {}, False),
        (IN_GITHUB, {"GITLAB_TOKEN": "t"}, False),
        ({}, {"GITHUB_TOKEN": "t"}, False),
        ({"GITHUB_ACTIONS": "true"}, {"GITHUB_TOKEN": "t"}, False),
    ],
)
def test_a_service_is_asked_only_with_its_own_token(
    variables: dict[str, str],
    token: dict[str, str],
    is_asked: bool,
) -> None:
    assert (ci_service({**variables, **token}) is not None) is is_asked
    assert (ci_run(variables) is not None) or not is_asked
