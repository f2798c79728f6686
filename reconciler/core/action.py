"""What may be done to one address."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What would be done to one address."""

    CREATE = "create"
    ADOPT = "adopt"
    """Bind an existing persona of the same name, and make it equal the definition."""
    UPDATE = "update"
    DELETE = "delete"
    ORPHAN = "orphan"
    """The definition is gone; the persona is kept and listed."""
    CONFLICT = "conflict"
    """A person has to decide; nothing is sent."""
    NO_OP = "no-op"

    @property
    def symbol(self) -> str:
        """One character, as in Terraform's plans."""
        return {"create": "+", "adopt": "&", "update": "~", "delete": "-", "orphan": "?"}.get(
            self.value, "!" if self is Action.CONFLICT else " "
        )

    @property
    def writes(self) -> bool:
        """Whether it may send a request that changes something, or binds something new."""
        return self in {Action.CREATE, Action.ADOPT, Action.UPDATE, Action.DELETE}
