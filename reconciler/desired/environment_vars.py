"""The `vars` of an environment block: what {$var: name} takes, with its place in the file."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from reconciler.desired.source import Source, unreadable

if TYPE_CHECKING:
    from reconciler.core.diagnostics import Place
    from reconciler.core.document import Object
    from reconciler.core.errors import DefinitionError


def _no_file() -> Source:
    return Source("reconciler.yaml", {}, {})


@dataclass(frozen=True, slots=True)
class EnvironmentVars:
    """The variables of one environment, and who else has which."""

    environment: str = ""
    project: Source = field(default_factory=_no_file)
    """The project file, as it was read."""
    path: pathlib.Path = pathlib.Path()
    """Where the project file is."""
    _taken: dict[str, Source] = field(default_factory=dict, compare=False, repr=False)

    def take(self, name: str, place: Place) -> Source:
        """The value of a variable. Raises DefinitionError, at place, where there is none."""
        if (known := self._taken.get(name)) is None:
            if name not in self._of(self.environment):
                raise self._unknown(name, place)
            at = ("environments", self.environment, "vars", name)
            known = self._taken[name] = self.project.part(at)
        return known

    def _of(self, environment: str) -> Object:
        block: Object = self._environments().get(environment, {})
        return block.get("vars") or {}

    def _environments(self) -> Object:
        blocks: Object = self.project.value.get("environments", {})
        return blocks

    def _unknown(self, name: str, place: Place) -> DefinitionError:
        lacking = [other for other in self._environments() if name not in self._of(other)]
        where = f"«{name}»" + (f" is missing in {', '.join(lacking)}" if lacking else "")
        close = get_close_matches(name, self._of(self.environment), n=1)
        add = f"Add it to the vars of the environment in {self.project.file}"
        hint = f"Did you mean {close[0]}?" if close else add
        return unreadable("The environment has no such variable", where, place, hint)
