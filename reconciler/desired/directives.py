"""The directives {$file: …} and {$env: …}: resolved, or refused with the way they came."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.core.diagnostics import Diagnostic, Place, Severity
from reconciler.core.errors import DefinitionError
from reconciler.core.project import VARIABLE_PATTERN
from reconciler.core.rulebook import Rule
from reconciler.core.secret import MASK, Secret
from reconciler.desired.inclusion import located
from reconciler.desired.origins import Origins
from reconciler.desired.source import DEEPEST, MOST_VALUES, unreadable

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping, Sequence

    from reconciler.core.document import Json, Object
    from reconciler.desired.disk import Disk
    from reconciler.desired.source import At, Source

LONGEST_CHAIN: Final = 16
"""How many files may include one another in a row."""

MOST_INCLUSIONS: Final = 1000
"""How often one definition may include a file, directly or through others."""

_KNOWN: Final = ("$file", "$env")
_LATER: Final = ("$var", "$ref")
_CHARACTERS_PER_VALUE: Final = 64
_NAME_HINT: Final = "Write the name of the variable, not its value"


class _Way(NamedTuple):
    """How a text got into the definition."""

    at: At
    """The path it was put at."""
    via: tuple[Place, ...]
    """The directives on the way, nearest first."""
    files: tuple[pathlib.Path, ...]
    """The files on the way, the definition first."""


class Resolver:
    """Resolves the directives of one definition, and remembers what came from where."""

    def __init__(self, disk: Disk, variables: Mapping[str, str], *, require_env: bool) -> None:
        self.origins = Origins()
        self.problems: list[Diagnostic] = []
        self.unknown: list[At] = []
        """Where a value could not be found: nothing more is to be said about it."""
        self.secrets: list[Secret] = []
        """The values of environment variables."""
        self._disk = disk
        self._variables = variables
        self._require_env = require_env
        self._inclusions = 0
        self._left = MOST_VALUES

    def resolve(self, source: Source, path: pathlib.Path) -> Json:
        """The value of the definition that stands in the file at path."""
        return self._resolved(source, _Way((), (), (path,)))

    def _resolved(self, source: Source, way: _Way) -> Json:
        self.origins.add(way.at, source, way.via)
        self._tell(source.problems, way.via)
        self.unknown.extend((*way.at, *at) for at in source.unclear)
        value = _copied(source.value) if source.directives or way.via else source.value
        done: set[At] = set()
        for at in source.directives:
            if any(at[:length] in done for length in range(len(at))):
                continue
            if _in_json_schema((*way.at, *at)) and not _is_known(_value_at(source.value, at)):
                continue
            done.add(at)
            value = _put(value, at, self._directive(source, at, way))
        return value

    def _directive(self, source: Source, at: At, way: _Way) -> Json:
        place = source.value_place(at)
        try:
            name, argument = _parts(_value_at(source.value, at), source, at)
            if name == "$env":
                return self._variable(argument, place, way._replace(at=(*way.at, *at)))
            return self._file(argument, place, way._replace(at=(*way.at, *at)))
        except DefinitionError as refused:
            self._tell(refused.diagnostics, way.via)
            self.unknown.append((*way.at, *at))
            return Secret(MASK)

    def _variable(self, name: str, place: Place, way: _Way) -> Secret:
        if not re.fullmatch(VARIABLE_PATTERN, name):
            # The name is not shown: it may be the secret itself, put here by mistake.
            raise unreadable("This is no name of an environment variable", "", place, _NAME_HINT)
        if value := self._variables.get(name):
            self.secrets.append(Secret(value))
            return self.secrets[-1]
        self.unknown.append(way.at)
        severity, rule = (
            (Severity.ERROR, None) if self._require_env else (Severity.WARNING, Rule.UNSET_VARIABLE)
        )
        shown = f"«{name}»" if name.isupper() else "its name is not in capitals, so it is not shown"
        summary = "The environment variable is not set, or is empty"
        self._tell(
            (Diagnostic(severity, summary, shown, place, "Set it where this runs", rule=rule),),
            way.via,
        )
        return Secret(MASK)

    def _file(self, argument: str, place: Place, way: _Way) -> Json:
        path = located(self._disk, argument, place, near=way.files[-1])
        files, via = (*way.files, path), (place, *way.via)
        self._refuse_endless(files, place)
        try:
            source = self._disk.include(path)
        except DefinitionError as refused:
            raise DefinitionError([replace(d, via=(place,)) for d in refused.diagnostics]) from None
        self._spend(source, way.at, place)
        return self._resolved(source, _Way(way.at, via, files))

    def _refuse_endless(self, files: tuple[pathlib.Path, ...], place: Place) -> None:
        self._inclusions += 1
        if files[-1] in files[:-1]:
            chain = " → ".join(self._disk.shown(file) for file in files[files.index(files[-1]) :])
            raise unreadable("A file includes itself", chain, place)
        if len(files) > LONGEST_CHAIN + 1:
            raise unreadable(
                "Too many files include one another", f"{LONGEST_CHAIN} in a row", place
            )
        if self._inclusions > MOST_INCLUSIONS:
            raise unreadable("Too many files are included", f"more than {MOST_INCLUSIONS}", place)

    def _spend(self, source: Source, at: At, place: Place) -> None:
        text = len(source.value) if isinstance(source.value, str) else 0
        self._left -= len(source.marks) + text // _CHARACTERS_PER_VALUE
        if self._left < 0:
            raise unreadable("Too much is included", f"more than {MOST_VALUES} values", place)
        if len(at) + max(map(len, source.marks)) > DEEPEST:
            raise unreadable("The values nest too deeply", f"more than {DEEPEST} levels", place)

    def _tell(self, found: Sequence[Diagnostic], via: tuple[Place, ...]) -> None:
        self.problems.extend([replace(d, via=(*d.via, *via)) for d in found] if via else found)


def _in_json_schema(at: At) -> bool:
    """Whether the place is inside a tool's parameters, where $ref and $defs are JSON Schema's."""
    return ("function", "parameters") in pairwise(at)


def _is_known(value: Json) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _KNOWN


def _parts(directive: Object, source: Source, at: At) -> tuple[str, str]:
    """The name and the argument of a directive that is available and well formed."""
    name = next(key for key in directive if key.startswith("$"))
    place = source.key_place((*at, name))
    if name not in _KNOWN:
        raise _unknown(name, place)
    if len(directive) > 1:
        others = ", ".join(f"«{key}»" for key in directive if key != name)
        hint = "Keep the directive alone in its mapping"
        raise unreadable(
            "A directive stands beside other keys", f"{name} and {others}", place, hint
        )
    argument = directive[name]
    if not isinstance(argument, str) or not argument:
        hint = "Write {$env: NAME}" if name == "$env" else "Write {$file: prompts/x.md}"
        raise unreadable("A directive takes text", name, place, hint)
    return name, argument


def _unknown(name: str, place: Place) -> DefinitionError:
    if name in _LATER:
        return unreadable("This directive is not available yet", name, place)
    close = get_close_matches(name, _KNOWN, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are {' and '.join(_KNOWN)}"
    return unreadable("No such directive", f"«{name}»; keys with $ are directives", place, hint)


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
