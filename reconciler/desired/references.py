"""The address in {$ref: kind/key}: looked up, or refused."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from reconciler.core.reference import REFERABLE
from reconciler.core.resource import PERSONA, Address, Reference
from reconciler.desired.source import unreadable

if TYPE_CHECKING:
    from reconciler.core.diagnostics import Place
    from reconciler.core.errors import DefinitionError
    from reconciler.core.reference import Resources


def referred(text: str, place: Place, resources: Resources) -> tuple[Reference, str]:
    """The reference, and the id of its target. Raises DefinitionError, at place."""
    kind, slash, key = text.partition("/")
    if not slash or not key:
        hint = "Write kind/key, such as {$ref: objectives/intake}"
        raise unreadable("A reference names a resource by its address", f"«{text}»", place, hint)
    if kind == PERSONA:
        raise unreadable(
            "A persona cannot refer to a persona",
            f"«{text}»; no field of a persona takes the id of another one",
            place,
            "What several personas share goes into a base: reconcile: {extends: [bases/…]}",
        )
    if kind not in REFERABLE:
        raise _unknown_kind(kind, key, place)
    if kind not in resources.kinds:
        hint = "Write its id, or {$var: name} where the id differs between environments"
        raise unreadable("This kind of resource is not available yet", f"«{text}»", place, hint)
    target = Address(kind, key)
    if target not in resources.ids:
        close = get_close_matches(text, map(str, resources.ids), n=1)
        hint = f"Did you mean {close[0]}?" if close else ""
        raise unreadable("There is no such resource to refer to", f"«{text}»", place, hint)
    return Reference(target, place), resources.ids[target]


def _unknown_kind(kind: str, key: str, place: Place) -> DefinitionError:
    folders = {folder: name for name, folder in REFERABLE.items()}
    close = get_close_matches(kind, [*folders, *REFERABLE], n=1)
    right = folders.get(close[0], close[0]) if close else ""
    hint = f"Did you mean {right}/{key}?" if right else f"There are {', '.join(REFERABLE)}"
    return unreadable("There is no such kind of resource", f"«{kind}»", place, hint)
