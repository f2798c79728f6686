"""One definition file to a Desired, with everything that is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import Diagnostic, Place, error
from reconciler.core.document import ABSENT, Json, Object, Path, get, with_value, without
from reconciler.core.errors import DefinitionError
from reconciler.core.fields import FIELDS, Compare
from reconciler.core.hiding import hide
from reconciler.core.lint.check import lint
from reconciler.core.persona.check import Problem, check
from reconciler.core.persona.shape import model_at
from reconciler.core.resource import KEY_PATTERN, PERSONA, Address, Desired, Reserved
from reconciler.core.secret import Secret
from reconciler.desired.directives import Resolver
from reconciler.desired.reserved import BLOCK, read_reserved, useless_ignores
from reconciler.desired.spelling import Spelled, canonical

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Collection, Iterator, Mapping

    from reconciler.core.lint.switches import Switches
    from reconciler.core.rulebook import Rule
    from reconciler.desired.disk import Disk
    from reconciler.desired.origins import Origins
    from reconciler.desired.source import At

_SENSITIVE: Final = tuple(path for path, field in FIELDS.items() if field.sensitive)
_KEYS: Final = tuple(path for path in _SENSITIVE if FIELDS[path].compare is Compare.SECRET)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a definition is read under."""

    disk: Disk
    variables: Mapping[str, str]
    """The environment variables that {$env: …} may name."""
    require_env: bool
    """Whether a variable that is not set is an error rather than a warning."""
    known_environments: Collection[str]
    """The environments of the project; empty where that is not known."""
    switches: Switches
    """What the project thinks of the lint rules."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What became of one file."""

    desired: Desired | None
    """None where not even its address is known."""
    problems: tuple[Diagnostic, ...]
    secrets: tuple[Secret, ...] = ()
    """Every secret in it."""

    @property
    def has_error(self) -> bool:
        """Whether it cannot be used."""
        return any(problem.is_error for problem in self.problems)


def read_definition(path: pathlib.Path, file: str, circumstances: Circumstances) -> Definition:
    """Read, resolve and check the definition at path. Problems are values, nothing is raised."""
    now = circumstances
    resolver = Resolver(now.disk, now.variables, require_env=now.require_env)
    try:
        value = resolver.resolve(now.disk.definition(path, file), path)
    except DefinitionError as refused:
        return Definition(None, refused.diagnostics)
    if isinstance(value, dict):
        return _understood(value, resolver, path.stem, now)
    if () not in resolver.unknown:
        what = "is empty" if value is None else "is not a mapping"
        place = resolver.origins.value_place(())
        resolver.problems.append(error(f"The definition {what}", "", place, "Write field: value"))
    told = now.switches.judged(resolver.problems)
    return Definition(None, tuple(told), tuple(resolver.secrets))


def _understood(value: Object, resolver: Resolver, stem: str, now: Circumstances) -> Definition:
    origins = resolver.origins
    key, reserved, wrong = read_reserved(value, origins, known_environments=now.known_environments)
    spelled = canonical(without(value, (BLOCK,)), origins)
    problems = [*resolver.problems, *wrong, *spelled.problems]
    problems += _checked(spelled, resolver, partial(now.switches.wants, own=reserved.lint))
    problems += useless_ignores(reserved, spelled.document, origins)
    problems = now.switches.judged(problems, labels=reserved.labels, own=reserved.lint)
    spelled = _hidden(spelled)
    # A literal header may be an innocent word that stands elsewhere too; a literal key is not.
    keys = (get(spelled.document, path) for path in _KEYS)
    secrets = (*resolver.secrets, *(key for key in keys if isinstance(key, Secret)))
    if not re.fullmatch(KEY_PATTERN, key or stem):
        problems.append(_bad_stem(stem, origins.value_place(())))
        return Definition(None, tuple(problems), secrets)
    address = Address(PERSONA, key or stem)
    desired = _desired(address, spelled, reserved, origins)
    return Definition(desired, tuple(problems), secrets)


def _bad_stem(stem: str, place: Place) -> Diagnostic:
    return error(
        "The name of the file cannot be a key",
        f"«{stem}»; letters, digits, dots, dashes and underscores can, at most 100",
        Place(place.file),
        "Rename the file, or give it a key: reconcile: {key: …}",
    )


def _desired(address: Address, spelled: Spelled, reserved: Reserved, origins: Origins) -> Desired:
    document = spelled.document
    for path in reserved.ignore:
        document = _unmanaged(document, path)
    return Desired(
        address=address,
        document=document,
        place=Place(origins.value_place(()).file),
        places=_places(document, spelled, origins),
        vocabulary=spelled.vocabulary,
        spellings=spelled.spellings,
        reserved=reserved,
    )


def _unmanaged(document: Object, path: Path) -> Object:
    """Without the member at path, and without the objects that have no other member."""
    name, rest = path[0], path[1:]
    if rest and isinstance(inner := document.get(name), dict):
        left = _unmanaged(inner, rest)
        return without(document, (name,)) if inner and not left else {**document, name: left}
    return document if rest else without(document, path)


def _places(document: Object, spelled: Spelled, origins: Origins) -> dict[Path, Place]:
    return {
        path: origins.origin(spelled.written(path) if spelled.spellings else path)
        for path in _members(document, ())
    }


def _members(node: Object, above: Path) -> Iterator[Path]:
    for name, value in node.items():
        yield (*above, name)
        if isinstance(value, dict):
            yield from _members(value, (*above, name))


def _hidden(spelled: Spelled) -> Spelled:
    """The same with every text at a sensitive path as a Secret."""
    document = spelled.document
    for path in _SENSITIVE:
        value = get(document, path)
        if value is not ABSENT:
            document = with_value(document, path, hide(value))
    return spelled._replace(document=document)


def _checked(
    spelled: Spelled, resolver: Resolver, wanted: Callable[[Rule], bool]
) -> list[Diagnostic]:
    return [
        _diagnostic(problem, spelled, resolver.origins)
        for problem in (
            *check(spelled.document, spelled.vocabulary),
            *lint(spelled.document, spelled.vocabulary, spelled.spellings, wanted),
        )
        if not _is_below(spelled.written(problem.path), resolver.unknown)
    ]


def _is_below(at: At, unknown: Collection[At]) -> bool:
    return any(at[: len(path)] == path for path in unknown)


def _diagnostic(problem: Problem, spelled: Spelled, origins: Origins) -> Diagnostic:
    at = spelled.written(problem.path)
    is_of_key = _is_about_key(problem.path, spelled.document)
    return Diagnostic(
        severity=problem.severity,
        summary=problem.summary,
        detail=problem.detail,
        place=origins.key_place(at) if is_of_key else _value_place(problem, spelled, origins),
        hint=problem.hint,
        via=origins.via(at[:-1] if is_of_key else at),
        rule=problem.rule,
    )


def _value_place(problem: Problem, spelled: Spelled, origins: Origins) -> Place:
    at = spelled.written(problem.path)
    if problem.offset is None:
        return origins.value_place(at)
    text: Json = spelled.document
    for step in problem.path:
        text = text[step]
    return origins.character_place(at, text, problem.offset)


def _is_about_key(at: At, document: Object) -> bool:
    """Whether people look at the key: of a member nobody knows, and of whatever has members."""
    if not at:
        return False
    value: Json = document
    for step in at:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return False
    return isinstance(value, dict | list) or _is_unknown(at)


def _is_unknown(at: At) -> bool:
    *above, name = (step for step in at if isinstance(step, str))
    model = model_at(tuple(above))
    return isinstance(at[-1], str) and model is not None and name not in model.model_fields
