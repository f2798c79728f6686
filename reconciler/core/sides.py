"""The three sides of one persona, last applied, git and live, and who moved since."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler.core.canonical import canonical
from reconciler.core.digest import UNSET_DIGEST
from reconciler.core.document import ABSENT, get
from reconciler.core.hiding import hide, is_sensitive
from reconciler.core.same import same
from reconciler.core.secret import Secret
from reconciler.core.service.behaviour import SHIPPED_DEFAULTS, defaults
from reconciler.core.service.profile import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.binding import PathRecord
    from reconciler.core.digest import Digests
    from reconciler.core.document import Absent, Json, Object, Path
    from reconciler.core.resource import Desired
    from reconciler.core.service.profile import Profile


class Attribution(StrEnum):
    """Who moved since the last apply."""

    GIT = "git"
    """The definition."""
    OUTSIDE = "outside"
    """The live persona: changed outside."""
    BOTH = "both"
    """Both: the change overwrites an outside change."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The three sides of a comparison, canonical, and the digests to compare with the records."""

    desired: Object
    live: Object
    records: Mapping[Path, PathRecord]
    digests: Digests
    defaults: Mapping[Path, Json] = field(default_factory=lambda: SHIPPED_DEFAULTS)
    """What an absent member stands for."""

    @classmethod
    def of(
        cls,
        desired: Desired,
        live: Object,
        records: Mapping[Path, PathRecord],
        digests: Digests,
        profile: Profile = SHIPPED,
    ) -> Sides:
        """The sides of a definition and a live document as read.

        What the definition says to ignore is not owned any more, whatever the records say.
        """
        ignored = desired.reserved.ignore
        kept = {
            path: record
            for path, record in records.items()
            if not any(path[: len(at)] == at for at in ignored)
        }
        stands_for = defaults(profile)
        return cls(canonical(desired.document), canonical(live), kept, digests, stands_for)

    def same(self, path: Path, desired: Json | Absent, live: Json | Absent) -> bool:
        """Whether two values of a field mean the same to the server."""
        return same(path, desired, live, self.live, self.defaults)

    def git_moved(self, path: Path) -> bool:
        """Whether the definition says something else than was last applied."""
        record = self.records.get(path)
        return record is not None and record.applied != self.digests.of(
            path, get(self.desired, path)
        )

    def outside_moved(self, path: Path) -> bool:
        """Whether live holds something else than was last observed there."""
        record = self.records.get(path)
        return record is not None and has_moved(path, get(self.live, path), record, self.digests)

    def attribution(self, path: Path) -> Attribution:
        """Who moved at path since the last apply; git where there was none."""
        if not self.outside_moved(path):
            return Attribution.GIT
        return Attribution.BOTH if self.git_moved(path) else Attribution.OUTSIDE

    def hidden(self, path: Path) -> bool:
        """Whether values at path may not be shown."""
        record = self.records.get(path)
        return (
            (record is not None and record.sensitive)
            or is_sensitive(path, get(self.desired, path))
            or is_sensitive(path, get(self.live, path))
        )

    def shown(self, path: Path, value: Json | Absent) -> Json | Absent:
        """A value of path as it may be held in a plan: wrapped where it is secret."""
        return hide(value) if self.hidden(path) else value


def has_moved(path: Path, live: Json | Absent, record: PathRecord, digests: Digests) -> bool:
    """Whether a live value is another than the one last observed.

    A mask hides what is there, so it is no evidence of a change; nor is an echo of what was sent
    where a mask was seen before (persona-api 9.4).
    """
    if isinstance(live, Secret) and live.is_mask and record.observed != UNSET_DIGEST:
        return False
    now = digests.of(path, live)
    if now == record.observed:
        return False
    return not (record.sensitive and live is not ABSENT and now == record.applied)
