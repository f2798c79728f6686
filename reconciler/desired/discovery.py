"""Which files below the definitions directory are definitions."""

from __future__ import annotations

import os
import pathlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import Diagnostic, Place, error, warning
from reconciler.core.reference import REFERABLE
from reconciler.core.rulebook import Rule
from reconciler.desired.disk import JSON, MARKDOWN, YAML

if TYPE_CHECKING:
    from collections.abc import Collection

    from reconciler.desired.disk import Disk

FRAGMENTS: Final = frozenset({"prompts", "bases"})
"""Folders of text and structure to include."""

OTHER_KINDS: Final = frozenset(REFERABLE.values())
"""Folders of resource kinds that are not managed yet."""

SUFFIXES: Final = MARKDOWN | YAML | JSON
"""How the names of definitions, bases and overlays end."""

_WHERE: Final = "Name a file in the definitions directory, or a directory with such files"


@dataclass(frozen=True, slots=True)
class Found:
    """What lies below the definitions directory, in order of name."""

    definitions: list[pathlib.Path] = field(default_factory=list)
    other_kinds: list[pathlib.Path] = field(default_factory=list)
    """What could be definitions of kinds that are not managed yet."""
    problems: list[Diagnostic] = field(default_factory=list)


def fragments(disk: Disk) -> list[str]:
    """The shown names of the files in the folders of what is to be included, in order."""
    found = []
    for folder, folders, files in os.walk(disk.root):
        here = pathlib.Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if not FRAGMENTS.isdisjoint(here.relative_to(disk.root).parts):
            found += [here / name for name in files if not name.startswith(".")]
    return sorted(disk.shown(path) for path in found if path.name.casefold() != "readme.md")


def discover(disk: Disk) -> Found:
    """Every definition, recursively. Links that lead out of the directory are problems."""
    found = Found()
    _scan(disk.root, disk, found.definitions, found)
    return found


def _scan(directory: pathlib.Path, disk: Disk, into: list[pathlib.Path], found: Found) -> None:
    try:
        with os.scandir(directory) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as problem:
        place, why = Place(disk.shown(directory)), problem.strerror or ""
        found.problems.append(error("The directory cannot be read", why, place))
        return
    for entry in entries:
        if not entry.name.startswith("."):
            _visit(entry, disk, into, found)


def _visit(entry: os.DirEntry[str], disk: Disk, into: list[pathlib.Path], found: Found) -> None:
    path = pathlib.Path(entry.path)
    if entry.is_symlink() and not _stays_inside(path, disk):
        found.problems.append(_leads_out(disk.shown(path)))
    elif entry.is_dir(follow_symlinks=False):
        if entry.name not in FRAGMENTS:
            _scan(path, disk, found.other_kinds if entry.name in OTHER_KINDS else into, found)
    elif path.suffix.lower() in SUFFIXES and not _is_readme(path, disk) and not path.is_dir():
        into.append(path)


def _is_readme(path: pathlib.Path, disk: Disk) -> bool:
    return path.name.casefold() == "readme.md" and path.parent == disk.root


def _stays_inside(path: pathlib.Path, disk: Disk) -> bool:
    try:
        return path.resolve().is_relative_to(disk.root)
    except (OSError, RuntimeError):
        return False


def _leads_out(file: str) -> Diagnostic:
    return error(
        "A symbolic link leads out of the definitions directory",
        "",
        Place(file),
        "Copy the file into the definitions directory",
    )


def restricted(
    definitions: list[pathlib.Path], only: Collection[pathlib.Path], disk: Disk
) -> tuple[list[pathlib.Path], list[Diagnostic]]:
    """The definitions that are, or lie below, one of the paths; an error per path without any."""
    if not only:
        return definitions, []
    resolved = {path: path.resolve() for path in definitions}
    chosen: dict[pathlib.Path, None] = {}
    strays: list[Diagnostic] = []
    for wanted in only:
        below = [path for path, real in resolved.items() if real.is_relative_to(wanted.resolve())]
        chosen.update(dict.fromkeys(below))
        if not below:
            place = Place(disk.shown(wanted.absolute()))
            strays.append(error("There is no definition", f"«{wanted}»", place, _WHERE))
    return sorted(chosen), strays


def other_kinds(paths: list[pathlib.Path], disk: Disk) -> list[Diagnostic]:
    """A warning per folder of a kind that is not managed yet, unless all in it is included."""
    folders = Counter(path.parent for path in paths if path.resolve() not in disk.included)
    return [
        warning(
            "This kind of resource is not managed yet",
            f"{count} {'file' if count == 1 else 'files'} in it; only personas are managed",
            Place(disk.shown(folder)),
            "Files that personas include with {$file: …} are fine there",
            rule=Rule.UNMANAGED_KIND,
        )
        for folder, count in folders.items()
    ]
