"""Three-way difference of one persona: what was last applied, what git says, what is live.

Local equals live is clean whatever the record says; what git dropped is removed only if nobody
else touched it; a pair that a write left behind is not planned again until one side moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.canonical import owned
from reconciler.core.digest import UNSET_DIGEST
from reconciler.core.document import ABSENT, equal, get, is_unset, with_value, without
from reconciler.core.fields import Compare, field_at
from reconciler.core.hiding import is_sensitive
from reconciler.core.same import reworded_tools
from reconciler.core.secret import Secret
from reconciler.core.sides import Attribution, Sides

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.binding import PathRecord
    from reconciler.core.document import Absent, Json, Object, Path


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
        if _server_equivalent(sides, path):
            equivalent.append(path)
            continue
        changes.append(_change(sides, path, _sent(path, value, live)))
    for path in dropped_paths(sides.records, wanted):
        live = get(sides.live, path)
        record = sides.records[path]
        if record.applied == UNSET_DIGEST or sides.same(path, ABSENT, live):
            continue
        if overwrite or not sides.outside_moved(path):
            changes.append(_change(sides, path, ABSENT))
        else:
            shown = sides.shown(path, live)
            conflicts.append(FieldConflict(path, shown, sides.hidden(path)))
    changes.sort(key=lambda change: change.path)
    return Difference(tuple(changes), tuple(conflicts), tuple(equivalent))


def creation(desired: Object) -> tuple[FieldChange, ...]:
    """The changes that make a persona from nothing: every managed field that is set."""
    return tuple(
        FieldChange(path, ABSENT, value, sensitive=is_sensitive(path, value))
        for path, value in sorted(owned(desired))
        if not is_unset(value)
    )


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
    how = field_at(path).compare
    if how is Compare.SECRET and isinstance(live, Secret) and live.is_mask:
        return path not in sides.records or sides.git_moved(path)
    # A function's description that live has lost is forgiven; an author who changed just that
    # must still be heard.
    reworded = how is Compare.TOOLS and sides.git_moved(path) and not equal(value, live)
    return reworded or not sides.same(path, value, live)


def _sent(path: Path, value: Json, live: Json | Absent) -> Json | Absent:
    """What is sent of a desired value: tools without the descriptions that live loses."""
    if is_unset(value):
        return ABSENT
    if field_at(path).compare is Compare.TOOLS and isinstance(live, list):
        return reworded_tools(value, live)
    return value


def _server_equivalent(sides: Sides, path: Path) -> bool:
    return path in sides.records and not sides.git_moved(path) and not sides.outside_moved(path)


def _change(sides: Sides, path: Path, after: Json | Absent) -> FieldChange:
    before = sides.shown(path, get(sides.live, path))
    return FieldChange(path, before, after, sides.attribution(path), sides.hidden(path))


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
    for path in sorted(sides.records):
        live, wanted = get(sides.live, path), get(sides.desired, path)
        if sides.same(path, wanted, live) or not sides.outside_moved(path):
            continue
        before, after = sides.shown(path, wanted), sides.shown(path, live)
        found.append(FieldChange(path, before, after, sides.attribution(path), sides.hidden(path)))
    return tuple(found)
