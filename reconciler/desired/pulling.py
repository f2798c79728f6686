"""What moved outside, put into the files it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler.core.document import ABSENT, dotted, equal, get
from reconciler.core.errors import ReconcilerError
from reconciler.core.pulling import smallest, to_write
from reconciler.core.resource import How
from reconciler.core.sides import Attribution
from reconciler.core.vocabulary import spelled
from reconciler.desired.origins import Origins
from reconciler.desired.overlays import DIRECTORY
from reconciler.desired.promoting import FileChange
from reconciler.desired.spelling import canonical
from reconciler.desired.standing import Standing, Texts

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Mapping, Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Absent, Json, Path
    from reconciler.core.resource import Address, Desired
    from reconciler.desired.source import At


class Into(StrEnum):
    """Where a value is written that several definitions share."""

    OVERLAY = "overlay"
    DEFINITION = "definition"
    BASE = "base"
    """The base or fragment it stands in, for all that share it."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the caller decided about a pull."""

    environment: str
    theirs: bool = False
    """Take what is live where git moved, too."""
    into: Callable[[str], Into | None] = lambda _: None
    """Asked with a sentence that says what is shared; None where nobody decides."""


@dataclass(slots=True)
class Pulled:
    """What a pull would write, and what it cannot."""

    files: tuple[FileChange, ...] = ()
    refused: list[str] = field(default_factory=list)
    """Nothing is written where there is one."""
    left: list[str] = field(default_factory=list)
    """Left alone: secrets and values from the environment."""
    taken: dict[Address, dict[Path, Json | Absent]] = field(default_factory=dict)
    """What the edited files have to say of each pulled field."""
    shared: dict[Path, set[Address]] = field(default_factory=dict)
    """Who else gets the value of a field, because it was chosen to be written for all."""


class Pull:
    """One pull over all definitions of an environment."""

    def __init__(
        self, base: pathlib.Path, definitions: str, desired: Sequence[Desired], choices: Choices
    ) -> None:
        self._texts = Texts(base, definitions)
        self._by_address = {one.address: one for one in desired}
        self._desired = desired
        self._choices = choices
        self._found = Pulled()
        self._writers: dict[tuple[str, At], tuple[str, Json | Absent]] = {}

    def made(self, drift: Mapping[Address, Sequence[FieldChange]]) -> Pulled:
        """What the drift makes of the files. Raises DefinitionError where one cannot be read."""
        for address, changes in drift.items():
            for change in changes:
                self._take(self._by_address[address], change)
        texts = self._texts
        self._found.files = tuple(
            FileChange(file, texts.before[file], after)
            for file, after in texts.now.items()
            if after != texts.before[file]
        )
        self._found.refused += [
            f"{one.file}: nothing would be left of it; remove it by hand"
            for one in self._found.files
            if not one.after
        ]
        return self._found

    def _take(self, desired: Desired, change: FieldChange) -> None:
        name = f"{desired.address} {dotted(change.path)}"
        if change.sensitive:
            self._found.left.append(f"{name}: secret, so it is never written to a file")
        elif change.attribution is Attribution.BOTH and not self._choices.theirs:
            self._found.refused.append(
                f"{name}: changed in git and outside; --theirs takes what is live"
            )
        else:
            wanted = to_write(change.path, change.before, change.after)
            known = len(self._found.left)
            for at, value in smallest(change.before, wanted, change.path):
                self._write(desired, change, at, value)
            if len(self._found.left) == known:
                self._found.taken.setdefault(desired.address, {})[change.path] = wanted

    def _write(
        self,
        desired: Desired,
        change: FieldChange,
        at: At,
        value: Json | Absent,
    ) -> None:
        name = f"{desired.address} {'.'.join(map(str, at))}"
        owner = self._owner(desired, change)
        place = self._texts.standing(owner, self._written(owner, desired, at))
        if place.directive == "$env":
            self._found.left.append(f"{name}: comes from $env {place.name}".rstrip())
            return
        sharers = self._sharers(desired, owner, place)
        into = Into.BASE
        if place.directive or sharers:
            where = f"{place.directive} {place.name}".strip() or place.file
            told = f"{name}: stands in {where}"
            told += f", shared by {', '.join(map(str, sharers))}" if sharers else ""
            decided = self._choices.into(told)
            if decided is None:
                self._found.refused.append(f"{told}; choose --into overlay, definition or base")
                return
            into = decided
        if into is Into.BASE and place.directive:
            self._found.refused.append(
                f"{name}: comes from {place.directive} {place.name} in {place.file};"
                " change it there, or choose --into overlay"
            )
            return
        if into is not Into.BASE:
            file = desired.place.file if into is Into.DEFINITION else self._overlay(desired)
            place = Standing(file, self._written(file, desired, change.path))
            value = to_write(change.path, change.before, change.after)
        else:
            self._found.shared.setdefault(change.path, set()).update(sharers)
        if self._is_taken(name, place, value):
            return
        # null removes what another part says. A list is a part's own, and in it null is a value.
        is_merged = len(desired.sources) > 1 and not any(isinstance(at, int) for at in place.at)
        try:
            self._texts.edit(place, None if value is ABSENT and is_merged else value)
        except ReconcilerError as failed:
            self._found.refused.append(f"{name}: {failed.summary} ({place.file})")

    def _is_taken(self, name: str, place: Standing, value: Json | Absent) -> bool:
        """Whether another change has put another value there, which is refused."""
        first, known = self._writers.setdefault((place.file, place.at), (name, value))
        if equal(known, value):
            return False
        self._found.refused.append(
            f"{first} and {name}: both stand in {place.file}, and are not the same outside;"
            " choose --into overlay or definition"
        )
        return True

    def _owner(self, desired: Desired, change: FieldChange) -> str:
        """The overlay, definition or base that the value comes from."""
        overlays = [use.used for use in desired.uses if use.how is How.OVERLAID_BY]
        bases = [use.used for use in desired.uses if use.how is How.EXTENDS]
        known = (desired.places.get(change.path[:n]) for n in range(len(change.path), 0, -1))
        origin = next((place.file for place in known if place is not None), "")
        if origin in bases:
            return origin
        for file in (*overlays, desired.place.file, *reversed(bases)):
            if get(self._texts.canonical(file), change.path) is not ABSENT:
                return file
            if self._texts.standing(file, change.path).is_fragment:
                return file
        return desired.place.file

    def _written(self, file: str, desired: Desired, at: At) -> At:
        own = canonical(self._texts.own(file), Origins()).written(at)
        names = tuple(step for step in at if isinstance(step, str))
        return own if own != at or len(names) != len(at) else spelled(names, desired.vocabulary)

    def _sharers(self, desired: Desired, owner: str, place: Standing) -> list[Address]:
        """The addresses, if there are others, that have the value from the same file."""
        if place.directive == "$var" or place.file == desired.place.file:
            return []
        using = [one.address for one in self._desired if place.file in one.sources]
        is_base = any(use.used == owner and use.how is How.EXTENDS for use in desired.uses)
        return using if is_base or len(using) > 1 else []

    def _overlay(self, desired: Desired) -> str:
        known = (use.used for use in desired.uses if use.how is How.OVERLAID_BY)
        made = f"{DIRECTORY}/{self._choices.environment}/{desired.address}.yaml"
        return next(known, made)
