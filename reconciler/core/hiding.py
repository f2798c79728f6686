"""Which values are secret, and how a value is wrapped so that it cannot be shown by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.document import ABSENT, get, with_value
from reconciler.core.fields import FIELDS, field_at
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.binding import PathRecord
    from reconciler.core.document import Absent, Json, Object, Path


def contains_secret(value: Json | Absent) -> bool:
    """Whether a Secret stands anywhere in value."""
    if isinstance(value, dict):
        return any(map(contains_secret, value.values()))
    if isinstance(value, list):
        return any(map(contains_secret, value))
    return isinstance(value, Secret)


def is_sensitive(path: Path, value: Json | Absent) -> bool:
    """Whether a value at path is hidden: by its path, or because a part of it is a Secret."""
    return field_at(path).sensitive or contains_secret(value)


def hide(value: Json | Absent) -> Json | Absent:
    """Value with every string in it made a Secret."""
    if isinstance(value, dict):
        return {name: hide(child) for name, child in value.items()}
    if isinstance(value, list):
        return [hide(child) for child in value]
    return Secret(value) if isinstance(value, str) else value


def conceal(document: Object) -> Object:
    """A document in canonical words whose strings at sensitive paths are Secret, masked or not."""
    for path, field in FIELDS.items():
        if field.sensitive and (value := get(document, path)) is not ABSENT:
            document = with_value(document, path, hide(value))
    return document


def hide_recorded(document: Object, records: Mapping[Path, PathRecord]) -> Object:
    """A live document in which everything that was once sent as a secret is a Secret.

    What came from the environment into an ordinary field reads back in the clear; only the record
    remembers that it was secret, also after the definition forgot it.
    """
    for path, record in records.items():
        if record.sensitive and (value := get(document, path)) is not ABSENT:
            document = with_value(document, path, hide(value))
    return document
