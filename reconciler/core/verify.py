"""What a read after a write proves: which fields took, which did not, what to remember."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.core.canonical import owned
from reconciler.core.diff import dropped_paths, is_sensitive
from reconciler.core.document import ABSENT, get
from reconciler.core.same import equal_as, same
from reconciler.core.secret import Secret
from reconciler.core.state import PathRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.diff import FieldChange, Sides
    from reconciler.core.document import Absent, Json, Path


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
    records: dict[Path, PathRecord] = {}
    residual: list[Path] = []
    normalised: list[Path] = []
    for path, value in wanted.items():
        live = get(sides.live, path)
        before = sides.records.get(path)
        fresh = PathRecord(
            sides.digests.of(path, value),
            sides.digests.of(path, live),
            is_sensitive(path, value),
        )
        if _took(sides, path, value, live, was_sent=path in sent):
            records[path] = fresh
        elif path not in sent:
            if before is not None:
                records[path] = before
        elif accepted or not equal_as(path, sent[path].before, live):
            records[path] = fresh
            normalised.append(path)
        else:
            residual.append(path)
            if before is not None:
                records[path] = before
    for path in dropped_paths(sides.records, wanted):
        if path in sent and not _gone(sides, sent[path], accepted=accepted):
            records[path] = sides.records[path]
            residual.append(path)
    return Verified(records, tuple(sorted(residual)), tuple(sorted(normalised)))


def _took(sides: Sides, path: Path, value: Json, live: Json | Absent, *, was_sent: bool) -> bool:
    if isinstance(live, Secret) and live.is_mask:
        # What is behind a mask cannot be read; what was sent last is what is there.
        before = sides.records.get(path)
        return was_sent or (before is not None and before.applied == sides.digests.of(path, value))
    return same(path, value, live, sides.live)


def _gone(sides: Sides, change: FieldChange, *, accepted: bool) -> bool:
    """Whether a removal took: unset, reset to a default, or refilled with something else."""
    live = get(sides.live, change.path)
    return (
        accepted
        or same(change.path, ABSENT, live, sides.live)
        or not equal_as(change.path, change.before, live)
    )
