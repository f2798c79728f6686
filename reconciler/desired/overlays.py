"""overlays/<environment>/<kind>/<key>.yaml: what differs in one environment, by address."""

from __future__ import annotations

import os
import pathlib
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import Diagnostic, Place, error
from reconciler.core.resource import KEY_PATTERN, PERSONA, Address
from reconciler.desired.discovery import SUFFIXES
from reconciler.desired.model_errors import nearest
from reconciler.desired.part import Part, read_part
from reconciler.desired.role import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from reconciler.desired.circumstances import Circumstances

DIRECTORY: Final = "overlays"
"""The directory of all overlays, beside the project file."""

_DEPTH: Final = 2
"""Names below the directory of an environment: kind and key."""


class Overlays:
    """The overlays of the chosen environment."""

    def __init__(self, now: Circumstances) -> None:
        self.problems: list[Diagnostic] = []
        self._now = now
        self._root = now.disk.base / DIRECTORY
        self._files: dict[Address, pathlib.Path] = {}
        if self._root.is_dir():
            self._discover()
        for path in map(now.disk.base.joinpath, now.disk.edited):
            if path.is_relative_to(self._root / now.environment) and not path.exists():
                self._add(path)

    def has(self, address: Address) -> bool:
        """Whether an address has an overlay."""
        return address in self._files

    def read(self, address: Address) -> Part:
        """The overlay of an address. Raises DefinitionError where it cannot be read."""
        path = self._files[address]
        return read_part(path, self._now.disk.shown(path), Role.OVERLAY, self._now)

    def strays(self, known: Collection[Address]) -> list[Diagnostic]:
        """An error per overlay of an address that has no definition for the environment."""
        return [
            error(
                "This overlay has no definition",
                f"there is no {address} in {self._now.environment}",
                Place(self._now.disk.shown(path)),
                _meant(address, known),
            )
            for address, path in self._files.items()
            if address not in known
        ]

    def _discover(self) -> None:
        known = self._now.known_environments
        for entry in sorted(os.scandir(self._root), key=lambda entry: entry.name):
            if entry.name.startswith(".") or not entry.is_dir():
                continue
            if known and entry.name not in known:
                self._refuse(
                    pathlib.Path(entry.path),
                    "The project has no such environment",
                    nearest(entry.name, known),
                )
            elif entry.name == self._now.environment:
                for path in _files_below(pathlib.Path(entry.path)):
                    self._add(path)

    def _add(self, path: pathlib.Path) -> None:
        names = path.relative_to(self._root / self._now.environment).with_suffix("").parts
        where = f"{DIRECTORY}/{self._now.environment}"
        if len(names) != _DEPTH or not re.fullmatch(KEY_PATTERN, names[1]):
            hint = f"Name it {where}/{PERSONA}/{names[-1]}.yaml, after the address"
            self._refuse(path, "An overlay is named after an address", hint)
        elif names[0] != PERSONA:
            hint = f"Name it {where}/{PERSONA}/{names[-1]}.yaml, if a persona is meant"
            self._refuse(path, "Only personas can have overlays yet", hint)
        elif not path.resolve().is_relative_to(self._now.disk.base):
            self._refuse(path, "A symbolic link leads out of the project", "Copy the file")
        elif (first := self._files.setdefault(Address(*names), path)) is not path:
            detail = f"{self._now.disk.shown(first)} is one already"
            self._refuse(path, "An address has two overlays", "Keep one of the two", detail)

    def _refuse(self, path: pathlib.Path, summary: str, hint: str, detail: str = "") -> None:
        shown = self._now.disk.shown(path)
        self.problems.append(error(summary, detail or f"«{path.name}»", Place(shown), hint))


def _files_below(directory: pathlib.Path) -> Iterator[pathlib.Path]:
    for folder, folders, files in os.walk(directory):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = pathlib.Path(folder, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith("."):
                yield path


def _meant(address: Address, known: Collection[Address]) -> str:
    close = get_close_matches(str(address), map(str, known), n=1)
    return f"Did you mean {close[0]}?" if close else "Remove it, or write the definition"
