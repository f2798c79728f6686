"""The directives of one file: resolved, or refused with the way they came."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.core.diagnostics import Diagnostic, Place, error, warning
from reconciler.core.errors import DefinitionError
from reconciler.core.project import VARIABLE_PATTERN
from reconciler.core.resource import How, Use
from reconciler.core.rulebook import Rule
from reconciler.core.secret import MASK, Secret
from reconciler.desired.directives import (
    ENV,
    FILE,
    REF,
    Directive,
    belongs_to_json_schema,
    read_directive,
)
from reconciler.desired.inclusion import located
from reconciler.desired.origins import Origins
from reconciler.desired.references import referred
from reconciler.desired.source import DEEPEST, MOST_VALUES, unreadable

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence

    from reconciler.core.document import Json
    from reconciler.core.resource import Reference
    from reconciler.desired.circumstances import Circumstances
    from reconciler.desired.source import At, Source

LONGEST_CHAIN: Final = 16
"""How many files may include one another in a row."""

MOST_INCLUSIONS: Final = 1000
"""How often one definition may include a file, directly or through others."""

_CHARACTERS_PER_VALUE: Final = 64
_NAME_HINT: Final = "Write the name of the variable, not its value"


class _Step(NamedTuple):
    """A file, or one variable of the project file, on the way into a definition."""

    path: pathlib.Path
    var: str = ""


class _Way(NamedTuple):
    """How a text got into the definition."""

    at: At
    """The path it was put at."""
    via: tuple[Place, ...]
    """The directives on the way, nearest first."""
    steps: tuple[_Step, ...]
    """What was on the way, the file that is resolved first."""


class Resolver:
    """Resolves the directives of one file, and remembers what came from where."""

    def __init__(self, now: Circumstances) -> None:
        self.origins = Origins()
        self.problems: list[Diagnostic] = []
        self.unknown: list[At] = []
        """Where a value could not be found: nothing more is to be said about it."""
        self.secrets: list[Secret] = []
        """The values of environment variables."""
        self.variables: dict[At, str] = {}
        """Where a value is that of an environment variable, and its name."""
        self.uses: dict[Use, None] = {}
        self.references: list[Reference] = []
        self._now = now
        self._inclusions = 0
        self._left = MOST_VALUES

    def resolve(self, source: Source, path: pathlib.Path) -> Json:
        """The value of the file at path, which was read as source."""
        return self._resolved(source, _Way((), (), (_Step(path),)))

    def _resolved(self, source: Source, way: _Way) -> Json:
        self.origins.add(way.at, source, way.via)
        self._tell(source.problems, way.via)
        self.unknown.extend((*way.at, *at) for at in source.unclear)
        value = _copied(source.value) if source.directives or way.via else source.value
        done: set[At] = set()
        for at in source.directives:
            if any(at[:length] in done for length in range(len(at))):
                continue
            if belongs_to_json_schema(_value_at(source.value, at), (*way.at, *at)):
                continue
            done.add(at)
            value = _put(value, at, self._replacement(source, at, way))
        return value

    def _replacement(self, source: Source, at: At, way: _Way) -> Json:
        way = way._replace(at=(*way.at, *at))
        try:
            directive = read_directive(_value_at(source.value, at), source, at)
            return self._value(directive, source, way)
        except DefinitionError as refused:
            self._tell(refused.diagnostics, way.via)
            self.unknown.append(way.at)
            return Secret(MASK)

    def _value(self, directive: Directive, source: Source, way: _Way) -> Json:
        name, argument, place = directive
        if name == ENV:
            return self._variable(argument, place, way)
        if name == REF:
            reference, found = referred(argument, place, self._now.resources)
            self.references.append(reference)
            return found
        if name == FILE:
            return self._file(argument, source, place, way)
        taken = self._now.vars.take(argument, place)
        self.uses[Use(source.file, How.TAKES_FROM, taken.file)] = None
        return self._included(taken, _Step(self._now.vars.path, argument), place, way)

    def _variable(self, name: str, place: Place, way: _Way) -> Secret:
        if not re.fullmatch(VARIABLE_PATTERN, name):
            # The name is not shown: it may be the secret itself, put here by mistake.
            raise unreadable("This is no name of an environment variable", "", place, _NAME_HINT)
        if value := self._now.variables.get(name):
            self.variables[way.at] = name
            self.secrets.append(Secret(value))
            return self.secrets[-1]
        self.unknown.append(way.at)
        shown = "its name is not in capitals, so it is not shown"
        if name.isupper():
            self.variables[way.at], shown = name, f"«{name}»"
        self._tell((self._unset(shown, place),), way.via)
        return Secret(MASK)

    def _unset(self, shown: str, place: Place) -> Diagnostic:
        summary, hint = "The environment variable is not set, or is empty", "Set it where this runs"
        if self._now.require_env:
            return error(summary, shown, place, hint)
        return warning(summary, shown, place, hint, rule=Rule.UNSET_VARIABLE)

    def _file(self, argument: str, source: Source, place: Place, way: _Way) -> Json:
        disk = self._now.disk
        path = located(disk, argument, place, near=way.steps[-1].path)
        self.uses[Use(source.file, How.INCLUDES, disk.shown(path))] = None
        try:
            included = disk.include(path)
        except DefinitionError as refused:
            raise DefinitionError([replace(d, via=(place,)) for d in refused.diagnostics]) from None
        return self._included(included, _Step(path), place, way)

    def _included(self, source: Source, step: _Step, place: Place, way: _Way) -> Json:
        steps = (*way.steps, step)
        self._refuse_endless(steps, place)
        self._spend(source, way.at, place)
        return self._resolved(source, _Way(way.at, (place, *way.via), steps))

    def _refuse_endless(self, steps: tuple[_Step, ...], place: Place) -> None:
        self._inclusions += 1
        if steps[-1] in steps[:-1]:
            chain = " → ".join(map(self._shown, steps[steps.index(steps[-1]) :]))
            raise unreadable("A file includes itself", chain, place)
        if len(steps) > LONGEST_CHAIN + 1:
            raise unreadable(
                "Too many files include one another", f"{LONGEST_CHAIN} in a row", place
            )
        if self._inclusions > MOST_INCLUSIONS:
            raise unreadable("Too many files are included", f"more than {MOST_INCLUSIONS}", place)

    def _shown(self, step: _Step) -> str:
        file = self._now.disk.shown(step.path)
        return f"{file} $var {step.var}" if step.var else file

    def _spend(self, source: Source, at: At, place: Place) -> None:
        text = len(source.value) if isinstance(source.value, str) else 0
        self._left -= len(source.marks) + text // _CHARACTERS_PER_VALUE
        if self._left < 0:
            raise unreadable("Too much is included", f"more than {MOST_VALUES} values", place)
        if len(at) + max(map(len, source.marks)) > DEEPEST:
            raise unreadable("The values nest too deeply", f"more than {DEEPEST} levels", place)

    def _tell(self, found: Sequence[Diagnostic], via: tuple[Place, ...]) -> None:
        self.problems.extend([replace(d, via=(*d.via, *via)) for d in found] if via else found)


def _value_at(value: Json, at: At) -> Json:
    for step in at:
        value = value[step]
    return value


def _put(value: Json, at: At, new: Json) -> Json:
    """Value, changed so that new stands at `at`; new itself where that is the root."""
    if not at:
        return new
    _value_at(value, at[:-1])[at[-1]] = new
    return value


def _copied(value: Json) -> Json:
    """A copy that shares no list or object with value."""
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
