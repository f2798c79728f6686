"""What has to change in one environment's overlay so that it says what another one's says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.canonical import owned
from reconciler.core.document import ABSENT, get

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.core.document import Absent, Json, Object, Path
    from reconciler.core.resource import Desired


@dataclass(frozen=True, slots=True)
class Edit:
    """One member of a file: its new value, or ABSENT where it is to be removed."""

    path: Path
    value: Json | Absent


def overlay_edits(
    source: Object, target: Object, agrees: Callable[[Path], bool], path: Path = ()
) -> Iterator[Edit]:
    """The edits of target, member by member, that make it say what source says.

    Both hold directives as they are written. Where agrees says so, both environments have the
    same value at a path already, and the target is left as it is.
    """
    for name in dict.fromkeys((*source, *target)):
        wanted, found, here = source.get(name, ABSENT), target.get(name, ABSENT), (*path, name)
        if wanted == found and type(wanted) is type(found):
            continue
        if _has_members(wanted) or (wanted is ABSENT and _has_members(found)):
            below = wanted if wanted is not ABSENT else {}
            yield from overlay_edits(below, found if _has_members(found) else {}, agrees, here)
        elif not agrees(here):
            yield Edit(here, wanted)


def _has_members(value: Json | Absent) -> bool:
    """Whether it is an object with members; a directive is one value."""
    return isinstance(value, dict) and bool(value) and not any(n.startswith("$") for n in value)


def agree(one: Desired, other: Desired, path: Path) -> bool:
    """Whether two environments have the same at a path, secrets by the name of their variable."""
    return get(one.document, path) == get(other.document, path) and (
        _variables(one, path) == _variables(other, path)
    )


def differing(one: Desired, other: Desired) -> tuple[Path, ...]:
    """The paths of values that differ between two environments."""
    paths = dict.fromkeys(path for side in (one, other) for path, _ in owned(side.document))
    return tuple(path for path in paths if not agree(one, other, path))


def _variables(desired: Desired, path: Path) -> dict[tuple[str | int, ...], str]:
    return {at: name for at, name in desired.variables.items() if at[: len(path)] == path}
