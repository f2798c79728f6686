"""The patch between any two JSON documents: members of objects exactly, lists whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.core.document import ABSENT, equal, get, pointer
from reconciler.core.errors import PatchMismatchError
from reconciler.core.patch.simulate import apply_patch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Json, Object, Path


def diff_documents(before: Json, after: Json) -> tuple[Object, ...]:
    """Operations that turn before into after; none where they are equal.

    An object is never replaced by an object: what both have is compared member by member.
    Applied to a copy and compared before it is returned; raises PatchMismatchError otherwise.
    """
    operations = tuple(sorted(_between(before, after, ()), key=_rank))
    if not equal(apply_patch(before, operations), after):
        raise PatchMismatchError("A patch does not give the document it was made for")
    return operations


def _rank(operation: Object) -> tuple[bool, str]:
    return operation["op"] != "remove", operation["path"]


def _between(before: Json, after: Json, path: Path) -> Iterator[Object]:
    if not (isinstance(before, dict) and isinstance(after, dict)):
        if not equal(before, after):
            yield {"op": "replace", "path": pointer(path), "value": after}
        return
    for name in before.keys() | after.keys():
        have, want, at = get(before, (name,)), get(after, (name,)), (*path, name)
        if want is ABSENT:
            yield {"op": "remove", "path": pointer(at)}
        elif have is ABSENT:
            yield {"op": "add", "path": pointer(at), "value": want}
        else:
            yield from _between(have, want, at)
