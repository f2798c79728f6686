"""`reconciler doctor`: each thing that can be wrong, against the emulator at the wire."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from git_rig import git, new_clone, new_remote
from live_doubles import Reply, Server
from project import COACH, ProjectDir
from pydantic import TypeAdapter
from serving_here import serving

from reconciler.report.formats import DoctorDocument
from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY: Final = "doctor-canary-key-7731"
GOLDEN: Final = Path(__file__).parents[1] / "golden"
CI_VARIABLES: Final = (
    *("CI", "GITHUB_ACTIONS", "GITHUB_RUN_ID", "GITHUB_EVENT_PATH", "GITLAB_CI", "CI_JOB_ID"),
    *("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "CI_MERGE_REQUEST_PROJECT_ID", "GITHUB_REPOSITORY"),
)
PROJECT: Final = """\
version: 1
default_environment: local
environments:
  local: {{api: "{0}", api_key: {{$env: DOCTOR_KEY}}, state: {1}}}
client: {{retries: 0, timeout: 5}}
"""


@pytest.fixture(autouse=True)
def no_proxy_and_no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("DOCTOR_KEY", KEY)
    for name in CI_VARIABLES:
        monkeypatch.delenv(name, raising=False)


def checks(project: ProjectDir, *words: str) -> dict[str, dict[str, str]]:
    """Name of each check → what it says."""
    document = project.run("doctor", "--format", "json", *words).json
    assert TypeAdapter(DoctorDocument).validate_python(document) == document
    return {check["name"]: check for check in document["checks"]}


def statuses(project: ProjectDir, *words: str) -> dict[str, str]:
    return {name: check["status"] for name, check in checks(project, *words).items()}


def those(found: dict[str, str], status: str) -> set[str]:
    return {name for name, one in found.items() if one == status}


@contextmanager
def served(
    project: ProjectDir, *, clock: float | None = 0.0, state: str = "local"
) -> Iterator[Store]:
    """A project with one persona, on an emulator that is served over HTTP."""
    with (
        Store(project.directory / "served.db") as store,
        serving(create_app(store), clock=clock) as url,
    ):
        project.write("reconciler.yaml", PROJECT.format(url, state))
        project.write("personas/coach.yaml", COACH)
        yield store


def test_where_all_is_well_nothing_fails_and_nothing_is_written_to_the_service(
    project: ProjectDir,
) -> None:
    with served(project) as store:
        project.apply()
        store.clear_requests()
        ran = project.run("doctor")
        sent = [request.method for request in store.requests()]
        found = statuses(project)
    assert ran.code == 0
    assert those(found, "failed") == those(found, "skipped") == set()
    assert sent == ["GET", "GET"]


def test_the_emulator_in_this_program_needs_no_key_and_no_network(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    found = statuses(project)
    assert those(found, "skipped") == {"clock"}
    assert those(found, "failed") == set()
    project.apply()
    assert "1 of 1 bound personas exist" in checks(project)["account"]["detail"]


def test_without_a_project_file_it_says_so_and_still_looks_at_the_tools(
    project: ProjectDir,
) -> None:
    (project.directory / "reconciler.yaml").unlink()
    ran = project.run("doctor")
    assert ran.code == 1
    assert "There is no project file here" in ran.out
    assert "reconciler init" in ran.out
    found = statuses(project)
    assert found["Python"] == found["git"] == found["CI"] == "ok"
    assert found["definitions"] == found["account"] == "skipped"


def test_a_broken_project_file_is_told_with_its_place_but_not_quoted(project: ProjectDir) -> None:
    broken = f"version: 1\ndefault_environment: a\nenvironments: {{a: {{api_key: {KEY}}}}}\n"
    project.write("reconciler.yaml", broken)
    ran = project.run("doctor")
    assert ran.code == 1
    assert "reconciler.yaml:3:" in ran.out
    assert "reconciler validate" in ran.out
    assert KEY not in ran.out + ran.err


def test_an_unknown_environment_is_told_with_those_there_are(project: ProjectDir) -> None:
    found = checks(project, "--env", "sandbx")["project"]
    assert found["status"] == "failed"
    assert found["hint"] == "Did you mean «sandbox»?"


def test_definitions_with_errors_are_counted_and_the_rest_is_looked_at(
    project: ProjectDir,
) -> None:
    with served(project):
        project.write("personas/bad.yaml", "persona_name: 7\nsystem_prompt: x\nlayer: {}\n")
        found = checks(project)
    assert found["definitions"]["status"] == "failed"
    assert "1 definition can be used; 2 errors" in found["definitions"]["detail"]
    assert "personas/bad.yaml:1:" in found["definitions"]["detail"]
    assert found["key accepted"]["status"] == "ok"


def test_a_definition_worth_a_warning_is_no_failure(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH.replace("tavus-gemma-4", "tavus-glm-4.7"))
    ran = project.run("doctor")
    assert ran.code == 0
    assert "1 definition can be used, 1 warning" in ran.out


def test_a_key_that_is_not_set_fails_and_the_endpoint_is_looked_at_all_the_same(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCTOR_KEY")
    with served(project):
        found = checks(project)
    assert found["API key"]["status"] == "failed"
    assert "DOCTOR_KEY" in found["API key"]["detail"]
    assert found["endpoint"]["status"] == found["clock"]["status"] == "ok"
    assert found["key accepted"]["status"] == "skipped"


def test_a_key_that_cannot_be_sent_is_told_without_a_word_of_it(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCTOR_KEY", "two words")
    with served(project):
        ran = project.run("doctor")
        found = statuses(project)
    assert (ran.code, found["API key"], found["key accepted"]) == (1, "failed", "skipped")
    assert "two words" not in ran.out


def test_a_refusing_server_is_reachable_and_the_key_is_what_fails(project: ProjectDir) -> None:
    with served(project) as store:
        store.set_switch("api_key", "another")
        ran = project.run("doctor")
        found = statuses(project)
    assert ran.code == 1
    assert those(found, "failed") == {"key accepted"}
    assert "The API key was refused" in ran.out
    assert found["endpoint"] == found["clock"] == "ok"


def test_an_unreachable_server_is_the_one_thing_that_fails(project: ProjectDir) -> None:
    project.write("reconciler.yaml", PROJECT.format("http://127.0.0.1:9", "local"))
    project.write("personas/coach.yaml", COACH)
    ran = project.run("doctor")
    assert ran.code == 1
    assert "refuses connections" in ran.out
    found = statuses(project)
    assert those(found, "failed") == {"endpoint"}
    assert those(found, "skipped") == {"clock", "key accepted"}


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_in_trouble_fails_the_endpoint_and_says_nothing_of_the_key(
    project: ProjectDir, status: int
) -> None:
    with served(project) as store:
        store.add_fault(Fault(kind="status", method="GET", status=status, times=0))
        found = statuses(project)
    assert (found["endpoint"], found["key accepted"]) == ("failed", "skipped")


def test_something_that_is_not_the_api_is_no_endpoint(project: ProjectDir) -> None:
    page = Server(lambda _request: Reply(200, b"<html>log in</html>"))
    with serving(page) as url:
        project.write("reconciler.yaml", PROJECT.format(url, "local"))
        project.write("personas/coach.yaml", COACH)
        found = checks(project)
    assert found["endpoint"]["status"] == "failed"
    assert "HTML" in found["endpoint"]["detail"]


@pytest.mark.parametrize(
    ("clock", "status", "words"),
    [
        (0.0, "ok", "agrees"),
        (-45.0, "ok", "agrees"),
        (45.0, "ok", "agrees"),
        (-400.0, "warning", "seconds ahead of the server's"),
        (400.0, "warning", "seconds behind the server's"),
        (None, "skipped", "no date"),
    ],
)
def test_clocks_that_differ_by_more_than_a_minute_are_worth_a_warning(
    project: ProjectDir, clock: float | None, status: str, words: str
) -> None:
    with served(project, clock=clock):
        ran = project.run("doctor")
        found = checks(project)["clock"]
    assert (ran.code, found["status"]) == (0, status)
    assert words in found["detail"]


def test_offline_nothing_is_sent(project: ProjectDir) -> None:
    with served(project) as store:
        project.apply()
        store.clear_requests()
        ran = project.run("doctor", "--offline")
        found = statuses(project, "--offline")
        assert store.requests() == []
    assert ran.code == 0
    assert those(found, "skipped") == {"endpoint", "clock", "key accepted"}


def test_offline_another_key_leaves_the_account_open(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(project):
        project.apply()
        monkeypatch.setenv("DOCTOR_KEY", "another-key-of-somebody")
        found = checks(project, "--offline")["account"]
    assert found["status"] == "skipped"
    assert "another key" in found["detail"]


def test_a_new_key_of_the_same_account_is_fine(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(project):
        project.apply()
        monkeypatch.setenv("DOCTOR_KEY", "rotated-key-5512")
        found = checks(project)["account"]
    assert found["status"] == "ok"
    assert "another key; 1 of 1 bound personas exist" in found["detail"]


def test_the_key_of_a_foreign_account_fails(project: ProjectDir) -> None:
    with served(project):
        project.apply()
    shutil.move(project.directory / "served.db", project.directory / "other.db")
    bound = project.directory / ".reconciler/state/local/state.json"
    with served(project):
        endpoint = project.directory.joinpath("reconciler.yaml").read_text().split('"')[1]
        state = json.loads(bound.read_text())
        bound.write_text(json.dumps({**state, "endpoint": endpoint}))
        ran = project.run("doctor")
        found = checks(project)["account"]
    assert (ran.code, found["status"]) == (1, "failed")
    assert "do not exist for this API key" in found["detail"]


def test_a_state_of_another_endpoint_fails(project: ProjectDir) -> None:
    with served(project):
        project.apply()
    with served(project):
        found = checks(project)
    assert found["account"]["status"] == "failed"
    assert "another endpoint" in found["account"]["detail"]
    assert found["state"]["status"] == "ok"


def test_an_older_copy_of_the_state_is_worth_a_warning(project: ProjectDir) -> None:
    with served(project) as store:
        for key in ("anna", "ben"):
            project.write(f"personas/{key}.yaml", COACH.replace("Coach", key.title()))
        project.apply()
        (gone,) = store.find("Ben")
        store.delete(gone)
        found = checks(project)["account"]
    assert found["status"] == "warning"
    assert "1 of 3" in found["detail"]


@pytest.mark.parametrize("format_", ["1.0", "1.1"])
def test_a_state_of_an_older_format_is_read_and_told(project: ProjectDir, format_: str) -> None:
    project.write("personas/coach.yaml", COACH)
    old = (GOLDEN / f"state-{format_}.json").read_text()
    project.write(".reconciler/state/sandbox/state.json", old)
    found = checks(project)["state"]
    assert found["status"] == "ok"
    assert f"of format {format_}" in found["detail"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"format_version": "99.0"}', "newer version"),
        ("{broken", "cannot be read"),
    ],
)
def test_a_state_that_cannot_be_understood_fails_and_the_rest_goes_on(
    project: ProjectDir, text: str, words: str
) -> None:
    project.write("personas/coach.yaml", COACH)
    project.write(".reconciler/state/sandbox/state.json", text)
    found = checks(project)
    assert (found["state"]["status"], found["account"]["status"]) == ("failed", "skipped")
    assert words in found["state"]["detail"]
    assert found["state self-check"]["status"] == "ok"


def test_a_run_that_left_something_open_is_told(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    file = ".reconciler/state/sandbox/state.json"
    state = json.loads((project.directory / file).read_text())
    lease = {"run": "r1", "origin": {"who": "ada"}, "since": "2026-11-26T01:00Z", "seconds": 120.0}
    project.write(file, json.dumps({**state, "lease": lease}))
    found = checks(project)["state"]
    assert found["status"] == "warning"
    assert "locked by ada since 2026-11-26T01:00Z" in found["detail"]
    assert "reconciler state unlock r1" in found["hint"]
    intent = {"address": "persona/coach", "action": "update", "run": "r1", "id": "p1"}
    project.write(file, json.dumps({**state, "intents": {"persona/coach": intent}}))
    assert "what became of 1 change" in checks(project)["state"]["detail"]


def test_state_on_a_branch_is_proved_and_left_out_offline(
    project: ProjectDir, tmp_path: Path
) -> None:
    remote = new_remote(tmp_path / "remote")
    clone = new_clone(remote, tmp_path / "clone")
    shutil.copytree(clone / ".git", project.directory / ".git")
    with served(project, state="git"):
        found, offline = statuses(project), statuses(project, "--offline")
    assert those(found, "failed") == set()
    assert offline["state"] == offline["state self-check"] == offline["account"] == "skipped"
    assert "reconciler-check" not in git(remote, "for-each-ref")


def test_without_git_only_a_state_on_a_branch_fails(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with served(project):
        assert statuses(project)["git"] == "warning"
    with served(project, state="git"):
        found = statuses(project)
    assert found["git"] == found["state"] == "failed"
    assert found["key accepted"] == "ok"


def test_a_line_for_editors_that_leads_nowhere_is_told_with_its_place(
    project: ProjectDir,
) -> None:
    line = "# yaml-language-server: $schema=../schemas/persona.schema.json\n"
    project.write("personas/coach.yaml", f"# Ours\n{line}{COACH}")
    found = checks(project)["schema lines"]
    assert found["status"] == "warning"
    assert "personas/coach.yaml:2: ../schemas/persona.schema.json does not exist" in found["detail"]
    project.ok("init")
    found = checks(project)["schema lines"]
    assert (found["status"], found["detail"]) == (
        "ok",
        "1 of 2 files name a schema; the schemas are current",
    )


def test_a_line_in_front_matter_counts_and_one_in_a_prompt_does_not(project: ProjectDir) -> None:
    line = "# yaml-language-server: $schema=nowhere.json\n"
    project.write("personas/a.md", f"---\npersona_name: A\n---\n{line}You.\n")
    assert checks(project)["schema lines"]["detail"] == "0 of 2 files name a schema"
    project.write("personas/a.md", f"---\n{line}persona_name: A\n---\nYou.\n")
    assert "personas/a.md:2: nowhere.json" in checks(project)["schema lines"]["detail"]


def test_a_schema_by_its_url_is_not_looked_for(project: ProjectDir) -> None:
    line = "# yaml-language-server: $schema=https://example.com/persona.schema.json\n"
    project.write("personas/coach.yaml", line + COACH)
    assert checks(project)["schema lines"]["status"] == "ok"


def test_schemas_of_another_version_are_told(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.ok("init")
    project.replace("schemas/overlay.schema.json", '"title"', '"titel"')
    found = checks(project)["schema lines"]
    assert found["status"] == "warning"
    assert "schemas/overlay.schema.json" in found["detail"]
    assert found["hint"].endswith("reconciler schema --write schemas")


def with_profile(project: ProjectDir, name: str) -> None:
    old = "client: {retries"
    project.replace("reconciler.yaml", old, f"profile: profiles/{name}.yaml\n{old}")


@pytest.mark.parametrize(("days", "status"), [(0, "ok"), (90, "ok"), (91, "warning")])
def test_a_service_profile_is_old_after_ninety_days(
    project: ProjectDir, days: int, status: str
) -> None:
    taken = (datetime.now(UTC) - timedelta(days=days)).date()
    project.write("profiles/ours.yaml", f"version: 1\ntaken: '{taken}'\n")
    with_profile(project, "ours")
    found = checks(project)["profile"]
    assert found["status"] == status
    assert found["detail"].startswith(f"ours, of {taken}: {days} day")


def test_a_profile_that_gives_only_its_month_has_an_age(project: ProjectDir) -> None:
    project.write("profiles/ours.yaml", "version: 1\ntaken: '2025-01'\n")
    with_profile(project, "ours")
    assert checks(project)["profile"]["status"] == "warning"


def test_a_profile_of_no_day_fails(project: ProjectDir) -> None:
    project.write("profiles/ours.yaml", "version: 1\ntaken: '2025-02-30'\n")
    with_profile(project, "ours")
    found = checks(project)["profile"]
    assert found["status"] == "failed"
    assert "2025-02-30, which is no day" in found["detail"]


def test_a_profile_that_cannot_be_used_fails_alone(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    with_profile(project, "none")
    found = checks(project)
    assert found["profile"]["status"] == "failed"
    assert "There is no such service profile" in found["profile"]["detail"]
    assert found["definitions"]["status"] == "ok"


def event(project: ProjectDir, head: Any) -> str:
    said = {"pull_request": {"head": {"repo": head}, "base": {"repo": {"id": 1}}}}
    project.write("event.json", json.dumps(said))
    return str(project.directory / "event.json")


@pytest.mark.parametrize(
    ("head", "status"), [({"id": 1}, "ok"), ({"id": 2}, "warning"), (None, "warning")]
)
def test_a_job_of_github_is_recognised_and_so_is_a_fork(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch, head: Any, status: str
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/personas")
    monkeypatch.setenv("GITHUB_RUN_ID", "77")
    monkeypatch.setenv("GITHUB_EVENT_PATH", event(project, head))
    found = checks(project)["CI"]
    assert found["status"] == status
    assert found["detail"].startswith("GitHub Actions, acme/personas, job 77")


@pytest.mark.parametrize(("source", "status"), [("5", "ok"), ("6", "warning")])
def test_a_job_of_gitlab_is_recognised_and_so_is_a_fork(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch, source: str, status: str
) -> None:
    for name, value in {
        "GITLAB_CI": "true",
        "CI_JOB_ID": "9",
        "CI_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": source,
    }.items():
        monkeypatch.setenv(name, value)
    found = checks(project)["CI"]
    assert (found["status"], found["detail"].split(",")[0]) == (status, "GitLab CI")


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"pull_request": 7}'])
def test_an_event_that_cannot_be_read_makes_no_fork(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    project.write("event.json", text)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_RUN_ID", "77")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(project.directory / "event.json"))
    assert checks(project)["CI"]["status"] == "ok"


def test_any_other_ci_service_is_told_as_such(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert "some service" in checks(project)["CI"]["detail"]


def test_what_one_look_breaks_on_does_not_hide_the_others_nor_tell_anything(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError(KEY)

    monkeypatch.setattr("platform.system", broken)
    project.write("personas/coach.yaml", COACH)
    found = checks(project)
    assert found["Python"]["status"] == "failed"
    assert "a bug of reconciler (RuntimeError)" in found["Python"]["detail"]
    assert {check["status"] for name, check in found.items() if name != "Python"} <= {
        "ok",
        "skipped",
    }
    assert KEY not in str(found)
    assert "RuntimeError" in project.run("doctor", "--debug").err


@pytest.mark.parametrize("dialect", ["personas", "pals"])
def test_the_route_of_the_environment_is_asked(project: ProjectDir, dialect: str) -> None:
    with served(project) as store:
        project.replace("reconciler.yaml", "client: {", f"client: {{dialect: {dialect}, ")
        assert statuses(project)["key accepted"] == "ok"
        assert [request.path for request in store.requests()] == [f"/v2/{dialect}"]


@pytest.mark.parametrize(("status", "hint"), [(402, ""), (403, "permission"), (429, "Wait")])
def test_a_key_that_is_not_served_now_fails_with_the_advice_for_it(
    project: ProjectDir, status: int, hint: str
) -> None:
    with served(project) as store:
        store.add_fault(Fault(kind="status", method="GET", status=status, times=0))
        found = checks(project)
    assert found["endpoint"]["status"] == "ok"
    assert found["key accepted"]["status"] == "failed"
    assert hint in found["key accepted"]["hint"]
    assert "Copy the key" not in found["key accepted"]["hint"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_told_even_where_the_server_repeats_it(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("CANARY", "canary-of-a-definition-8812")
    monkeypatch.setenv("RECONCILER_DIGEST_KEY", "canary-of-the-team-4410")
    with served(project) as store:
        keeper = "{model: m, base_url: https://x.example/v1, api_key: {$env: CANARY}}"
        project.write("personas/coach.yaml", COACH.replace("{model: tavus-gemma-4}", keeper))
        project.apply()
        said = json.dumps({"message": f"no {KEY} canary-of-a-definition-8812"})
        for status in (401, 500):
            store.clear_faults()
            store.add_fault(Fault(kind="status", method="GET", status=status, body=said, times=0))
            for words in ([], ["--offline"], ["--debug"]):
                ran = project.run("doctor", "--format", form, *words)
                shown = ran.out + ran.err
                for secret in (KEY, "canary-of", "characters"):
                    assert secret not in shown
