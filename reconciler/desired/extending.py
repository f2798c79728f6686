"""`reconcile.extends`: the bases below a definition, in order, each read once in a run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import Diagnostic, Place, warning
from reconciler.core.document import ABSENT
from reconciler.core.errors import DefinitionError
from reconciler.core.resource import How, Use
from reconciler.core.rulebook import Rule
from reconciler.desired.discovery import FRAGMENTS, SUFFIXES
from reconciler.desired.inclusion import located
from reconciler.desired.part import Part, read_part
from reconciler.desired.reserved import BLOCK
from reconciler.desired.resolver import LONGEST_CHAIN
from reconciler.desired.role import Role
from reconciler.desired.source import unreadable

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator, Sequence

    from reconciler.desired.circumstances import Circumstances
    from reconciler.desired.source import At

_EXTENDS: Final[At] = (BLOCK, "extends")


@dataclass(slots=True)
class Below:
    """What lies below one definition."""

    bases: dict[pathlib.Path, Part] = field(default_factory=dict)
    """Lowest first. Each once, where it is needed first."""
    uses: dict[Use, None] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    is_complete: bool = True
    """Whether every base could be read."""


class Bases:
    """Every base that the definitions of a run extend."""

    def __init__(self, now: Circumstances) -> None:
        self.users: dict[pathlib.Path, str] = {}
        """The bases so far → the first file that extends each."""
        self._now = now
        self._read: dict[pathlib.Path, Part] = {}

    def below(self, definition: Part, path: pathlib.Path) -> Below:
        """The bases of the definition at path, and those they extend themselves."""
        below = Below()
        if definition.extends is not ABSENT:
            self._collect(definition, (path.resolve(),), below)
        return below

    def _collect(self, part: Part, chain: tuple[pathlib.Path, ...], below: Below) -> None:
        try:
            entries = list(_entries(part))
        except DefinitionError as refused:
            self._fail(refused.diagnostics, part, below)
            return
        for name, place in entries:
            try:
                path = self._base(name, place, chain)
                base = self._part(path, part.file)
            except DefinitionError as refused:
                self._fail(refused.diagnostics, part, below)
                continue
            below.uses[Use(part.file, How.EXTENDS, base.file)] = None
            if path not in below.bases:
                base = replace(base, via=(place, *part.via))
                self._collect(base, (*chain, path), below)
                below.bases[path] = base
                below.problems += [replace(d, via=(*d.via, *base.via)) for d in base.problems]
                below.is_complete &= base.is_usable

    def _fail(self, found: Sequence[Diagnostic], part: Part, below: Below) -> None:
        below.problems += [replace(d, via=(*d.via, *part.via)) for d in found]
        below.is_complete = False

    def _base(self, name: str, place: Place, chain: tuple[pathlib.Path, ...]) -> pathlib.Path:
        """The path of a base. Raises DefinitionError, at place, where it cannot be one."""
        path = located(self._now.disk, name, place, near=chain[-1], verb="extend")
        if path.suffix.lower() not in SUFFIXES:
            hint = "A base is a .yaml, .json or .md file; text is included with {$file: …}"
            raise unreadable("This file cannot be extended", f"«{name}»", place, hint)
        if path in chain:
            circle = (*chain[chain.index(path) :], path)
            shown = " → ".join(map(self._now.disk.shown, circle))
            raise unreadable("A file extends itself", shown, place)
        if len(chain) > LONGEST_CHAIN:
            raise unreadable(
                "Too many files extend one another", f"{LONGEST_CHAIN} in a row", place
            )
        return path

    def _part(self, path: pathlib.Path, user: str) -> Part:
        self.users.setdefault(path, user)
        if (known := self._read.get(path)) is None:
            file = self._now.disk.shown(path)
            known = self._read[path] = read_part(path, file, Role.BASE, self._now)
        return known

    def include(self, path: pathlib.Path) -> bool:
        """Whether the file at a path is extended by another."""
        return bool(self.users) and path.resolve() in self.users

    def out_of_place(self) -> list[Diagnostic]:
        """A warning per base that stands among the definitions."""
        root, shown = self._now.disk.root, self._now.disk.shown
        return [
            warning(
                "This file is extended, so it is no definition",
                f"{user} extends it",
                Place(shown(path)),
                "Move it into a folder named bases, so that its place says so",
                rule=Rule.MISPLACED_BASE,
            )
            for path, user in self.users.items()
            if FRAGMENTS.isdisjoint(path.relative_to(root).parts[:-1])
        ]


def _entries(part: Part) -> Iterator[tuple[str, Place]]:
    """What a file extends, with the place. Raises DefinitionError where that is no list of text."""
    if part.extends is ABSENT:
        return
    place = part.resolver.origins.value_place
    if not isinstance(part.extends, list):
        detail = "reconcile.extends: a list is expected"
        raise unreadable("Wrong type", detail, place(_EXTENDS), "Write [bases/x.yaml]")
    for position, name in enumerate(part.extends):
        at = (*_EXTENDS, position)
        if not isinstance(name, str):
            raise unreadable(
                "Wrong type", f"reconcile.extends[{position}]: text is expected", place(at)
            )
        yield name, place(at)
