"""What a reference to another resource can lead to: the lookup that gives ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.resource import Address

REFERABLE: Final[Mapping[str, str]] = {
    "objectives": "objectives",
    "guardrail": "guardrails",
    "tool": "tools",
    "document": "documents",
    "dictionary": "dictionaries",
}
"""Kind of resource that a persona can need → the folder of its definitions."""


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources that definitions can refer to."""

    ids: Mapping[Address, str] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    """The kinds that are managed, also where there is no resource of one."""
