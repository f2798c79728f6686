"""The definitions directory to Desired, every problem of every file at once."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.diagnostics import Diagnostic, Place, error, in_order, warning
from reconciler.core.errors import DefinitionError
from reconciler.core.lint.fragments import unused_fragments
from reconciler.core.lint.switches import Switches
from reconciler.core.reference import Resources
from reconciler.core.resource import PERSONA, Address
from reconciler.core.rulebook import Rule
from reconciler.desired.circumstances import Circumstances
from reconciler.desired.discovery import discover, fragments, other_kinds, restricted
from reconciler.desired.disk import Disk
from reconciler.desired.duplicates import duplicates
from reconciler.desired.environment_vars import EnvironmentVars
from reconciler.desired.focus import problems_in
from reconciler.desired.mentions import mentioned
from reconciler.desired.reader import Reader
from reconciler.desired.source import MOST_PROBLEMS, printable

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from reconciler.core.resource import Desired
    from reconciler.core.secret import Secret
    from reconciler.desired.definition import Definition


@dataclass(frozen=True, slots=True)
class Loaded:
    """What git says, and what is wrong with it."""

    desired: tuple[Desired, ...]
    """The definitions for the environment that have no error, by address."""
    diagnostics: tuple[Diagnostic, ...]
    """Every problem, in order of place; also of definitions for other environments."""
    secrets: tuple[Secret, ...]
    """Every value read from the environment and every API key, once, so that text can be scrubbed
    of them."""

    def require(self) -> Loaded:
        """Itself. Raises DefinitionError with all diagnostics where one of them is an error."""
        if any(diagnostic.is_error for diagnostic in self.diagnostics):
            raise DefinitionError(self.diagnostics)
        return self


def load_definitions(
    root: pathlib.Path,
    *,
    environment: str,
    variables: Mapping[str, str],
    require_env: bool = True,
    base: pathlib.Path | None = None,
    only: Collection[pathlib.Path] = (),
    known_environments: Collection[str] = (),
    environment_vars: EnvironmentVars | None = None,
    resources: Resources | None = None,
    switches: Switches | None = None,
    focus: Collection[pathlib.Path] = (),
    edited: Mapping[str, str] | None = None,
) -> Loaded:
    """Every definition below root, resolved and checked. Nothing is raised: see Loaded.require.

    Args:
        root: the definitions directory.
        environment: whose definitions are wanted; the others are checked and left out.
        variables: the environment variables that {$env: NAME} reads.
        require_env: whether a variable that is not set is an error; else it is a warning, and its
            value stays unknown.
        base: the project directory: names of files are shown relative to it, and overlays are in
            it; the parent of root where left out.
        only: files and directories to restrict the run to; all definitions where empty.
        known_environments: the environments of the project, to tell any other.
        environment_vars: what {$var: name} reads.
        resources: what {$ref: kind/key} finds.
        switches: what the project thinks of the lint rules; each has its own level where left out.
        focus: files and directories whose problems alone are told, although all are read.
        edited: texts that are not written yet, by name as in Place: read in place of the files.
    """
    root = root.absolute()
    disk = Disk(root.resolve(), (base or root.parent).resolve(), edited)
    if not disk.root.is_dir():
        missing = error("The definitions directory does not exist", "", Place(disk.shown(root)))
        return Loaded((), (missing,), ())
    now = Circumstances(
        disk,
        environment,
        variables,
        require_env,
        known_environments,
        environment_vars or EnvironmentVars(environment),
        resources or Resources(),
        switches or Switches(),
    )
    with _without_collector():
        return _loaded(now, only, {disk.shown(path.resolve()) for path in focus})


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the garbage collector: nothing read is garbage, and looking for it costs the most."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _loaded(now: Circumstances, only: Collection[pathlib.Path], focus: Collection[str]) -> Loaded:
    found = discover(now.disk)
    paths, strays = restricted(found.definitions, only, now.disk)
    reader = Reader(now)
    every = {path: reader.read(path, now.disk.shown(path)) for path in paths}
    read = [one for path, one in every.items() if not reader.bases.include(path)]
    problems = [*found.problems, *strays, *(p for one in read for p in _most(one))]
    across = duplicates([one.desired for one in read if one.desired])
    across += other_kinds(found.other_kinds, now.disk)
    if paths and not only and now.switches.wants(Rule.UNUSED_FRAGMENT) and _are_whole(read):
        across += _unused(now, reader)
    good = [one.desired for one in read if one.desired and not one.has_error]
    wanted = [desired for desired in good if _is_for(desired, now.environment)]
    across += _emptiness(now.disk, paths, good=good, wanted=wanted)
    across += [*reader.bases.out_of_place(), *reader.overlays.problems]
    if not only:
        across += reader.overlays.strays(_addresses(every, now.environment))
    problems += now.switches.judged(across)
    return Loaded(
        tuple(sorted(wanted, key=lambda desired: desired.address)),
        in_order(printable(_once(problems_in(problems, focus)))),
        tuple(dict.fromkeys(secret for one in every.values() for secret in one.secrets)),
    )


def _are_whole(read: Sequence[Definition]) -> bool:
    """Whether all that is included is known: a broken file may include more than was read."""
    return not any(p.is_error and p.rule is None for one in read for p in one.problems)


def _unused(now: Circumstances, reader: Reader) -> list[Diagnostic]:
    used = {now.disk.shown(path) for path in (*now.disk.included, *reader.bases.users)}
    idle = [file for file in fragments(now.disk) if file not in used]
    return unused_fragments(idle, mentioned(idle, now) if idle else ())


def _addresses(read: Mapping[pathlib.Path, Definition], environment: str) -> set[Address]:
    """The addresses of the environment; a file that cannot be understood counts by its name."""
    return {
        one.desired.address if one.desired else Address(PERSONA, path.stem)
        for path, one in read.items()
        if one.desired is None or _is_for(one.desired, environment)
    }


def _most(definition: Definition) -> Sequence[Diagnostic]:
    """Its problems; of very many the errors first, and how many there are besides."""
    more = len(definition.problems) - MOST_PROBLEMS
    if more <= 0:
        return definition.problems
    ordered = in_order(list(definition.problems))
    told = sorted(ordered, key=lambda diagnostic: not diagnostic.is_error)[:MOST_PROBLEMS]
    place = Place(told[0].place.file) if told[0].place else None
    return [*told, error("There are more problems in this definition", f"{more} more", place)]


def _once(problems: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """What many definitions include is wrong in one place: told once, with the first way there."""
    first: dict[object, Diagnostic] = {}
    for d in problems:
        first.setdefault((d.severity, d.summary, d.detail, d.place), d)
    return first.values()


def _is_for(desired: Desired, environment: str) -> bool:
    return not desired.reserved.environments or environment in desired.reserved.environments


def _emptiness(
    disk: Disk, paths: Sequence[pathlib.Path], *, good: list[Desired], wanted: list[Desired]
) -> list[Diagnostic]:
    place = Place(disk.shown(disk.root))
    if not paths:
        hint = "Definitions are files that end in .md, .yaml, .yml or .json"
        return [error("There is no definition", "", place, hint)]
    if good and not wanted:
        summary = "No definition is for this environment"
        return [warning(summary, "", place, rule=Rule.NOTHING_TO_DO)]
    return []
