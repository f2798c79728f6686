"""Definition files to Definitions, one by one, with the bases and overlays they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.errors import DefinitionError
from reconciler.core.resource import PERSONA, Address, How, Use
from reconciler.desired.composition import Composition
from reconciler.desired.definition import Definition, secrets_of, understood
from reconciler.desired.extending import Bases
from reconciler.desired.overlays import Overlays
from reconciler.desired.part import read_part
from reconciler.desired.role import Role

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.desired.circumstances import Circumstances
    from reconciler.desired.extending import Below
    from reconciler.desired.part import Part


class Reader:
    """Reads definitions with what they share: bases, and the overlays of the environment."""

    def __init__(self, now: Circumstances) -> None:
        self.bases = Bases(now)
        self.overlays = Overlays(now)
        self._now = now

    def read(self, path: pathlib.Path, file: str) -> Definition:
        """Read, resolve and check the definition at path. Nothing is raised."""
        try:
            own = read_part(path, file, Role.DEFINITION, self._now)
        except DefinitionError as refused:
            return Definition(None, refused.diagnostics)
        below = self.bases.below(own, path)
        over, unread = self._overlay(own, below, path.stem)
        parts = (*below.bases.values(), own, *over)
        problems = [
            *below.problems,
            *own.problems,
            *unread,
            *(p for o in over for p in o.problems),
        ]
        if not all(part.is_usable for part in parts):
            told = self._now.switches.judged(problems)
            return Definition(None, tuple(told), secrets_of(parts))
        uses = dict.fromkeys((*below.uses, *(Use(file, How.OVERLAID_BY, o.file) for o in over)))
        return understood(
            Composition(parts),
            path.stem,
            uses,
            self._now,
            problems,
            is_complete=below.is_complete and not unread,
        )

    def _overlay(
        self, own: Part, below: Below, stem: str
    ) -> tuple[tuple[Part, ...], Sequence[Diagnostic]]:
        """The overlay of the environment, where the definition is for that and has one."""
        key = own.block.get("key", stem) if isinstance(own.block, dict) else stem
        address = Address(PERSONA, key if isinstance(key, str) else stem)
        if not self.overlays.has(address) or not self._is_meant((*below.bases.values(), own)):
            return (), ()
        try:
            return (self.overlays.read(address),), ()
        except DefinitionError as refused:
            return (), refused.diagnostics

    def _is_meant(self, parts: Sequence[Part]) -> bool:
        block = Composition(parts).block
        wanted = block.get("environments") if isinstance(block, dict) else None
        return not isinstance(wanted, list) or not wanted or self._now.environment in wanted
