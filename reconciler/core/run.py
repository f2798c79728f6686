"""A run: who, from which commit, in which CI job; the lease it holds; what is left of it after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT_RUNS: Final = 50
"""How many runs a state document remembers."""


@dataclass(frozen=True, slots=True)
class CiRun:
    """A job of a CI service, so that another run can ask whether it is over."""

    service: str
    """«github» or «gitlab»."""
    project: str
    """owner/repository, or GitLab's number of the project."""
    run: str
    """The run's number; at GitLab the job's."""
    attempt: str = ""
    """GitHub counts re-runs of one run."""
    url: str = ""
    """Where a person can look at it; nothing is ever sent there."""

    def __str__(self) -> str:
        return self.url or f"{self.service} {self.project} {self.run}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a run comes from, as far as it is known."""

    who: str = ""
    host: str = ""
    commit: str = ""
    """The commit of the definitions."""
    ci: CiRun | None = None

    def __str__(self) -> str:
        where = f" on {self.host}" if self.host and self.ci is None else ""
        job = f" ({self.ci})" if self.ci else ""
        return f"{self.who or 'somebody'}{where}{job}"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write, held by one run. It ends by itself.

    No clock time decides anything: who waits measures on its own clock how long the document
    stayed as it is, and takes over after a whole lease time without any change.
    """

    run: str
    """Id of the run that holds it."""
    origin: Origin
    since: str
    """When it was taken, ISO 8601 in UTC; for people only."""
    seconds: float
    """The lease time."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run that changed something, for the history."""

    id: str
    command: str
    """apply, rollback …"""
    origin: Origin
    started: str
    """ISO 8601 in UTC."""
    ended: str = ""
    """Empty while it runs, and for ever where it was killed."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Status → number of addresses."""
    wave: str = ""
    """The wave it sent; empty where it sent a plan as a whole."""

    @property
    def object_name(self) -> str:
        """Where its images are kept beside the state document."""
        return f"runs/{self.id}.json"
