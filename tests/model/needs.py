"""For each rule a small world in which it is needed, and the promise that breaks without it."""

from __future__ import annotations

from typing import Final, NamedTuple

from model.promises import (
    EDIT_DELETED,
    EDIT_OVERWRITTEN,
    NO_INTENT,
    NOT_DELETED,
    SURPLUS,
    TWO_WRITERS,
)
from model.scenarios import (
    CREATING,
    CREATING_THEN_DELETING,
    DELETING,
    UPDATING,
    UPDATING_THEN_DELETING,
    Scenario,
)
from model.world import Budget


class Need(NamedTuple):
    """Where a rule is missed, and how it shows."""

    rule: str
    scenario: Scenario
    budget: Budget
    promise: str


PAUSED: Final = Budget(expiries=1)
UNLUCKY: Final = Budget(faults=1)

NEEDS: Final = (
    Need("cas_on_replace", CREATING, Budget(), TWO_WRITERS),
    Need("cas_on_replace", CREATING, UNLUCKY, SURPLUS),
    Need("lost_cas_stops", CREATING, PAUSED, TWO_WRITERS),
    Need("lost_cas_stops", CREATING, Budget(faults=1, expiries=1), SURPLUS),
    Need("takeover_waits", UPDATING, Budget(), TWO_WRITERS),
    Need("lease_checked", UPDATING, PAUSED, TWO_WRITERS),
    Need("lease_checked", DELETING, Budget(expiries=1, edits=1), EDIT_DELETED),
    Need("intents_first", CREATING, Budget(), NO_INTENT),
    Need("intents_first", CREATING, Budget(crashes=1), SURPLUS),
    Need("nonce_in_name", CREATING, Budget(crashes=1), SURPLUS),
    Need("bind_before_rename", CREATING, Budget(crashes=1), SURPLUS),
    Need("retry_keeps_nonce", CREATING, UNLUCKY, SURPLUS),
    Need("tombstones_keep_nonces", CREATING_THEN_DELETING, UNLUCKY, SURPLUS),
    Need("leftovers_removed", CREATING, UNLUCKY, SURPLUS),
    Need("unknown_stays_open", CREATING, UNLUCKY, SURPLUS),
    Need(
        "unknown_updates_remembered",
        UPDATING_THEN_DELETING,
        Budget(crashes=1, faults=1),
        NOT_DELETED,
    ),
    Need("absence_by_direct_read", UPDATING, Budget(stale=1), SURPLUS),
    Need("absence_asked_twice", UPDATING, Budget(stale=2), SURPLUS),
    Need("verified_by_reading", UPDATING_THEN_DELETING, UNLUCKY, NOT_DELETED),
    Need("patch_never_blind", UPDATING, Budget(faults=1, edits=1), EDIT_OVERWRITTEN),
    Need("deletes_reread", DELETING, Budget(edits=1), EDIT_DELETED),
    Need("unseen_not_deleted", DELETING, Budget(stale=1, edits=1), EDIT_DELETED),
)
