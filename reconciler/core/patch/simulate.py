"""The jsonpatch package: it applies patches to copies, and its own patch is the one to beat.

The only place that imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonpatch
import jsonpointer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.document import Json, Object


class PatchRefusedError(Exception):
    """The patch cannot be applied to the document; the text says which operation and why."""


def apply_patch(document: Json, operations: Sequence[Object]) -> Json:
    """A patched copy of document. Raises PatchRefusedError; document itself never changes."""
    try:
        patch = jsonpatch.JsonPatch(_unshared([*operations]))
        return patch.apply(_unshared(document), in_place=True)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as refused:
        raise PatchRefusedError(str(refused)) from refused
    except (TypeError, KeyError, ValueError, AttributeError) as malformed:
        raise PatchRefusedError(f"malformed operation: {malformed}") from malformed


def package_patch(before: Json, after: Json) -> list[Object] | None:
    """The package's own patch of add, remove, replace and move; None where it gives up.

    It compares JSON only, so no Secret, and takes more stack than we do for each level.
    """
    try:
        operations: list[Object] = jsonpatch.make_patch(before, after).patch
    except (TypeError, RecursionError):
        return None
    return operations


def _unshared(value: Json) -> Json:
    """A copy in which no two places hold one Python object: in JSON each place has its own."""
    if isinstance(value, dict):
        return {name: _unshared(child) for name, child in value.items()}
    return [*map(_unshared, value)] if isinstance(value, list) else value
