"""A webhook is told of drift and of applies: little, soon, and never at the cost of the run."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

import pytest
from project import COACH, PROJECT, ProjectDir

from reconciler.live.webhook import ATTEMPTS, WHOLE
from reconciler.report.notices import MOST, Notice, notice_document, notice_text

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY: Final = "h00k-C4N4RY"
NOTIFY: Final = "notify: {url: {$env: HOOK}}\n"


class Hook:
    """A web server that answers with one status after the other, and keeps what it got."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.pause = 0.0
        self.got: list[Any] = []
        self.asked = 0
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.asked += 1
                body = self.rfile.read(int(self.headers["content-length"]))
                time.sleep(hook.pause)
                status = hook.statuses.pop(0) if len(hook.statuses) > 1 else hook.statuses[0]
                if status == 200:
                    hook.got.append(json.loads(body))
                self.send_response(status)
                if status == 302:
                    self.send_header("location", hook.url + "/elsewhere")
                self.end_headers()
                self.wfile.write(self.path.encode())

            def log_message(self, *_: object) -> None:
                """Nothing: standard error is looked at."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/{CANARY}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    made = Hook()
    monkeypatch.setenv("HOOK", made.url)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield made
    made.close()


@pytest.fixture
def told(project: ProjectDir) -> ProjectDir:
    """A project with a webhook and one persona."""
    project.write("reconciler.yaml", PROJECT + NOTIFY)
    project.write("personas/coach.yaml", COACH)
    return project


def test_an_apply_is_told(told: ProjectDir, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "7",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SERVER_URL": "https://git.example",
        "GITHUB_SHA": "abc123",
    }.items():
        monkeypatch.setenv(name, value)
    told.apply()
    (notice,) = hook.got
    del notice["tool_version"], notice["format_version"]
    assert notice == {
        "kind": "persona-reconciler/notice",
        "event": "apply",
        "environment": "sandbox",
        "exit": 0,
        "summary": {"done": 1},
        "addresses": [{"address": "persona/coach", "status": "done"}],
        "more": 0,
        "problem": "",
        "link": "https://git.example/o/r/actions/runs/7",
        "commit": "abc123",
    }


def test_drift_is_told_and_none_is_not(told: ProjectDir, hook: Hook) -> None:
    told.apply()
    hook.got.clear()
    told.ok("drift")
    assert hook.got == []
    told.edit("coach", [{"op": "add", "path": "/greeting", "value": "Ahoy"}])
    told.edit("coach", [{"op": "add", "path": "/system_prompt", "value": "Pr0mpt-C4N4RY"}])
    assert told.run("drift").code == 2
    (notice,) = hook.got
    assert (notice["event"], notice["exit"]) == ("drift", 2)
    assert notice["addresses"] == [{"address": "persona/coach", "status": "moved outside"}]
    assert "C4N4RY" not in json.dumps(notice)


def test_an_apply_that_has_nothing_to_do_is_not_told(told: ProjectDir, hook: Hook) -> None:
    told.apply()
    told.apply()
    assert len(hook.got) == 1


def test_a_refusal_and_an_error_are_told_without_particulars(told: ProjectDir, hook: Hook) -> None:
    assert told.run("apply").code == 3
    told.write("personas/coach.yaml", "persona_nam: secret words\n")
    assert told.run("drift").code == 1
    assert [(one["exit"], one["problem"]) for one in hook.got] == [
        (3, "Nobody is here to approve the plan"),
        (1, "The files have errors"),
    ]
    assert "secret words" not in json.dumps(hook.got)


def test_a_plan_is_never_told(told: ProjectDir, hook: Hook) -> None:
    told.plan()
    assert hook.asked == 0


def test_slack_gets_a_text(told: ProjectDir, hook: Hook) -> None:
    told.write("reconciler.yaml", PROJECT + "notify: {url: {$env: HOOK}, form: slack}\n")
    told.apply()
    assert hook.got == [
        {"text": "reconciler apply, sandbox: 1 done (exit 0)\n• persona/coach: done"}
    ]


def test_only_the_chosen_events_are_told(told: ProjectDir, hook: Hook) -> None:
    told.write("reconciler.yaml", PROJECT + "notify: {url: {$env: HOOK}, events: [drift]}\n")
    told.apply()
    assert hook.asked == 0


def test_an_environment_overrides_what_is_common(told: ProjectDir, hook: Hook) -> None:
    own = "sandbox: {api: sandbox, notify: {form: slack}}"
    told.replace("reconciler.yaml", "sandbox: {api: sandbox}", own)
    told.apply()
    assert list(hook.got[0]) == ["text"]


def test_off_by_default(project: ProjectDir, hook: Hook) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    assert hook.asked == 0


@pytest.mark.parametrize("statuses", [[500, 503, 200], [429, 200]])
def test_a_passing_failure_is_tried_again(
    told: ProjectDir, hook: Hook, statuses: list[int]
) -> None:
    hook.statuses = statuses
    ran = told.apply()
    assert len(hook.got) == 1
    assert "notified" not in ran.err


@pytest.mark.parametrize(
    ("statuses", "asked", "why"),
    [([500], ATTEMPTS, "it answered 500"), ([404], 1, "it answered 404"), ([302], 1, "302")],
)
def test_a_failure_is_a_warning_and_never_a_failure_of_the_run(
    told: ProjectDir, hook: Hook, statuses: list[int], asked: int, why: str
) -> None:
    hook.statuses = statuses
    ran = told.run("apply", "--auto-approve", "--format", "json")
    assert (ran.code, ran.json["summary"]) == (0, {"done": 1})
    assert (hook.asked, hook.got) == (asked, [])
    assert "Nobody was notified: the webhook of HOOK" in ran.err
    assert why in ran.err
    assert CANARY not in ran.err + ran.out


def test_a_server_that_hangs_costs_seconds(told: ProjectDir, hook: Hook) -> None:
    hook.pause = 30
    begun = time.monotonic()
    ran = told.apply("--debug")
    assert time.monotonic() - begun < WHOLE + 4
    assert "Nobody was notified: the webhook of HOOK" in ran.err
    assert CANARY not in ran.err


@pytest.mark.parametrize(
    "url",
    [
        f"http://127.0.0.1:9/{CANARY}",
        f"ftp://x.example/{CANARY}",
        f"http://[/{CANARY}",
        f"no-url-{CANARY}",
        f"http://{CANARY}:pass@127.0.0.1:9/",
        f"http://127.0.0.1:99999/{CANARY}",
        f"https://xn--{CANARY}\u0000.example/",
    ],
)
def test_an_address_that_leads_nowhere_is_a_warning_that_does_not_quote_it(
    told: ProjectDir, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    if "\u0000" in url:
        url = url.replace("\u0000", "\u2028")
    monkeypatch.setenv("HOOK", url)
    ran = told.apply("--debug")
    assert "Nobody was notified" in ran.err
    assert CANARY not in ran.err + ran.out


def test_a_variable_that_is_not_set_is_a_warning(
    told: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK", raising=False)
    assert "the variable HOOK is not set" in told.apply().err


def test_an_address_in_the_project_file_is_refused_and_not_quoted(project: ProjectDir) -> None:
    project.write("reconciler.yaml", f"{PROJECT}notify: {{url: 'https://x.example/{CANARY}'}}\n")
    ran = project.run("plan")
    assert ran.code == 1
    assert "reconciler.yaml:7:15: error" in ran.err
    assert "the address itself never stands in the project file" in ran.err
    assert CANARY not in ran.err


def test_a_very_long_list_is_cut_and_says_so() -> None:
    many = [(f"persona/p{n}", "done") for n in range(MOST + 7)]
    notice = Notice("apply", "prod", 0, {"done": len(many)}, many)
    document = notice_document(notice)
    assert (len(document["addresses"]), document["more"]) == (MOST, 7)
    assert notice_text(notice).splitlines()[-1] == "… and 7 more"


def test_nothing_in_a_text_is_a_mention_or_a_link_of_slack() -> None:
    notice = Notice("drift", "prod", 2, {}, [], "<!channel> & <https://x.example|here>")
    assert "<" not in notice_text(notice)
