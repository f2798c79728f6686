"""Commits and files in git's object database, made and read without index or work tree."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING, Final

from reconciler.core.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reconciler.state.git_command import Git, Ran

_AUTHOR: Final = "persona-reconciler <state@persona-reconciler.invalid>"
_BLOB: Final = re.compile(rb"[0-9a-f]+ blob ([0-9]+)")


def make_commit(git: Git, parent: str | None, title: str, files: Mapping[str, bytes | None]) -> str:
    """The id of a new commit: the parent's files, with these replaced or (None) removed.

    Nothing refers to it, so it is gone after a while unless it is pushed. No two commits are the
    same, not even of two writers who write the same at the same second: one of them has to lose.
    Raises StateError.
    """
    nonce = secrets.token_hex(16)
    message = f"{title} [skip ci]\n\nWrite-Id: {nonce}\n".encode()
    done = git.run(
        "fast-import",
        "--quiet",
        "--done",
        feed=b"".join(_stream(f"refs/reconciler/new/{nonce}", parent, message, files)),
    )
    if not done.ok:
        raise StateError(
            "The state cannot be written to the repository",
            done.words,
            "Check that .git can be written to and that the disk has room.",
        )
    return done.text


def _stream(
    branch: str, parent: str | None, message: bytes, files: Mapping[str, bytes | None]
) -> Iterator[bytes]:
    """The commands for git fast-import, which says the id and forgets the branch."""
    yield f"commit {branch}\nmark :1\ncommitter {_AUTHOR} {int(time.time())} +0000\n".encode()
    yield _data(message)
    if parent is not None:
        yield f"from {parent}\n".encode()
    for name, data in files.items():
        yield (
            b"D %s\n" % _quoted(name)
            if data is None
            else b"M 100644 inline %s\n%s" % (_quoted(name), _data(data))
        )
    yield f"\nget-mark :1\nreset {branch}\n\ndone\n".encode()


def _data(data: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(data), data)


def _quoted(name: str) -> bytes:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode()


def read_files(git: Git, places: Sequence[str]) -> list[bytes | None]:
    """The contents of «commit:path» each, None where there is none. Raises StateError."""
    done = git.run("cat-file", "--batch", feed="".join(f"{at}\n" for at in places).encode())
    if not done.ok:
        raise _unreadable(done)
    return list(_contents(done.output, places))


def _contents(output: bytes, places: Iterable[str]) -> Iterator[bytes | None]:
    start = 0
    for _ in places:
        end = output.index(b"\n", start)
        blob = _BLOB.fullmatch(output, start, end)
        start = end + 1
        if blob is None:
            yield None
            continue
        size = int(blob[1])
        yield output[start : start + size]
        start += size + 1


def first_parents(git: Git, commit: str, number: int) -> list[str]:
    """The ids of at most so many commits before this one, newest first. Raises StateError."""
    done = git.run("rev-list", "--first-parent", f"--max-count={number + 1}", commit)
    if not done.ok:
        raise _unreadable(done)
    return done.text.split()[1:]


def _unreadable(done: Ran) -> StateError:
    return StateError(
        "The state cannot be read from the repository",
        done.words,
        "Run `git fsck` there; a fresh clone has everything again.",
    )
