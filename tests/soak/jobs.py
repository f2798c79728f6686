"""Processes of the program as jobs of a CI service, and the service that knows which are over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Jobs:
    """Every process that was started, by its number."""

    address: str = ""
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, directory: Path, *words: str) -> Job:
        """Start a command as the next job."""
        number = str(len(self.started) + 1)
        environment = {
            **os.environ,
            "GITHUB_ACTIONS": "true",
            "GITHUB_RUN_ID": number,
            "GITHUB_REPOSITORY": "ann/personas",
            "GITHUB_API_URL": self.address,
            "GITHUB_TOKEN": "soak-token",
            "TAVUS_API_KEY": "soak-key",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        log = directory.parent / f"job-{number}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "reconciler", *words, "--chdir", str(directory)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
        self.started[number] = process
        return Job(process, log)


@dataclass(frozen=True)
class Job:
    """One process and what it prints."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> bool:
        """SIGKILL for it and the git it may have started; whether it was still running."""
        running = self.process.poll() is None
        if running:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return running

    def wait(self, seconds: float) -> int:
        """Its exit code."""
        return self.process.wait(seconds)

    @property
    def said(self) -> str:
        """All it printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def ci_service() -> Iterator[Jobs]:
    """Jobs, and a service on the loopback that says which of them are over."""
    jobs = Jobs()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            process = jobs.started.get(self.path.rpartition("/")[2])
            is_over = process is not None and process.poll() is not None
            body = json.dumps({"status": "completed" if is_over else "in_progress"}).encode()
            self.send_response(200 if process else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    jobs.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield jobs
    finally:
        for process in jobs.started.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        server.shutdown()
        server.server_close()
