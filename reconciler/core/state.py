"""What is remembered between runs: which address is which live id, and what was last applied.

Digests only, never a value. How it is stored is `reconciler.state`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.canonical import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Path
    from reconciler.core.resource import Address

FORMAT: Final = (1, 1)
"""Format version of the state document, major and minor."""


@dataclass(frozen=True, slots=True)
class PathRecord:
    """What was last applied to one managed path, as keyed digests."""

    applied: str
    """Digest of what was sent."""
    observed: str
    """Digest of what came back when it was read after that."""
    sensitive: bool = False
    """Whether the value was secret: it stays hidden even after the definition forgets it."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One address and the live persona it stands for."""

    id: str
    paths: Mapping[Path, PathRecord] = field(default_factory=dict)
    protect: bool = False
    source: str = ""
    """The definition file, relative to the project directory."""


@dataclass(frozen=True, slots=True)
class StateDocument:
    """Everything remembered about one environment."""

    lineage: str
    """A random id, made once: two documents with different lineages never describe one history."""
    serial: int = 0
    """Raised by one with each replace."""
    endpoint: str = ""
    """Base URL it belongs to; empty until the first apply."""
    account: str = ""
    """Digest of the API key last used; a new key of the same account replaces it."""
    key_check: str = ""
    """Digest of a constant: shows whether the digest key is still the one they were made with."""
    canonicaliser: int = VERSION
    patch_form: str = "by index"
    """The smallest patch form this endpoint has not refused (core.patch.Form)."""
    bindings: Mapping[Address, Binding] = field(default_factory=dict)

    def bound_ids(self) -> Mapping[str, Address]:
        """Live id → address."""
        return {binding.id: address for address, binding in self.bindings.items()}

    def with_binding(self, address: Address, binding: Binding) -> StateDocument:
        """A copy in which address is bound so."""
        return replace(self, bindings={**self.bindings, address: binding})

    def without_binding(self, address: Address) -> StateDocument:
        """A copy in which address is not bound."""
        kept = {known: binding for known, binding in self.bindings.items() if known != address}
        return replace(self, bindings=kept)
