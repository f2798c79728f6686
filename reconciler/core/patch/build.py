"""Field changes → operations: `replace` where the member is present, `add` where it is not.

Members of objects only, lists whole: sending a patch again to its own result changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.canonical import canonical
from reconciler.core.diff import predict
from reconciler.core.document import ABSENT, equal, get, is_unset, pointer, with_value
from reconciler.core.errors import PatchMismatchError
from reconciler.core.fields import CONFERENCING
from reconciler.core.patch.simulate import PatchRefusedError, apply_patch
from reconciler.core.vocabulary import other_spellings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Json, Object, Path

    Patch = tuple[Object, ...]


@dataclass(frozen=True, slots=True)
class _Write:
    path: Path
    value: Json


def build_patches(live: Object, changes: Sequence[FieldChange]) -> tuple[Patch, ...]:
    """The patches that turn live into the prediction, in the order they must be sent.

    Conferencing is a patch of its own, because Tavus takes it alone only (persona-api 6.2).
    Empty changes give no patch. What is returned has been applied to a copy of live and compared.

    Args:
        live: the document as read, not canonicalized: a patch names what is really there.
        changes: at most one per path, no path a prefix of another.

    Raises:
        PatchMismatchError: the simulation does not give the prediction.
    """
    alone = [change for change in changes if change.path[:2] == CONFERENCING]
    main = [change for change in changes if change.path[:2] != CONFERENCING]
    # Conferencing needs a face: it is set after the rest, but taken away before it.
    leaves = bool(alone) and all(change.removes for change in alone)
    document = live
    patches: list[Patch] = []
    for group in (alone, main) if leaves else (main, alone):
        operations = _operations(document, group)
        if operations:
            document = _simulate(document, operations, group)
            patches.append(operations)
    return tuple(patches)


def _operations(live: Object, changes: Sequence[FieldChange]) -> Patch:
    removes: list[Path] = []
    writes: list[_Write] = []
    for change in changes:
        spellings = (change.path, *other_spellings(change.path))
        present = [path for path in spellings if get(live, path) is not ABSENT]
        if change.after is ABSENT:
            removes += present
        else:
            writes.append(_Write(change.path, change.after))
            # The old spelling beside the new one would say something else (persona-api 11.14).
            removes += [p for p in present if p != change.path and not is_unset(get(live, p))]
    return (
        *({"op": "remove", "path": pointer(path)} for path in sorted(removes)),
        *_sets(live, sorted(writes, key=lambda write: write.path)),
    )


def _sets(live: Object, writes: Sequence[_Write]) -> list[Object]:
    """One operation per write, but a missing parent is made once, with all that goes into it."""
    made: dict[Path, Json] = {}
    for write in writes:
        at = _first_missing(live, write.path)
        rest = write.path[len(at) :]
        held = made.get(at, {})
        made[at] = with_value(held, rest, write.value) if rest else write.value
    return [
        {"op": "add" if get(live, at) is ABSENT else "replace", "path": pointer(at), "value": value}
        for at, value in made.items()
    ]


def _first_missing(live: Object, path: Path) -> Path:
    """The shortest prefix of path whose parent is an object but which is itself none."""
    for length in range(1, len(path)):
        if not isinstance(get(live, path[:length]), dict):
            return path[:length]
    return path


def _simulate(live: Object, operations: Patch, changes: Sequence[FieldChange]) -> Object:
    predicted = predict(canonical(live), tuple(changes))
    try:
        result: Object = apply_patch(live, operations)
    except PatchRefusedError as refused:
        raise PatchMismatchError(
            "A patch cannot be applied to its own base", str(refused)
        ) from None
    if not equal(canonical(result), predicted):
        paths = ", ".join(str(operation["path"]) for operation in operations)
        raise PatchMismatchError(
            "A patch does not give what was planned",
            f"simulated at {paths}",
            "This is a bug of the reconciler; nothing was sent. Please report it.",
        )
    return result
