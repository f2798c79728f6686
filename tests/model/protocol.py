"""The protocol of an apply: what a run does next, wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from model import calling, creating, deleting, leasing, settling, updating
from model.world import (
    BIND,
    CALL,
    COMPARE,
    LIST,
    LOOK,
    LOOK_AGAIN,
    OVER,
    READ,
    RECORD,
    RELEASE,
    REMOVE,
    SEARCH,
    TAKE,
    VERIFY,
    WAIT,
    Move,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from model.rules import Rules

    Step = Callable[[Rules, State, int], Iterator[Move]]

STEPS: Final[dict[str, Step]] = {
    READ: leasing.read,
    WAIT: leasing.wait,
    TAKE: leasing.take,
    LIST: settling.list_live,
    LOOK: settling.look,
    LOOK_AGAIN: settling.look,
    RECORD: settling.record,
    CALL: calling.call,
    BIND: creating.bind,
    SEARCH: creating.search,
    VERIFY: updating.verify,
    COMPARE: updating.verify,
    REMOVE: deleting.remove,
    RELEASE: leasing.release,
}


def steps(rules: Rules, state: State, slot: int) -> Iterator[Move]:
    """Every way in which a run can take its next step."""
    at = state.runs[slot].at
    if at != OVER:
        yield from STEPS[at](rules, state, slot)
