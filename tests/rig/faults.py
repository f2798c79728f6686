"""What goes wrong, and at which effects it can."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Effect(StrEnum):
    """What a process does to the world outside."""

    STATE_READ = "state read"
    STATE_REPLACE = "state replace"
    STATE_BESIDE = "state beside"
    LIST = "list"
    READ = "read"
    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"


MUTATING: Final = frozenset({Effect.CREATE, Effect.PATCH, Effect.DELETE})
REQUESTS: Final = MUTATING | {Effect.LIST, Effect.READ}
STORE: Final = frozenset(Effect) - REQUESTS


class Fault(StrEnum):
    """What goes wrong at one effect."""

    KILL_BEFORE = "killed before"
    KILL_AFTER = "killed after"
    LOST_ANSWER = "answer lost"
    LATE_IN_RUN = "arrives two requests later"
    LATE_AFTER_RUN = "arrives after the run"
    LATE_IN_NEXT = "arrives during the next run"
    STALE = "an old answer"
    EMPTY_LIST = "a list without rows"
    TOO_MANY = "429"
    DOWN_BEFORE = "503, not carried out"
    DOWN_AFTER = "500, carried out"
    IGNORED = "200, and part of it ignored"
    EXPIRED = "paused until another run took over and ended"
    CONFLICT = "someone else replaced the state"
    STORE_DOWN = "the store cannot be reached"
    STORE_ANSWER_LOST = "the store did it and says it failed"


FITTING: Final[dict[Fault, frozenset[Effect]]] = {
    Fault.KILL_BEFORE: frozenset(Effect),
    Fault.KILL_AFTER: frozenset(Effect),
    Fault.LOST_ANSWER: REQUESTS,
    Fault.LATE_IN_RUN: MUTATING,
    Fault.LATE_AFTER_RUN: MUTATING,
    Fault.LATE_IN_NEXT: MUTATING,
    Fault.STALE: frozenset({Effect.LIST, Effect.READ}),
    Fault.EMPTY_LIST: frozenset({Effect.LIST}),
    Fault.TOO_MANY: REQUESTS,
    Fault.DOWN_BEFORE: REQUESTS,
    Fault.DOWN_AFTER: MUTATING,
    Fault.IGNORED: frozenset({Effect.CREATE, Effect.PATCH}),
    Fault.EXPIRED: frozenset(Effect),
    Fault.CONFLICT: frozenset({Effect.STATE_REPLACE}),
    Fault.STORE_DOWN: STORE,
    Fault.STORE_ANSWER_LOST: frozenset({Effect.STATE_REPLACE}),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A fault at the effect of that number, counted from 0, or the first after it that it fits."""

    at: int
    fault: Fault

    def __str__(self) -> str:
        return f"{self.at}: {self.fault.value}"


class Killed(BaseException):
    """The process is dead: nothing it does has any effect."""
