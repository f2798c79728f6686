"""One address, the live persona it stands for, and what was last applied to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Path


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
