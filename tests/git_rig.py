"""Repositories, clones and odd git commands for the tests of the git store."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

STATE: Final = "refs/heads/reconciler-state/prod"
SEEN: Final = "refs/reconciler/origin/prod"


def git(directory: Path, *words: str, feed: bytes = b"") -> str:
    """What a git command of somebody else says; it has to succeed."""
    person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.invalid")
    done = subprocess.run(
        ["git", *person, *words],
        cwd=directory,
        input=feed,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def new_remote(at: Path) -> Path:
    """A bare repository with two commits and a tag on main, which checks all it gets."""
    at.mkdir(parents=True)
    git(at, "init", "--quiet", "--bare", "--initial-branch=main", "--template=")
    git(at, "config", "receive.fsckObjects", "true")
    tree = git(at, "mktree")
    first = git(at, "commit-tree", tree, "-m", "first")
    git(at, "update-ref", "refs/heads/main", git(at, "commit-tree", tree, "-p", first, "-m", "2nd"))
    git(at, "tag", "v1", "main")
    return at


def new_clone(remote: Path | str, at: Path, *options: str) -> Path:
    """A clone of a remote. A path is made a URL, since git clones paths without asking them."""
    url = remote.as_uri() if isinstance(remote, Path) else remote
    at.parent.mkdir(parents=True, exist_ok=True)
    git(at.parent, "clone", "--quiet", "--template=", *options, url, str(at))
    return at


def what_is_the_users(clone: Path) -> dict[str, str]:
    """Everything in a clone that is not the store's to touch, by file name."""
    private = clone / ".git"
    files = [f for f in clone.rglob("*") if f.is_file() and private / "objects" not in f.parents]
    found = {str(file.relative_to(clone)): file.read_bytes().hex() for file in files}
    store = (".git/refs/reconciler/", ".git/refs/remotes/origin/reconciler-", ".git/logs/refs/")
    return {name: data for name, data in found.items() if not name.startswith(store)}


def wrapped_git(folder: Path, script: str) -> str:
    """A value for PATH on which git is a shell script; «$git» in it is the real one."""
    folder.mkdir()
    real = shutil.which("git")
    wrapper = folder / "git"
    wrapper.write_text(f"#!/bin/sh\ngit='{real}'\n{script}\n", encoding="utf-8")
    wrapper.chmod(0o700)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
