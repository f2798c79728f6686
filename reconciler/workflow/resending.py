"""When a patch is refused or does not show: the same change once more, in a coarser form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import pointer
from reconciler.core.errors import TavusConflictError, TavusRejectedError, TavusServerError
from reconciler.core.patch import Form, build_patches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.diff import FieldChange
    from reconciler.core.document import Object
    from reconciler.core.errors import TavusError

    Patches = tuple[tuple[Object, ...], ...]

REFUSED: Final = frozenset({400, 422, 500})
"""Statuses that may be about the form of a patch rather than its content (persona-api 4.1)."""


def may_be_the_form(failed: TavusError) -> bool:
    """Whether another form of the same change may be taken where this one was not."""
    if isinstance(failed, TavusConflictError):
        return False
    known = isinstance(failed, TavusRejectedError | TavusServerError)
    return known and failed.status in REFUSED


def coarser(
    live: Object, fields: Sequence[FieldChange], form: Form, sent: Patches
) -> tuple[Form, Patches] | None:
    """The next form that differs from what was sent; None where there is none.

    Args:
        live: the document read after the refusal: a patch is never sent again blind.
        fields: what still reads as before.
        form: the form that did not do.
        sent: its patches.
    """
    following = form.coarser
    while following is not None:
        patches = build_patches(live, fields, following)
        if any(patch not in sent for patch in patches):
            return following, patches
        following = following.coarser
    return None


def has_positions(patches: Patches, fields: Sequence[FieldChange]) -> bool:
    """Whether the patches edit a list by position: what a server may refuse for good.

    Only that is remembered. A whole layer is a last resort each time: it writes back what others
    manage, as it was read.
    """
    inside = tuple(f"{pointer(field.path)}/" for field in fields if isinstance(field.after, list))
    return any(op["path"].startswith(inside) for patch in patches for op in patch)
