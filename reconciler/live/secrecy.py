"""Where secrets stand in documents: gathered for scrubbing, and never the mask out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, dotted, get
from reconciler.core.errors import PatchMismatchError
from reconciler.core.fields import FIELDS
from reconciler.core.secret import MASK, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json, Path

_SENSITIVE: Final = tuple(path for path, field in FIELDS.items() if field.sensitive)


def secrets_at_their_paths(value: Json, at: Path = ()) -> frozenset[Secret]:
    """What stands at sensitive paths of a value at a canonical path; neither empty nor masked."""
    leaves = [leaf for _, part in _sensitive_parts(value, at) for leaf in _texts(part)]
    found = {leaf if isinstance(leaf, Secret) else Secret(leaf) for leaf in leaves}
    return frozenset(found - {Secret(""), Secret(MASK)})


def every_secret(value: Json, at: Path = ()) -> frozenset[Secret]:
    """The same and every Secret elsewhere: whatever came from the environment is one."""
    wrapped = {leaf for leaf in _leaves(value) if isinstance(leaf, Secret)}
    return secrets_at_their_paths(value, at) | (wrapped - {Secret(""), Secret(MASK)})


def refuse_mask(value: Json, at: Path = ()) -> None:
    """Raise PatchMismatchError where value would store the mask as a secret (persona-api 9.4)."""
    for path, sensitive in _sensitive_parts(value, at):
        if any(leaf in {MASK, Secret(MASK)} for leaf in _texts(sensitive)):
            raise PatchMismatchError(
                "The server's mask would be stored as a secret",
                f"at {dotted(path)}",
                "Nothing was sent. This is a bug of this program; please report it.",
            )


def _sensitive_parts(value: Json, at: Path) -> Iterator[tuple[Path, Json]]:
    for path in _SENSITIVE:
        if at[: len(path)] == path:
            yield at, value
        elif path[: len(at)] == at and (part := get(value, path[len(at) :])) is not ABSENT:
            yield path, part


def _texts(value: Json) -> Iterator[str | Secret]:
    return (leaf for leaf in _leaves(value) if isinstance(leaf, str | Secret))


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _leaves(member)
    else:
        yield value
