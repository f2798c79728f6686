"""Keyed digests of field values: what state holds in place of values."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from reconciler.core.document import is_unset
from reconciler.core.fields import Compare, field_at
from reconciler.core.same import canonical_text, tools_by_name

if TYPE_CHECKING:
    from reconciler.core.document import Absent, Json, Path
    from reconciler.core.secret import Secret

UNSET_DIGEST: Final = "unset"
"""The digest of every value that means «not set»."""


class Digests:
    """Keyed digests of values, comparable across runs and useless without the key.

    The key comes from the state's lineage and, where the team sets one, a secret of the
    environment: a plain hash of a short value could be guessed.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, path: Path, value: Json | Absent) -> str:
        """The digest of a canonical value of the field at path; UNSET_DIGEST where not set."""
        if is_unset(value):
            return UNSET_DIGEST
        match field_at(path).compare:
            case Compare.SET if isinstance(value, list):
                value = sorted(set(map(canonical_text, value)))
            case Compare.TOOLS if isinstance(value, list) and (tools := tools_by_name(value)):
                value = tools
            case _:
                pass
        return self.of_text(canonical_text(value))

    def of_text(self, text: str) -> str:
        """The digest of a text: 128 bits in hexadecimal."""
        return hmac.new(
            self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()[:32]


def digests_for(lineage: str, extra: Secret | None = None) -> Digests:
    """The digests of a state document, keyed by its lineage and the team's own secret, if any."""
    material = lineage if extra is None else f"{lineage}\n{extra.reveal()}"
    return Digests(hashlib.sha256(f"persona-reconciler\n{material}".encode()).digest())


def key_check(digests: Digests) -> str:
    """What StateDocument.key_check holds for these digests."""
    return digests.of_text("key check")
