"""Move and copy on top of the exact plan: several ways, kept if shorter and within the rules."""

from reconciler.core.patch.reuse.choosing import with_reuse

__all__ = ["with_reuse"]
