"""Where an exploration starts, what its runs want, and how much goes wrong."""

from __future__ import annotations

from typing import Final, NamedTuple

from model.world import DROPPED, FINAL, Binding, Budget, Document, Persona, Run, State


class Scenario(NamedTuple):
    """A small story about one address."""

    name: str
    start: str
    """The content that is live and bound; DROPPED for none."""
    wants: tuple[str, ...]
    """What the definition says in each run's checkout."""
    last_want: str
    """What it says in the end."""

    def begins(self, budget: Budget) -> State:
        """The first state."""
        runs = tuple(Run(want) for want in self.wants)
        if self.start == DROPPED:
            return State(runs, budget)
        personas = (Persona(1, FINAL, self.start),)
        before = personas if budget.stale else ()
        document = Document(binding=Binding(1, "old", self.start))
        return State(runs, budget, personas, document, before=before)


CREATING: Final = Scenario("create", DROPPED, ("a", "a"), "a")
UPDATING: Final = Scenario("update", "a", ("b", "b"), "b")
DELETING: Final = Scenario("delete", "a", (DROPPED, DROPPED), DROPPED)
CREATING_THEN_UPDATING: Final = Scenario("create, update", DROPPED, ("a", "b"), "b")
CREATING_THEN_DELETING: Final = Scenario("create, delete", DROPPED, ("a", DROPPED), DROPPED)
UPDATING_THEN_DELETING: Final = Scenario("update, delete", "a", ("b", DROPPED), DROPPED)
UPDATING_AND_BACK: Final = Scenario("update, back", "a", ("b", "a"), "a")
DELETING_THEN_CREATING: Final = Scenario("delete, create", "a", (DROPPED, "a"), "a")

SCENARIOS: Final = (
    CREATING,
    UPDATING,
    DELETING,
    CREATING_THEN_UPDATING,
    CREATING_THEN_DELETING,
    UPDATING_THEN_DELETING,
    UPDATING_AND_BACK,
    DELETING_THEN_CREATING,
)
