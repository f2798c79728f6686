"""How a persona stands in each environment: a matrix made of one plan per environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler.core.action import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.core.errors import ReconcilerError
    from reconciler.core.plan import Change, Plan
    from reconciler.core.resource import Address


class Standing(StrEnum):
    """How one persona stands in one environment."""

    IN_SYNC = "in sync"
    AHEAD = "ahead"
    """Git moved, and an apply has not followed yet."""
    DRIFTED = "drifted"
    """Live moved although the definitions did not, or the persona was deleted outside."""
    DIVERGED = "diverged"
    """Ahead and drifted: both sides moved."""
    ABSENT = "absent"
    """Not yet created."""
    CONFLICT = "conflict"
    ORPHAN = "orphan"
    """Bound, but its definition is gone."""
    NOT_MEANT = "not meant"
    """There is no definition of it for the environment."""
    UNKNOWN = "unknown"
    """The environment could not be planned."""

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to do about it."""
        return self in {Standing.IN_SYNC, Standing.NOT_MEANT}


@dataclass(frozen=True, slots=True)
class Column:
    """One environment: how each persona of it stands, or why that is not known."""

    environment: str
    endpoint: str
    standings: Mapping[Address, Standing]
    """Of every address that has a definition for the environment or a binding in it."""
    problem: ReconcilerError | None = field(default=None, compare=False)

    def of(self, address: Address) -> Standing:
        """How an address stands, also one that this environment does not have."""
        absent = Standing.UNKNOWN if self.problem else Standing.NOT_MEANT
        return self.standings.get(address, absent)

    def counts(self, addresses: Sequence[Address]) -> Mapping[Standing, int]:
        """Standing → number of addresses, those that are not zero."""
        found = [self.of(address) for address in addresses]
        return {standing: found.count(standing) for standing in Standing if standing in found}


@dataclass(frozen=True, slots=True)
class Matrix:
    """Persona by environment."""

    columns: tuple[Column, ...]

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Every address of every environment, in order."""
        return tuple(sorted({address for one in self.columns for address in one.standings}))

    def row(self, address: Address) -> tuple[Standing, ...]:
        """How an address stands in each environment, in the order of the columns."""
        return tuple(column.of(address) for column in self.columns)

    @property
    def is_settled(self) -> bool:
        """Whether every environment is known and has nothing to do."""
        rows = (self.row(address) for address in self.addresses)
        return self.is_known and all(one.is_settled for row in rows for one in row)

    @property
    def is_known(self) -> bool:
        """Whether every environment could be planned."""
        return all(column.problem is None for column in self.columns)

    def problems(self) -> Iterator[tuple[str, ReconcilerError]]:
        """The environments that could not be planned, and why."""
        for column in self.columns:
            if column.problem is not None:
                yield column.environment, column.problem


def column_of(plan: Plan) -> Column:
    """The column of an environment that was planned."""
    found = {change.address: standing(change) for change in plan.changes}
    return Column(plan.environment, plan.endpoint, found)


def standing(change: Change) -> Standing:
    """How the address of a change stands."""
    if change.action is Action.CONFLICT:
        return Standing.CONFLICT
    if change.action in {Action.ORPHAN, Action.DELETE}:
        return Standing.ORPHAN
    has_drifted = bool(change.drift) or change.vanished
    if change.action is Action.CREATE and not has_drifted:
        return Standing.ABSENT
    if change.is_ahead:
        return Standing.DIVERGED if has_drifted else Standing.AHEAD
    return Standing.DRIFTED if has_drifted else Standing.IN_SYNC
