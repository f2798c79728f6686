"""The path of an included file or of a base: found below the definitions directory, or refused."""

from __future__ import annotations

import pathlib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from reconciler.desired.source import unreadable

if TYPE_CHECKING:
    from reconciler.core.diagnostics import Place
    from reconciler.desired.disk import Disk

_MOST_NAMES: Final = 2000
"""How many names of a directory are looked at for a suggestion."""


def located(
    disk: Disk, path: str, place: Place, *, near: pathlib.Path, verb: str = "include"
) -> pathlib.Path:
    """The resolved path of the file to include, or whatever the verb says.

    near is the file that says so, for a suggestion where path is relative to that. Raises
    DefinitionError, at place, where the path leads out of the directory or to nothing.
    """
    _refuse_outside(path, place)
    try:
        target = (disk.root / path).resolve()
        if not target.is_relative_to(disk.root):
            raise unreadable(
                "The path leads out of the definitions directory",
                f"«{path}» is a symbolic link, or below one",
                place,
                "Copy the file into the definitions directory",
            )
        if target.is_dir():
            raise unreadable(f"A directory is no file to {verb}", f"«{path}»", place)
        if not target.exists():
            raise unreadable(
                f"The file to {verb} does not exist",
                f"«{path}», looked for in {disk.shown(disk.root)}",
                place,
                _suggestion(disk, path, near),
            )
    except (OSError, RuntimeError, ValueError):
        raise unreadable("The path cannot be used", f"«{path}»", place) from None
    return target


def _refuse_outside(path: str, place: Place) -> None:
    parts = pathlib.PurePosixPath(path)
    if "\\" in path or not path.isprintable():
        summary, detail = "The path cannot be used", "a backslash or an unprintable character in it"
    elif parts.is_absolute() or pathlib.PureWindowsPath(path).drive or path.startswith("~"):
        summary, detail = "The path is not relative", f"«{path}»"
    elif ".." in parts.parts:
        summary, detail = "The path leads out of the definitions directory", f"«{path}»"
    else:
        return
    hint = "Write a path relative to the definitions directory, with forward slashes and no .."
    raise unreadable(summary, detail, place, hint)


def _suggestion(disk: Disk, path: str, near: pathlib.Path) -> str:
    tried = (near.parent / path, disk.base / path)
    if found := next((other for other in tried if _is_inside(disk, other)), None):
        right = found.resolve().relative_to(disk.root).as_posix()
        return f"Paths are relative to the definitions directory; write {right}"
    wanted = disk.root / path
    names = _names(wanted.parent)
    same = [name for name in names if name.casefold() == wanted.name.casefold()]
    close = same or get_close_matches(wanted.name, names, n=1)
    folder = pathlib.PurePosixPath(path).parent
    return f"Did you mean {(folder / close[0]).as_posix()}?" if close else ""


def _is_inside(disk: Disk, path: pathlib.Path) -> bool:
    return path.is_file() and path.resolve().is_relative_to(disk.root)


def _names(directory: pathlib.Path) -> list[str]:
    if not directory.is_dir():
        return []
    return sorted(
        entry.name for entry, _ in zip(directory.iterdir(), range(_MOST_NAMES), strict=False)
    )
