"""What of a tool is secret: hidden on the way out, kept where it is left out (section 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import get, with_value
from reconciler.core.secret import MASK

if TYPE_CHECKING:
    from reconciler.core.document import Object

SECRET: Final = ("token", "password", "value", "secret", "client_secret")

_AUTH: Final = ("delivery", "api", "auth")


def masked(tool: Object) -> Object:
    """The tool with eight asterisks in the place of each secret."""
    hidden = {name: MASK for name, value in _auth(tool).items() if name in SECRET and value}
    return with_value(tool, _AUTH, _auth(tool) | hidden) if hidden else tool


def has_mask(tool: Object) -> bool:
    """Whether somebody sends asterisks back."""
    return any(_auth(tool).get(name) == MASK for name in SECRET)


def with_kept(tool: Object, before: Object) -> Object:
    """The tool with the secrets that were stored where the same kind of auth leaves them out."""
    auth, old = _auth(tool), _auth(before)
    if not auth or auth.get("type") != old.get("type"):
        return tool
    kept = {name: value for name, value in old.items() if name in SECRET and name not in auth}
    return with_value(tool, _AUTH, auth | kept)


def _auth(tool: Object) -> Object:
    found = get(tool, _AUTH)
    return found if isinstance(found, dict) else {}
