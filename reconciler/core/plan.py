"""The plan: what would be done, as plain data that can be printed, hashed, stored and compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.core.action import Action
from reconciler.core.resource import OnActive
from reconciler.core.service.profile import SHIPPED
from reconciler.core.sides import Attribution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.against import Against
    from reconciler.core.diagnostics import Diagnostic, Place
    from reconciler.core.diff import FieldChange, FieldConflict
    from reconciler.core.document import Object, Path
    from reconciler.core.resource import Address
    from reconciler.core.service.profile import Profile
    from reconciler.core.settling import Leftover


@dataclass(frozen=True, slots=True)
class Change:
    """One address, an action, and the field changes that make it up."""

    address: Address
    action: Action
    id: str = ""
    """Live id; empty where one will be assigned."""
    name: str = ""
    reason: str = ""
    """Why this action, where that is not obvious; for people only, never steers an apply."""
    fields: tuple[FieldChange, ...] = ()
    patches: tuple[tuple[Object, ...], ...] = ()
    """Exactly what will be sent, one JSON Patch per request, in persona words."""
    body: Object | None = None
    """For a create: the document to send."""
    conflicts: tuple[FieldConflict, ...] = ()
    equivalent: tuple[Path, ...] = ()
    """Fields the server stores in its own way; left alone."""
    previous: Address | None = None
    place: Place | None = None
    places: Mapping[Path, Place] = field(default_factory=dict, compare=False, repr=False)
    spellings: Mapping[Path, Path] = field(default_factory=dict, compare=False, repr=False)
    """Canonical path → the author's, for reports."""
    protected: bool = False
    drift: tuple[FieldChange, ...] = ()
    """Managed fields that moved outside since the last apply: git's value → what is live."""
    vanished: bool = False
    """Whether the persona it was bound to no longer exists."""
    labels: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The definition's labels."""
    sources: tuple[str, ...] = field(default=(), compare=False)
    """The fragments it is made of: every file but the definition itself."""
    model: str = field(default="", compare=False)
    """The language model it will use; empty for the default one or where nobody says."""
    conversations: int | None = field(default=None, compare=False)
    """Conversations with it that are active now; None where that is not known."""
    on_active: OnActive = field(default=OnActive.WARN, compare=False)
    """What its definition wants done about them."""

    def place_of(self, path: Path) -> Place | None:
        """Where git says what it says of a field, or of the nearest object around it."""
        known = (self.places.get(path[:length]) for length in range(len(path), 0, -1))
        return next((place for place in known if place is not None), None)

    @property
    def overwrites(self) -> bool:
        """Whether a change made outside is overwritten."""
        return any(change.attribution is not Attribution.GIT for change in self.fields)

    @property
    def is_ahead(self) -> bool:
        """Whether git moved and an apply has not followed yet."""
        if self.action in {Action.CREATE, Action.ADOPT, Action.DELETE}:
            return not self.vanished
        return any(change.attribution is not Attribution.OUTSIDE for change in self.fields)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that would be done to one environment."""

    environment: str
    endpoint: str
    lineage: str
    serial: int
    """How often the state document had been replaced."""
    changes: tuple[Change, ...]
    """In order of address."""
    fingerprint: str
    """Hash of what would be sent; equal plans have equal fingerprints."""
    account: str = ""
    """Digest of the API key it was made with."""
    forgotten: tuple[Address, ...] = ()
    """Bound addresses with neither persona nor definition: the binding is dropped on apply."""
    diagnostics: tuple[Diagnostic, ...] = ()
    targets: frozenset[Address] = frozenset()
    """The addresses it is limited to; empty for all."""
    definitions: int = 0
    """How many definitions there are for the environment."""
    leftovers: tuple[Leftover, ...] = ()
    """What creates of earlier runs left beside the persona that is bound; deleted on apply."""
    profile: Profile = SHIPPED
    """How the service behaves, as far as the plan relied on it."""
    bound: int = 0
    """How many bindings the state held: what shares are shares of."""
    against: Against | None = None
    """What it was made against, where that was not Tavus; it is never applied then."""
    conversations_unknown: str = field(default="", compare=False)
    """Why the active conversations are not known, where they were asked for and are not."""

    def count(self, action: Action) -> int:
        """How many changes have this action."""
        return sum(change.action is action for change in self.changes)

    @property
    def summary(self) -> Mapping[Action, int]:
        """Action → number of addresses."""
        return {action: self.count(action) for action in Action}

    @property
    def has_changes(self) -> bool:
        """Whether an apply would do, or refuse, something."""
        found = any(c.action.writes or c.action is Action.CONFLICT for c in self.changes)
        return found or bool(self.leftovers)

    @property
    def drift(self) -> Mapping[Address, tuple[FieldChange, ...]]:
        """Address → managed fields that moved outside since the last apply."""
        return {change.address: change.drift for change in self.changes if change.drift}

    @property
    def vanished(self) -> tuple[Address, ...]:
        """Bound addresses whose persona no longer exists."""
        return (*(c.address for c in self.changes if c.vanished), *self.forgotten)

    @property
    def ahead(self) -> tuple[Address, ...]:
        """Addresses where git moved and an apply has not followed yet."""
        return tuple(change.address for change in self.changes if change.is_ahead)

    def of(self, address: Address) -> Change | None:
        """The change of one address."""
        return next((change for change in self.changes if change.address == address), None)
