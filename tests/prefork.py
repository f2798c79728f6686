"""A `reconciler` for shell scripts that starts at once: one process has imported it, and forks.

Each call is a process of its own, with the caller's arguments, directory, variables and streams, as
the installed program would be; only the second of importing is saved.
"""

from __future__ import annotations

import gc
import marshal
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
#!{python} -ISE
import _socket, marshal, os, sys
server = _socket.socket(_socket.AF_UNIX)
server.connect({address!r})
call = marshal.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)])
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
passed = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)]
server.sendmsg([len(call).to_bytes(4, "big")], passed)
server.sendall(call)
sys.exit(server.recv(1)[0])
"""
"""In the words of the modules that are in the interpreter: importing others takes as long again."""

_LATER: Final = (
    "anyio._backends._asyncio",
    "encodings.idna",
    "httpcore._backends.anyio",
    "reconciler.core.masking",
    "reconciler.live",
    "reconciler.live.ci_runs",
    "reconciler.live.github.approved",
    "reconciler.live.github.comments",
    "reconciler.live.github.sticky",
    "reconciler.report.html",
    "reconciler.sandbox.app",
    "reconciler.sandbox.store",
    "reconciler.state.git",
)
"""What commands import when they need it."""


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
    words, directory, variables = marshal.loads(call)  # noqa: S302 - of the program above
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
    for _name in _LATER:
        import_module(_name)
    gc.freeze()
    _serve(sys.argv[1])
