"""Apply a patch to a copy, with the jsonpatch package: the only place that imports it."""

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
        return jsonpatch.JsonPatch(list(operations)).apply(document)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as refused:
        raise PatchRefusedError(str(refused)) from refused
    except (TypeError, KeyError, ValueError, AttributeError) as malformed:
        raise PatchRefusedError(f"malformed operation: {malformed}") from malformed
