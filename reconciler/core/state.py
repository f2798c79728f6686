"""What is remembered between runs: which address is which live id, and what was last applied.

Digests only, never a value. How it is stored is `reconciler.state`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.canonical import VERSION
from reconciler.core.run import KEPT_RUNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.binding import Binding
    from reconciler.core.journal import Intent, Nonce, Tombstone
    from reconciler.core.resource import Address
    from reconciler.core.run import Lease, RunRecord

FORMAT: Final = (1, 3)
"""Format version of the state document, major and minor."""


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
    lease: Lease | None = None
    """Who may write now; None where nobody does."""
    intents: Mapping[str, Intent] = field(default_factory=dict)
    """Operation → what is about to be sent. An operation is an address, or leftover/ID."""
    nonces: Mapping[str, Nonce] = field(default_factory=dict)
    """Every nonce given to a create in one of the remembered runs."""
    tombstones: tuple[Tombstone, ...] = ()
    """Personas deleted in one of the remembered runs."""
    runs: tuple[RunRecord, ...] = ()
    """The last runs, oldest first, at most KEPT_RUNS."""

    def bound_ids(self) -> Mapping[str, Address]:
        """Live id → address."""
        return {binding.id: address for address, binding in self.bindings.items()}

    def buried_ids(self) -> frozenset[str]:
        """The ids of deleted personas."""
        return frozenset(tombstone.id for tombstone in self.tombstones)

    def with_binding(self, address: Address, binding: Binding) -> StateDocument:
        """A copy in which address is bound so."""
        return replace(self, bindings={**self.bindings, address: binding})

    def without_binding(self, address: Address) -> StateDocument:
        """A copy in which address is not bound."""
        kept = {known: binding for known, binding in self.bindings.items() if known != address}
        return replace(self, bindings=kept)

    def with_run(self, run: RunRecord) -> StateDocument:
        """A copy in which the run is the last one, and what only older runs knew is dropped."""
        runs = (*(known for known in self.runs if known.id != run.id), run)[-KEPT_RUNS:]
        ids = {known.id for known in runs} | {intent.run for intent in self.intents.values()}
        return replace(
            self,
            runs=runs,
            nonces={nonce: given for nonce, given in self.nonces.items() if given.run in ids},
            tombstones=tuple(one for one in self.tombstones if one.run in ids),
        )
