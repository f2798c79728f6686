"""A throw-away persona, as a probe writes it down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Made:
    """One that was, or is about to be, created."""

    name: str
    """With its mark."""
    endpoint: str
    id: str = ""
    """Empty before the answer came."""
