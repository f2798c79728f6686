"""What happened on apply: per address, what was sent and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.core.action import Action
    from reconciler.core.document import Path
    from reconciler.core.resource import Address


class Written(StrEnum):
    """What the server says a PATCH did."""

    CHANGED = "changed"
    """200 or 204."""
    UNCHANGED = "unchanged"
    """304: nothing differs after the server's own normalisation (persona-api 5.4)."""
    DRAFT = "draft"
    """200 with a publish_url or is_draft_view: it went to PAL Builder's draft, not to live."""


class Status(StrEnum):
    """What became of one change."""

    DONE = "done"
    """Sent, read back, and equal to the definition on every managed field."""
    UNCHANGED = "unchanged"
    """Sent; the server says that nothing differs (304)."""
    NOT_CONVERGED = "not converged"
    """Accepted, but a field reads back as before."""
    NOT_LIVE = "not live"
    """Accepted into a draft; conversations still use the old version."""
    FAILED = "failed"
    """Refused, or failed without effect."""
    UNKNOWN = "unknown"
    """The answer was lost; the next run finds out."""
    NOT_STARTED = "not started"
    """Nothing was sent: the run was interrupted or stopped before."""

    @property
    def succeeded(self) -> bool:
        """Whether the change is live."""
        return self in {Status.DONE, Status.UNCHANGED}


@dataclass(frozen=True, slots=True)
class Result:
    """What happened to one address."""

    address: Address
    action: Action
    status: Status
    id: str = ""
    detail: str = ""
    """What went wrong or is worth knowing; free of secrets."""
    hint: str = ""
    residual: tuple[Path, ...] = ()
    """Fields that read back as before."""
    forms: tuple[str, ...] = ()
    """The patch forms that were sent, where the first did not do: «by index», «whole list» …"""
    normalised: tuple[Path, ...] = ()
    """Fields the server stored in its own way; remembered, and not planned again."""
    wave: str = ""
    """The wave it belongs to; empty where the plan was sent as a whole."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened on one apply."""

    results: tuple[Result, ...] = ()
    """One for each change that writes, in order of address."""
    interrupted: bool = False
    problem: str = ""
    """Why the state could not be saved, if it could not."""
    leftovers: tuple[Result, ...] = ()
    """What became of the personas that creates of earlier runs had left behind."""
    halted: str = ""
    """Why later waves were not sent, or the last one does not hold; empty where all is well."""

    def count(self, status: Status) -> int:
        """How many changes ended so."""
        return sum(result.status is status for result in self.results)

    @property
    def succeeded(self) -> bool:
        """Whether every change is live and recorded."""
        return (
            not self.problem
            and not self.interrupted
            and not self.halted
            and all(r.status.succeeded for r in (*self.results, *self.leftovers))
        )

    @property
    def held_back(self) -> bool:
        """Whether nothing was tried, for a reason and not because of an interrupt."""
        tried = any(r.status is not Status.NOT_STARTED for r in (*self.results, *self.leftovers))
        return bool(self.results) and not (tried or self.interrupted or self.problem)

    @property
    def anything_done(self) -> bool:
        """Whether at least one change went through or may have."""
        idle = {Status.FAILED, Status.NOT_STARTED}
        return any(r.status not in idle for r in (*self.results, *self.leftovers))
