"""What a client needs to know: where, with which key, in which words, how hard and how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reconciler.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    from reconciler.core.secret import Secret


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """How to reach one Tavus account."""

    base_url: str
    """Scheme, host and perhaps a path, without /v2: https://tavusapi.com."""
    api_key: Secret
    dialect: Literal["personas", "pals"]
    """The route family: /v2/personas or /v2/pals. Both serve the same records."""
    concurrency: int = 8
    """Requests under way at once, over all methods of a client."""
    timeout: float = 30
    """Seconds to wait for a connection, and for each part of an answer."""
    retries: int = 4
    """How often a failed read is repeated. Writes never are."""
    page_size: int = 100
    """Rows asked for per list call; the most that is known to work (persona-api 5.1)."""
    target_live: bool = False
    """Whether patches ask for the live record where a Builder draft exists (persona-api 6.1)."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the route."""
        return Vocabulary.PAL if self.dialect == "pals" else Vocabulary.PERSONA
