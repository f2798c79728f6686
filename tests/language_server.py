"""A real YAML language server, spoken to as an editor does: JSON-RPC over its pipes."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from npm_packages import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCKED: Final = Path(__file__).parent / "editors"
"""Where package.json and its lock are."""

_PROGRAM: Final = "node_modules/yaml-language-server/bin/yaml-language-server"


class LanguageServer:
    """One server, and the files that are open in it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._last = 0
        self._problems: dict[str, list[str]] = {}

    def start(self, workspace: Path) -> None:
        """Greet it, and tell it what an editor would: nothing is fetched from elsewhere."""
        root = workspace.as_uri()
        hello = {"processId": os.getpid(), "rootUri": root, "capabilities": {}}
        self._ask("initialize", {**hello, "workspaceFolders": [{"uri": root, "name": "x"}]})
        self._tell("initialized", {})
        wanted = {"validate": True, "hover": True, "completion": True}
        settings = {"yaml": {**wanted, "schemaStore": {"enable": False}}}
        self._tell("workspace/didChangeConfiguration", {"settings": settings})

    def problems(self, file: Path, text: str) -> list[str]:
        """Open a file with this text, and wait for what is wrong in it."""
        shown = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": shown})
        while file.as_uri() not in self._problems:
            self._take(self._read())
        return self._problems.pop(file.as_uri())

    def completions(self, file: Path, line: int, column: int) -> dict[str, str]:
        """What could stand at a position of an open file: word → its description."""
        answer = self._ask("textDocument/completion", _at(file, line, column))
        return {item["label"]: _text(item.get("documentation")) for item in answer["items"]}

    def hover(self, file: Path, line: int, column: int) -> str:
        """What is shown about a position of an open file."""
        answer = self._ask("textDocument/hover", _at(file, line, column))
        return _text(answer["contents"]) if answer else ""

    def _ask(self, method: str, parameters: dict[str, Any]) -> Any:
        self._last += 1
        self._send({"id": self._last, "method": method, "params": parameters})
        while True:
            message = self._read()
            if message.get("id") == self._last and "method" not in message:
                return message["result"]
            self._take(message)

    def _tell(self, method: str, parameters: dict[str, Any]) -> None:
        self._send({"method": method, "params": parameters})

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            found = message["params"]
            self._problems[found["uri"]] = [each["message"] for each in found["diagnostics"]]
        elif "id" in message:
            self._send({"id": message["id"], "result": None})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        pipe = self._process.stdout
        assert pipe is not None
        length = 0
        while (line := pipe.readline().strip()) or not length:
            assert line, "the server has gone"
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(pipe.read(length))
        return message


@contextmanager
def language_server(workspace: Path) -> Iterator[LanguageServer]:
    """A server for a directory, while the block runs."""
    words = ["node", str(installed(LOCKED) / _PROGRAM), "--stdio"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(words, **pipes) as process:  # type: ignore[call-overload]
        server = LanguageServer(process)
        try:
            server.start(workspace)
            yield server
        finally:
            process.kill()


def _at(file: Path, line: int, column: int) -> dict[str, Any]:
    position = {"line": line - 1, "character": column - 1}
    return {"textDocument": {"uri": file.as_uri()}, "position": position}


def _text(shown: Any) -> str:
    return str(shown.get("value", "")) if isinstance(shown, dict) else str(shown or "")
