"""What a read after a write proves: which fields took, which did not, what to remember."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from reconciler.core.binding import PathRecord
from reconciler.core.canonical import owned
from reconciler.core.diff import dropped_paths
from reconciler.core.document import ABSENT, get
from reconciler.core.fields import Compare, field_at
from reconciler.core.hiding import is_sensitive
from reconciler.core.same import equal_as, name_key
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Absent, Json, Path
    from reconciler.core.sides import Sides


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdict on one persona."""

    records: Mapping[Path, PathRecord] = field(default_factory=dict)
    """What to remember of each managed path."""
    residual: tuple[Path, ...] = ()
    """Sent, but reads as before; not remembered, so that the next plan has it again."""
    normalised: tuple[Path, ...] = ()
    """Sent, and reads as something else: the server's own form, remembered as equivalent."""


def verify(
    sides: Sides, changes: Sequence[FieldChange] = (), *, accepted: bool = False
) -> Verified:
    """Compare a read-back with what was sent.

    Args:
        sides: the definition, the document read after the write, the records from before it.
        changes: what was sent; none when nothing was, to bring the records up to date.
        accepted: whether the server said that nothing differs (304): then a field that still
            reads as before is the server's form of what was sent.
    """
    sent = {change.path: change for change in changes}
    wanted = dict(owned(sides.desired))
    verdicts = {path: _verdict(sides, path, sent.get(path), accepted=accepted) for path in wanted}
    records = {
        path: fresh_record(sides, path, value)
        for path, value in wanted.items()
        if verdicts[path] in {_Verdict.TOOK, _Verdict.NORMALISED}
    }
    residual = [path for path, verdict in verdicts.items() if verdict is _Verdict.AS_BEFORE]
    dropped = [sent[path] for path in dropped_paths(sides.records, wanted) if path in sent]
    residual += [c.path for c in dropped if not _gone(sides, c, accepted=accepted)]
    kept = {p: record for p, record in sides.records.items() if p in wanted or p in residual}
    return Verified(
        {**kept, **records},
        tuple(sorted(residual)),
        tuple(sorted(p for p, verdict in verdicts.items() if verdict is _Verdict.NORMALISED)),
    )


class _Verdict(Enum):
    TOOK = auto()
    NORMALISED = auto()
    AS_BEFORE = auto()
    NOT_SENT = auto()
    """Somebody else moved it; that is for the next plan to tell."""


def _verdict(sides: Sides, path: Path, sent: FieldChange | None, *, accepted: bool) -> _Verdict:
    value, live = get(sides.desired, path), get(sides.live, path)
    if isinstance(live, Secret) and live.is_mask:
        # What is behind a mask cannot be read; what was sent last is what is there.
        known = path in sides.records and not sides.git_moved(path)
        return _Verdict.TOOK if sent or known else _Verdict.NOT_SENT
    if sides.same(path, value, live):
        return _Verdict.TOOK
    if sent is None:
        return _Verdict.NOT_SENT
    if accepted or not equal_as(path, sent.before, live) or _is_mangled_name(path, value, live):
        return _Verdict.NORMALISED
    return _Verdict.AS_BEFORE


def _is_mangled_name(path: Path, value: Json, live: Json | Absent) -> bool:
    """Whether a name reads as sent but for punctuation, which PAL routes drop (persona-api 9.3)."""
    if field_at(path).compare is not Compare.NAME:
        return False
    return isinstance(value, str) and isinstance(live, str) and name_key(value) == name_key(live)


def fresh_record(sides: Sides, path: Path, value: Json) -> PathRecord:
    """What to remember of a path: this was applied, and what live holds now came of it."""
    applied, observed = sides.digests.of(path, value), sides.digests.of(path, get(sides.live, path))
    return PathRecord(applied, observed, is_sensitive(path, value))


def _gone(sides: Sides, change: FieldChange, *, accepted: bool) -> bool:
    """Whether a removal took: unset, reset to a default, or refilled with something else."""
    live = get(sides.live, change.path)
    return (
        accepted
        or sides.same(change.path, ABSENT, live)
        or not equal_as(change.path, change.before, live)
    )
