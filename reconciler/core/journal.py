"""What a run writes down before it sends anything, so that any later run can settle what it left.

An intent is durable before its request. It goes when the outcome is known; what is still there
when a run begins is settled by looking at live (`settling`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.core.same import name_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.action import Action
    from reconciler.core.binding import PathRecord
    from reconciler.core.document import Path
    from reconciler.core.resource import Address

_NONCE: Final = re.compile(r"rc[0-9a-f]{16}$")
_KEPT: Final = 40
"""Characters of the name that stay in a provisional one: a limit on names is unknown."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A request that is about to be sent, or was, and whose outcome is not recorded yet."""

    address: Address
    action: Action
    run: str
    """Id of the run."""
    id: str = ""
    """Live id; empty for a create."""
    nonce: str = ""
    """For a create: what its provisional name ends with."""
    paths: Mapping[Path, PathRecord] = field(default_factory=dict)
    """For an update or an adoption: digests of what is wanted and of what is sent."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A persona this tool deleted. A list may show it for a while; it is not adopted again."""

    address: Address
    id: str
    run: str


@dataclass(frozen=True, slots=True)
class Nonce:
    """A nonce that was given to a create: whatever carries it in its name is ours."""

    address: Address
    run: str


def new_nonce(random: bytes) -> str:
    """The nonce made of eight random bytes: letters and digits only, which every route keeps."""
    return f"rc{random[:8].hex()}"


def provisional_name(name: str, nonce: str) -> str:
    """What a persona is called until its id is recorded."""
    return f"{name[:_KEPT].rstrip()} {nonce}"


def nonce_in(name: str) -> str:
    """The nonce that a provisional name ends with; empty where the name is none."""
    found = _NONCE.search(name_key(name))
    return found[0] if found else ""
