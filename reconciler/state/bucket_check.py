"""The proof that a bucket refuses what it has to: not every store that says S3 does."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from reconciler.core.errors import StateConflictError, StateError

if TYPE_CHECKING:
    from reconciler.state.bucket import Bucket, StoredObject


def prove_conditions(bucket: Bucket) -> None:
    """Try on a scratch object that only what was found can be replaced; then remove it.

    Raises StateError where the bucket accepts a second creation, a stale replace or a replace of
    nothing, where it does not give back what it was given, or where it cannot be used at all.
    """
    name = f"self-check-{uuid4().hex}"
    try:
        bucket.replace(name, b"1", None)
        first = _found(bucket, name)
        _refused(bucket, name, None, "a second creation")
        version = bucket.replace(name, b"2", first)
        _refused(bucket, name, first, "a stale replace")
        second = _found(bucket, name)
        if (second.data, second.version) != (b"2", version):
            raise StateError("The object store does not give back what it was given", str(bucket))
    finally:
        bucket.remove(name)
    try:
        _refused(bucket, name, second, "a replace of what is not there")
    finally:
        bucket.remove(name)


def _found(bucket: Bucket, name: str) -> StoredObject:
    found = bucket.get(name)
    if found is None:
        raise StateError("The object store does not give back what it was given", str(bucket))
    return found


def _refused(bucket: Bucket, name: str, found: StoredObject | None, what: str) -> None:
    try:
        bucket.replace(name, b"refuse this", found)
    except StateConflictError:
        return
    raise StateError(
        f"The object store accepts {what}",
        str(bucket),
        "It ignores conditions (If-Match, If-None-Match), so two runs could overwrite each other."
        " Use a store that checks them, or keep the state elsewhere.",
    )
