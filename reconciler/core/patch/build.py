"""Field changes → the shortest patches under the wire rules, proved on a copy of live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.canonical import canonical
from reconciler.core.diff import predict
from reconciler.core.document import ABSENT, equal, get, is_unset, pointer, with_value, without
from reconciler.core.errors import PatchMismatchError
from reconciler.core.fields import CONFERENCING
from reconciler.core.patch.forms import RULES, Form
from reconciler.core.patch.minimal import minimal_patch
from reconciler.core.patch.simulate import PatchRefusedError, apply_patch
from reconciler.core.secret import Secret
from reconciler.core.vocabulary import other_spellings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Json, Object

    Patch = tuple[Object, ...]


def build_patches(
    live: Object, changes: Sequence[FieldChange], form: Form = Form.BY_INDEX
) -> tuple[Patch, ...]:
    """The patches that turn live into the prediction, in the order they must be sent.

    Conferencing is a patch of its own, because Tavus takes it alone only (persona-api 6.2).
    Empty changes give no patch. What is returned has been applied to a copy of live and compared.

    Args:
        live: the document as read, not canonicalized: a patch names what is really there.
        changes: at most one per path, no path a prefix of another.
        form: how much may be resent around what changes.

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
        operations = _operations(document, group, form)
        if operations:
            document = _simulate(document, operations, group)
            patches.append(operations)
    return tuple(patches)


def _operations(live: Object, changes: Sequence[FieldChange], form: Form) -> Patch:
    target = live
    for change in sorted(changes, key=lambda change: change.path):
        target = _laid_over(target, change)
    if form is Form.WHOLE_LAYER:
        return _whole_layers(live, target)
    return _in_order(minimal_patch(live, target, RULES[form]), changes)


def _in_order(operations: Patch, changes: Sequence[FieldChange]) -> Patch:
    """Removed fields first, then by path; the operations inside one field stay as they are.

    Operations on different members commute, and a plan has one order whatever that of live.
    """
    fields = [pointer(change.path) for change in changes]

    def rank(operation: Object) -> tuple[bool, str]:
        path: str = operation["path"]
        inside = next((at for at in fields if path.startswith(f"{at}/")), None)
        return inside is not None or operation["op"] != "remove", inside or path

    return tuple(sorted(operations, key=rank))


def _laid_over(document: Object, change: FieldChange) -> Object:
    """The document after one change, in the spellings it really has.

    An old spelling beside the new one would say something else (persona-api 11.14).
    """
    others = other_spellings(change.path)
    if change.after is ABSENT:
        for path in (change.path, *others):
            document = without(document, path)
        return document
    for path in others:
        if not is_unset(get(document, path)):
            document = without(document, path)
    return with_value(document, change.path, change.after)


def _whole_layers(live: Object, target: Object) -> Patch:
    """Each layer that differs whole; but never a mask: such a layer goes member by member."""
    document = live
    whole: list[Object] = []
    layers: Json = get(target, ("layers",))
    for name in sorted(layers) if isinstance(layers, dict) else []:
        path = ("layers", name)
        before, after = get(live, path), get(target, path)
        if isinstance(before, dict) and not equal(before, after) and not _has_mask(after):
            whole.append({"op": "replace", "path": pointer(path), "value": after})
            document = with_value(document, path, after)
    return (*whole, *minimal_patch(document, target, RULES[Form.WHOLE_LAYER]))


def _has_mask(value: Json) -> bool:
    if isinstance(value, dict):
        return any(map(_has_mask, value.values()))
    if isinstance(value, list):
        return any(map(_has_mask, value))
    return isinstance(value, Secret) and value.is_mask


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
