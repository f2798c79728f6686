"""What can be told of the `reconcile:` block, as of any other field."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, is_unset
from reconciler.core.documented import descriptions
from reconciler.core.explain.explanation import Default, Explanation, Member
from reconciler.core.explain.types import type_of
from reconciler.desired.reserved import BLOCK, ReservedBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Path

_PATCH: Final = "never: it is for this program, and is not sent"


def explain_block(path: Path) -> Explanation | None:
    """What is known of the block, or of a member of it; None for any other path."""
    if path == (BLOCK,):
        text = " ".join((inspect.getdoc(ReservedBlock) or "").split())
        return Explanation(
            path, path, (), "object", text, _PATCH, is_patchable=False, members=tuple(_members())
        )
    if path[:1] != (BLOCK,) or path[1:] not in {(name,) for name in ReservedBlock.model_fields}:
        return None
    name = path[1]
    default = ReservedBlock.model_fields[name].get_default(call_default_factory=True)
    return Explanation(
        path,
        path,
        (),
        type_of(ReservedBlock, name),
        _text(name),
        _PATCH,
        is_patchable=False,
        default=Default(ABSENT if is_unset(default) else default),
    )


def _members() -> Iterator[Member]:
    for name in ReservedBlock.model_fields:
        yield Member(name, type_of(ReservedBlock, name), _text(name))


def _text(name: str) -> str:
    return " ".join(descriptions(ReservedBlock)[name].split())
