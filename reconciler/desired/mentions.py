"""Fragments that only another environment uses, found by name: its files are not resolved here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.desired.overlays import DIRECTORY

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Iterator

    from reconciler.desired.circumstances import Circumstances


def mentioned(fragments: Iterable[str], now: Circumstances) -> set[str]:
    """Which fragments, by shown name, the overlays and the project file name, or these in turn.

    A name that stands there for another reason counts as well: better silent than wrong.
    """
    base, root = now.disk.base, now.disk.root
    names = {file: (base / file).relative_to(root).as_posix() for file in fragments}
    found: set[str] = set()
    texts = list(_texts(_elsewhere(now)))
    while texts:
        text = texts.pop()
        new = {file for file, name in names.items() if file not in found and name in text}
        found |= new
        texts += _texts(base / file for file in new)
    return found


def _elsewhere(now: Circumstances) -> Iterator[pathlib.Path]:
    yield now.vars.path
    yield from (now.disk.base / DIRECTORY).rglob("*")


def _texts(paths: Iterable[pathlib.Path]) -> Iterator[str]:
    for path in paths:
        if path.is_file():
            yield path.read_text(encoding="utf-8", errors="replace")
