"""From field changes to a JSON Patch (RFC 6902), and the proof that it does what was planned."""

from reconciler.core.patch.build import build_patches
from reconciler.core.patch.forms import Form
from reconciler.core.patch.plain import diff_documents
from reconciler.core.patch.simulate import PatchRefusedError, apply_patch

__all__ = ["Form", "PatchRefusedError", "apply_patch", "build_patches", "diff_documents"]
