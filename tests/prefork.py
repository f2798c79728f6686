"""A `reconciler` for shell scripts that starts at once: one process has imported it, and forks.

Each call is a process of its own, with the caller's arguments, directory, variables and streams, as
the installed program would be; only the second of importing is saved.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CLIENT: Final = """\
#!{python} -SE
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    call = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(server, [len(call).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(call)
    sys.exit(server.recv(1)[0])
"""


@contextmanager
def prefork(folder: Path) -> Iterator[Path]:
    """A folder for PATH with such a program in it."""
    folder.mkdir(parents=True, exist_ok=True)
    address = folder / "socket"
    program = folder / "reconciler"
    program.write_text(_CLIENT.format(python=sys.executable, address=str(address)))
    program.chmod(0o700)
    server = subprocess.Popen(
        [sys.executable, __file__, str(address)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        yield folder
    finally:
        server.terminate()
        server.wait(timeout=10)
        if server.stdout is not None:
            server.stdout.close()


def _serve(address: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(16)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            caller, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(caller)
            caller.close()


def _answer(caller: socket.socket) -> None:
    from reconciler.cli.main import main

    size, streams, _, _ = socket.recv_fds(caller, 4, 3)
    left, call = int.from_bytes(size, "big"), b""
    while len(call) < left:
        call += caller.recv(left - len(call))
    words, directory, variables = json.loads(call)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(variables)
    code = 1
    try:
        code = main(words)
        sys.stdout.flush()
    finally:
        caller.sendall(bytes([code]))
        os._exit(code)


if __name__ == "__main__":
    from reconciler.cli.main import COMMANDS

    for _module, _ in COMMANDS.values():
        import_module(f"reconciler.cli.commands.{_module}")
    for _name in ("live", "live.github.client", "sandbox.app", "sandbox.store", "state.git"):
        import_module(f"reconciler.{_name}")
    _serve(sys.argv[1])
