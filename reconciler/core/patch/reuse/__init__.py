"""Move and copy on top of the exact plan: proposals, tried on a live copy, kept if shorter."""

from reconciler.core.patch.reuse.repeating import is_safe_to_repeat
from reconciler.core.patch.reuse.search import with_reuse

__all__ = ["is_safe_to_repeat", "with_reuse"]
