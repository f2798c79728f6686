"""What an experiment is: a question, and a function that finds the answer on the bench."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.service.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reconciler.core.service.made import Kind
    from reconciler.core.service.question import Value
    from reconciler.workflow.probing.bench import Bench


@dataclass(frozen=True, slots=True)
class Found:
    """What came out; without a value it is a note."""

    evidence: str
    value: Value | None = None


Ask: TypeAlias = "Callable[[Bench], Awaitable[Found]]"
"""Raises UnsettledError where the service does not let the question be settled."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One row of the table."""

    id: str
    """Of a question, or of a note that no switch depends on."""
    ask: Ask
    requests: int
    """How many it sends at most."""
    note: str = ""
    """What is asked, where there is no question of that id."""
    needs: tuple[Kind, ...] = ()
    """What it is made on besides the persona."""

    @property
    def asks(self) -> str:
        """The question, in words."""
        return self.note or QUESTIONS[self.id].asks
