"""The git command: never asks, runs no hooks of the user, and its words are fit to show."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import StateError
from reconciler.core.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECONDS: Final = 120
"""How long one git command may take; a dead connection would otherwise hold a run for ever."""

LONGEST: Final = 300
"""Characters of git's words that are kept."""

_NO_HOOKS: Final = "/dev/null"

_SETTINGS: Final = ("gc.auto=0", "maintenance.auto=false")

# A hook of the user that runs this program inherits variables that point git at one repository,
# index or set of objects. What brings credentials (GIT_CONFIG_*, GIT_SSH*, GIT_ASKPASS) stays.
_REDIRECTING: Final = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)

# Traces on stderr may show what is sent to the remote, credentials included.
_TRACING: Final = ("GIT_TRACE", "GIT_CURL_VERBOSE")

_NOISE: Final = re.compile(r"hint:|To |remote: *$")
_CREDENTIALS: Final = re.compile(r"(?<=://)\S*@")
_QUERY: Final = re.compile(r"(://[^\s?'\"]*)\?[^\s'\"]*")


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one git command."""

    status: int
    output: bytes
    words: str
    """What git and the remote said, on one line, without credentials."""

    @property
    def ok(self) -> bool:
        """Whether git says that it did what it was told."""
        return self.status == 0

    @property
    def text(self) -> str:
        """The output, where it is text."""
        return self.output.decode(errors="replace").strip()


@dataclass(frozen=True, slots=True)
class Git:
    """The git command in one directory of a work tree."""

    directory: Path
    hooks: str = _NO_HOOKS
    """The directory with the hooks that are run."""
    index: Path | None = None
    """A file to use as the index, in place of the work tree's own."""

    def run(self, *words: str, feed: bytes = b"") -> Ran:
        """Run a git command, with feed on its standard input; what came of it.

        Raises StateError where there is no git that can be run there.
        """
        settings = [f"core.hooksPath={self.hooks}", *_SETTINGS]
        command = ["git", *(word for setting in settings for word in ("-c", setting)), *words]
        try:
            done = subprocess.run(
                command,
                cwd=self.directory,
                env=_environment(os.environ, self.index),
                input=feed,
                capture_output=True,
                check=False,
                timeout=SECONDS,
                # Ctrl-C is for us: git finishes. And without a terminal, ssh cannot ask either.
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            return Ran(-1, b"", f"git {words[0]}: no answer within {SECONDS} seconds")
        except OSError as failed:
            raise StateError(
                "The git command cannot be run",
                f"{failed.filename or 'git'}: {failed.strerror or failed}",
                "`state: git` needs git on the path. Without it, choose `state: local`.",
            ) from None
        return Ran(done.returncode, done.stdout, fit_to_show(done.stderr.decode(errors="replace")))


def _environment(variables: Mapping[str, str], index: Path | None) -> dict[str, str]:
    kept = {
        name: value
        for name, value in variables.items()
        if name not in _REDIRECTING and not name.startswith(_TRACING)
    }
    if index is not None:
        kept["GIT_INDEX_FILE"] = str(index)
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def fit_to_show(text: str) -> str:
    """What git said on one line: short, printable, and URLs without credentials and queries."""
    lines = [line.strip() for line in text.splitlines()]
    said = "; ".join(line for line in lines if line and not _NOISE.match(line))
    shown = "".join(c if c.isprintable() else " " for c in said)
    shown = _QUERY.sub(r"\1", _CREDENTIALS.sub(f"{MASK}@", shown))
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1].rstrip() + "…"
