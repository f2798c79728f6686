"""The emulator in another process, over TCP: both dialects, curl-like calls, Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from project import COACH, ProjectDir

from reconciler.sandbox.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "served-test-key"


def reconciler(directory: Path, *words: str, **more: Any) -> subprocess.Popen[str]:
    """The program as a process of its own."""
    environment = {**os.environ, "TAVUS_API_KEY": KEY, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "reconciler", *words, "--chdir", str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment,
        **more,
    )


@pytest.fixture
def served(project: ProjectDir) -> Iterator[str]:
    """The base URL of a served sandbox; the environments `local` and `local-pals` point to it."""
    process = reconciler(project.directory, "sandbox", "serve", "--port", "0")
    assert process.stderr is not None
    found = re.search(r"http://[0-9.]+:[0-9]+", process.stderr.readline())
    assert found
    key = "api_key: {$env: TAVUS_API_KEY}"
    project.write(
        "reconciler.yaml",
        "version: 1\ndefault_environment: local\nenvironments:\n"
        f'  local: {{api: "{found[0]}", {key}}}\n'
        f'  local-pals: {{api: "{found[0]}", {key}, client: {{dialect: pals}}}}\n'
        "client: {retries: 0}\n",
    )
    yield found[0]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.mark.parametrize("environment", ["local", "local-pals"])
def test_plan_and_apply_over_real_http_in_both_dialects(
    project: ProjectDir, served: str, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert served
    monkeypatch.setenv("TAVUS_API_KEY", KEY)
    project.write("personas/coach.yaml", COACH)
    assert "1 done" in project.apply("--env", environment).out
    project.replace("personas/coach.yaml", "patience: low", "patience: high")
    assert "1 done" in project.apply("--env", environment).out
    planned = project.ok("plan", "--env", environment, "--detailed-exitcode")
    assert "nothing to do" in planned.out


def call(url: str, method: str = "GET", body: Any = None) -> Any:
    """What curl with an x-api-key does."""
    request = urllib.request.Request(  # noqa: S310 - our own server on the loopback
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"x-api-key": KEY, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        return json.loads(answer.read() or b"null")


def test_the_calls_of_a_quickstart_work_with_any_http_client(served: str) -> None:
    created = call(
        f"{served}/v2/personas",
        "POST",
        {"persona_name": "Life Coach", "pipeline_mode": "full", "system_prompt": "You coach."},
    )
    url = f"{served}/v2/personas/{created['persona_id']}"
    assert call(url)["persona_name"] == "Life Coach"
    assert call(f"{served}/v2/personas?persona_type=user")["total_count"] == 1
    call(url, "PATCH", [{"op": "replace", "path": "/system_prompt", "value": "You coach well."}])
    assert call(url)["system_prompt"] == "You coach well."
    assert call(f"{served}/v2/pals/{created['persona_id']}")["pal_name"] == "Life Coach"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_leaves_a_state_the_next_run_continues_from(
    project: ProjectDir, stop: signal.Signals
) -> None:
    for number in range(60):
        project.write(f"personas/p{number:02}.yaml", COACH.replace("Coach", f"P{number:02}"))
    project.replace("reconciler.yaml", "retries: 0", "retries: 0, concurrency: 2")
    with project.emulator() as store:
        store.add_fault(Fault(kind="latency", method="POST", delay=0.1, times=0))
    process = reconciler(project.directory, "apply", "--auto-approve", "--format", "json")
    state = project.directory / ".reconciler/state/sandbox/state.json"
    deadline = time.monotonic() + 60
    with project.emulator() as store:
        while not any(r.method == "POST" for r in store.requests()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    process.send_signal(stop)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 4, err
    outcome = json.loads(out)
    assert outcome["interrupted"]
    became = Counter(result["status"] for result in outcome["results"])
    assert set(became) == {"done", "not started"}
    assert sum(became.values()) == 60
    stored = json.loads(state.read_text())
    assert len(stored["bindings"]) == became["done"]
    assert "lease" not in stored
    assert not stored.get("intents")
    with project.emulator() as store:
        store.clear_faults()
    ran = project.apply()
    assert f"{became['not started']} done" in ran.out
    with project.emulator() as store:
        assert all(len(store.find(f"P{number:02}")) == 1 for number in range(60))


def test_output_cut_by_its_reader_is_no_traceback(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    process = reconciler(project.directory, "schema")
    assert process.stdout is not None
    process.stdout.close()
    with contextlib.suppress(ValueError):
        process.wait(timeout=20)
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
