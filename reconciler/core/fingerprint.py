"""A hash of what a plan would send: equal fingerprints mean equal requests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from reconciler.core.document import ABSENT, pointer
from reconciler.core.same import canonical_text
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.core.diff import FieldChange
    from reconciler.core.digest import Digests
    from reconciler.core.document import Json
    from reconciler.core.plan import Change


def fingerprint(changes: Iterable[Change], digests: Digests) -> str:
    """32 hexadecimal digits over address, id, action and requests of every change that writes."""
    parts = sorted(
        f"{change.address} {digest_of(change, digests)}"
        for change in changes
        if change.action.writes
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def digest_of(change: Change, digests: Digests) -> str:
    """A hash of what one change would send; secrets enter as keyed digests, never as values."""
    return _hash([change.action.value, change.id, change.body, change.patches], digests)


def approval_digests(change: Change, digests: Digests) -> frozenset[str]:
    """What «approved or less» is decided on: a hash of action and id, and one of each field.

    A field's hash holds what it changes from and to: whoever approved saw both, so an edit made
    outside since then is not overwritten on the strength of that approval.
    """
    return frozenset(
        (action_digest(change, digests), *(field_digest(f, digests) for f in change.fields))
    )


def action_digest(change: Change, digests: Digests) -> str:
    """A hash of what is done to which persona."""
    return _hash([change.action.value, change.id], digests)


def field_digest(field: FieldChange, digests: Digests) -> str:
    """A hash of one field's change."""
    before, after = (None if v is ABSENT else v for v in (field.before, field.after))
    return _hash([pointer(field.path), before, after], digests)


def _hash(value: Json, digests: Digests) -> str:
    return hashlib.sha256(canonical_text(_opaque(value, digests)).encode()).hexdigest()[:32]


def _opaque(value: Json, digests: Digests) -> Json:
    if isinstance(value, Secret):
        return {"secret": digests.of_text(value.reveal())}
    if isinstance(value, dict):
        return {name: _opaque(child, digests) for name, child in value.items()}
    if isinstance(value, list | tuple):
        return [_opaque(child, digests) for child in value]
    return value
