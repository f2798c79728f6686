"""The emulator over TCP, as another program sees it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from reconciler.sandbox.faults import Fault
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = """
import pathlib, sys
from reconciler.sandbox.serve import serve
from reconciler.sandbox.store import Store

with Store(pathlib.Path(sys.argv[1])) as store:
    serve(store, port=0, on_ready=lambda host, port: print(f"http://{host}:{port}", flush=True))
print("ended")
"""


@contextmanager
def served(file: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """A server in a process of its own, and a client of it."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    ) as process:
        try:
            assert process.stdout is not None
            base = process.stdout.readline().strip()
            with httpx.Client(base_url=base, headers={"x-api-key": "any"}, timeout=10) as client:
                yield process, client
        finally:
            process.kill()


def test_the_quickstart_works_and_a_signal_ends_it_cleanly(tmp_path: Path) -> None:
    with served(tmp_path / "sandbox.db") as (process, client):
        created = client.post(
            "/v2/personas",
            json={"persona_name": "Life Coach", "system_prompt": "You coach.", "layers": {}},
        )
        assert created.status_code == 200
        path = f"/v2/personas/{created.json()['persona_id']}"
        assert client.get(path).json()["persona_name"] == "Life Coach"
        listed = client.get("/v2/personas", params={"persona_type": "user"}).json()
        assert listed["total_count"] == 1
        patch = [{"op": "replace", "path": "/system_prompt", "value": "You coach well."}]
        assert client.patch(path, json=patch).status_code == 200
        unchanged = client.patch(path, json=patch)
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert client.get(path, headers={"x-api-key": ""}).status_code == 401
        assert client.delete(path).status_code == 204
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=10) == ("ended\n", "")
        assert process.returncode == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["sandbox.db"]


def test_a_dropped_connection_dies_on_the_wire_and_leaves_no_trace_in_the_log(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sandbox.db"
    with served(file) as (process, client), Store(file) as store:
        for after in (False, True):
            store.add_fault(Fault(kind="drop", method="POST", after_store=after))
            with pytest.raises(httpx.RemoteProtocolError):
                client.post("/v2/personas", json={"persona_name": "Rook", "system_prompt": "x"})
            assert len(store.find("Rook")) == int(after)
        store.add_fault(Fault(kind="latency", delay=0.3))
        with pytest.raises(httpx.ReadTimeout):
            client.get("/v2/personas", timeout=0.05)
        assert client.get("/v2/personas").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
        assert process.communicate() == ("ended\n", "")
