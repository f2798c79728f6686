"""What is known of one field, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.document import ABSENT

if TYPE_CHECKING:
    from reconciler.core.document import Absent, Json, Path
    from reconciler.core.persona.known import Replaced, Values
    from reconciler.core.persona.sources import Provenance
    from reconciler.core.service.profile import Answer
    from reconciler.core.service.question import Question


@dataclass(frozen=True, slots=True)
class Default:
    """What an absent member stands for."""

    value: Json | Absent = ABSENT
    """ABSENT where there is none, or none is known."""
    since: str = ""
    """Year, or year-month, where the vendor has changed it before."""
    condition: str = ""
    """When it holds; empty for always."""


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the list of members."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A question about the service that concerns the field, and its answer."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one field. Paths are canonical; those through a list name no position."""

    path: Path
    """Empty for the persona itself."""
    pal_path: Path
    """The same in PAL words."""
    other_names: tuple[Path, ...]
    """Spellings of no vocabulary: older ones, and one of the vendor's client."""
    type: str
    description: str
    patch: str
    """Whether, and how, an existing persona's field is changed."""
    is_patchable: bool
    examples: tuple[Json, ...] = ()
    values: Values | None = None
    default: Default = Default()
    server: tuple[str, ...] = ()
    """What the service does to it, and how that is dealt with, a sentence each."""
    findings: tuple[Finding, ...] = ()
    replaced: Replaced | None = None
    is_sensitive: bool = False
    provenance: Provenance | None = None
    members: tuple[Member, ...] = ()
