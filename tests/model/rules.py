"""The rules of the apply protocol, each a switch: on in the protocol, off in its negative test."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rules the runs obey."""

    cas_on_replace: bool = True
    """The document is replaced only where it is still the version that was read."""
    lost_cas_stops: bool = True
    """A run whose replace was refused sends nothing more."""
    takeover_waits: bool = True
    """A held lease is taken over only after a whole lease time without a change, or a run's end."""
    lease_checked: bool = True
    """Before each call a run looks whether its lease time lasts, and renews it if not."""
    intents_first: bool = True
    """No call before the document holds its intent."""
    nonce_in_name: bool = True
    """A new persona is called after a nonce until its id is recorded."""
    bind_before_rename: bool = True
    """The id is in the document before the final name is sent."""
    retry_keeps_nonce: bool = True
    """A create that did not show is tried again under the same nonce."""
    tombstones_keep_nonces: bool = True
    """The nonce of what was deleted or given up stays known."""
    leftovers_removed: bool = True
    """An unbound persona named after a known nonce is deleted."""
    unknown_stays_open: bool = True
    """An intent whose outcome is unknown outlives the run."""
    unknown_updates_remembered: bool = True
    """Content that was sent with unknown outcome stays known as ours: it may land later."""
    absence_by_direct_read: bool = True
    """A bound persona that the list lacks is asked for by its id."""
    absence_asked_twice: bool = True
    """It is gone only when two direct reads say so."""
    verified_by_reading: bool = True
    """An update is done when it reads back, not when it was answered."""
    patch_never_blind: bool = True
    """After a lost answer a persona is read before it is written again."""
    deletes_reread: bool = True
    """Right before a delete the persona is read, and has to be as we left it."""
    unseen_not_deleted: bool = True
    """Where that read finds nothing, nothing is sent: the next run settles it."""

    def without(self, rule: str) -> Rules:
        """These rules but one."""
        return replace(self, **{rule: False})


PROTOCOL: Final = Rules()
EVERY_RULE: Final = tuple(field.name for field in fields(Rules))
