"""A hash of what a plan would send: equal fingerprints mean equal requests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from reconciler.core.same import canonical_text
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def operation_digests(change: Change, digests: Digests) -> frozenset[str]:
    """A hash of each single operation: what «the approved operations or fewer» is decided on."""
    return frozenset(
        _hash([change.action.value, change.id, operation], digests)
        for operation in (change.body, *(op for patch in change.patches for op in patch))
        if operation is not None
    )


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
