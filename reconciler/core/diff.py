"""Three-way difference of one persona: what was last applied, what git says, what is live.

Local equals live is clean whatever the record says; what git dropped is removed only if nobody
else touched it; a pair that a write left behind is not planned again until one side moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler.core.canonical import owned
from reconciler.core.digest import UNSET_DIGEST
from reconciler.core.document import ABSENT, equal, get, is_unset, with_value, without
from reconciler.core.fields import Compare, field_at
from reconciler.core.same import same
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.digest import Digests
    from reconciler.core.document import Absent, Json, Object, Path
    from reconciler.core.state import PathRecord


class Attribution(StrEnum):
    """Who moved since the last apply."""

    GIT = "git"
    """The definition."""
    OUTSIDE = "outside"
    """The live persona: changed outside."""
    BOTH = "both"
    """Both: the change overwrites an outside change."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One path: before → after. The line in a review and the operation on the wire."""

    path: Path
    before: Json | Absent
    after: Json | Absent
    """ABSENT: the member is removed."""
    attribution: Attribution = Attribution.GIT
    sensitive: bool = False

    @property
    def adds(self) -> bool:
        """Whether the field was not set before."""
        return is_unset(self.before)

    @property
    def removes(self) -> bool:
        """Whether the field is not set after."""
        return is_unset(self.after)


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A path that needs a decision: removed in git, changed outside."""

    path: Path
    live: Json | Absent
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What separates one persona from its definition."""

    changes: tuple[FieldChange, ...] = ()
    conflicts: tuple[FieldConflict, ...] = ()
    equivalent: tuple[Path, ...] = ()
    """Paths that read differently but are what the server made of the last apply."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The three sides of a comparison, canonical, and the digests to compare with the record."""

    desired: Object
    live: Object
    records: Mapping[Path, PathRecord]
    digests: Digests


def difference(sides: Sides, *, overwrite: bool = False) -> Difference:
    """Compare one persona. With overwrite, a conflict becomes a removal."""
    wanted = dict(owned(sides.desired))
    changes: list[FieldChange] = []
    conflicts: list[FieldConflict] = []
    equivalent: list[Path] = []
    for path, value in wanted.items():
        live = get(sides.live, path)
        if not _differs(sides, path, value, live):
            continue
        if _server_equivalent(sides, path, value, live):
            equivalent.append(path)
            continue
        changes.append(_change(sides, path, ABSENT if is_unset(value) else value))
    for path in dropped_paths(sides.records, wanted):
        live = get(sides.live, path)
        record = sides.records[path]
        if record.applied == UNSET_DIGEST or same(path, ABSENT, live, sides.live):
            continue
        if sides.digests.of(path, live) == record.observed or overwrite:
            changes.append(_change(sides, path, ABSENT))
        else:
            conflicts.append(FieldConflict(path, _shown(sides, path, live), _hidden(sides, path)))
    changes.sort(key=lambda change: change.path)
    return Difference(tuple(changes), tuple(conflicts), tuple(equivalent))


def creation(desired: Object) -> tuple[FieldChange, ...]:
    """The changes that make a persona from nothing: every managed field that is set."""
    return tuple(
        FieldChange(path, ABSENT, value, sensitive=is_sensitive(path, value))
        for path, value in sorted(owned(desired))
        if not is_unset(value)
    )


def is_sensitive(path: Path, value: Json | Absent) -> bool:
    """Whether a value at path is hidden: by its path, or because a part of it is a Secret."""
    return field_at(path).sensitive or contains_secret(value)


def dropped_paths(records: Mapping[Path, PathRecord], wanted: Mapping[Path, Json]) -> list[Path]:
    """Paths owned by the last apply that the definition no longer has, nor a part or whole of."""
    covered = {path[:length] for path in wanted for length in range(1, len(path))}
    return sorted(
        path
        for path in records
        if path not in wanted
        and path not in covered
        and not any(path[:length] in wanted for length in range(1, len(path)))
    )


def _differs(sides: Sides, path: Path, value: Json, live: Json | Absent) -> bool:
    field = field_at(path)
    record = sides.records.get(path)
    if field.compare is Compare.SECRET and isinstance(live, Secret) and live.is_mask:
        return record is None or record.applied != sides.digests.of(path, value)
    # The rule for names forgives punctuation, which only PAL routes lose; an author who changed
    # just that must still be heard.
    renamed = (
        field.compare is Compare.NAME
        and record is not None
        and record.applied != sides.digests.of(path, value)
        and not equal(value, live)
    )
    return renamed or not same(path, value, live, sides.live)


def _server_equivalent(sides: Sides, path: Path, value: Json, live: Json | Absent) -> bool:
    record = sides.records.get(path)
    return (
        record is not None
        and record.applied == sides.digests.of(path, value)
        and record.observed == sides.digests.of(path, live)
    )


def _change(sides: Sides, path: Path, after: Json | Absent) -> FieldChange:
    return FieldChange(
        path,
        _shown(sides, path, get(sides.live, path)),
        after,
        attribution(sides, path),
        _hidden(sides, path),
    )


def attribution(sides: Sides, path: Path) -> Attribution:
    """Who moved at path since the last apply; git where there was none."""
    record = sides.records.get(path)
    if record is None:
        return Attribution.GIT
    git = record.applied != sides.digests.of(path, get(sides.desired, path))
    outside = record.observed != sides.digests.of(path, get(sides.live, path))
    if outside:
        return Attribution.BOTH if git else Attribution.OUTSIDE
    return Attribution.GIT


def _hidden(sides: Sides, path: Path) -> bool:
    record = sides.records.get(path)
    return (
        (record is not None and record.sensitive)
        or is_sensitive(path, get(sides.desired, path))
        or is_sensitive(path, get(sides.live, path))
    )


def _shown(sides: Sides, path: Path, live: Json | Absent) -> Json | Absent:
    """Live as it may be held in a FieldChange: wrapped where the path is secret."""
    return hide(live) if _hidden(sides, path) else live


def contains_secret(value: Json | Absent) -> bool:
    """Whether a Secret stands anywhere in value."""
    if isinstance(value, dict):
        return any(map(contains_secret, value.values()))
    if isinstance(value, list):
        return any(map(contains_secret, value))
    return isinstance(value, Secret)


def hide(value: Json | Absent) -> Json | Absent:
    """Value with every string in it made a Secret."""
    if isinstance(value, dict):
        return {name: hide(child) for name, child in value.items()}
    if isinstance(value, list):
        return [hide(child) for child in value]
    return Secret(value) if isinstance(value, str) else value


def predict(live: Object, changes: tuple[FieldChange, ...]) -> Object:
    """What the canonical live document will be once the changes are laid over it."""
    for change in changes:
        if change.after is ABSENT:
            live = without(live, change.path)
        else:
            live = with_value(live, change.path, change.after)
    return live


def moved_outside(sides: Sides) -> tuple[FieldChange, ...]:
    """Owned paths where live moved since the last apply, away from what git says.

    Local equals live is clean whatever the record says. Each is told as a change from what git
    wants to what is live.
    """
    found = []
    for path, record in sorted(sides.records.items()):
        live, wanted = get(sides.live, path), get(sides.desired, path)
        if same(path, wanted, live, sides.live) or sides.digests.of(path, live) == record.observed:
            continue
        hidden = _hidden(sides, path)
        found.append(
            FieldChange(
                path,
                hide(wanted) if hidden else wanted,
                hide(live) if hidden else live,
                attribution(sides, path),
                hidden,
            )
        )
    return tuple(found)
