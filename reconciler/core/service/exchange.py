"""One request to the service and what came back, as values that can be judged and written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from reconciler.core.document import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Absent, Json

_TAKEN: Final = 2
_UNCHANGED: Final = 304


@dataclass(frozen=True, slots=True)
class Asking:
    """A request, word for word."""

    method: str
    path: str
    """From the root of the API: /v2/personas/p123."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Json | Absent = ABSENT

    def __str__(self) -> str:
        asked = f"?{urlencode(self.query)}" if self.query else ""
        return f"{self.method} {self.path}{asked}"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with any status. The API key is in none of its parts."""

    status: int
    body: Json | Absent = ABSENT
    """ABSENT where there is none, or none that is JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    @property
    def taken(self) -> bool:
        """Whether what was asked is done, or was so before (304)."""
        return self.status // 100 == _TAKEN or self.status == _UNCHANGED

    @property
    def refused(self) -> bool:
        """Whether the service understood and said no: a status of the four hundreds."""
        return 400 <= self.status < 500  # noqa: PLR2004 - the class of statuses itself

    @property
    def words(self) -> str:
        """What the service said, on one line; empty where it said nothing."""
        said = self.body if isinstance(self.body, dict) else {}
        text = next((said[name] for name in ("error", "message") if said.get(name)), "")
        return " ".join(text.split())[:160] if isinstance(text, str) else ""

    def __str__(self) -> str:
        return f"{self.status} «{self.words}»" if self.words else str(self.status)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Both, and what they were for."""

    number: int
    """From 1, in the order of sending."""
    experiment: str
    """The id of the experiment that asked; «set up» and «tidy up» for what surrounds them."""
    asking: Asking
    reply: Reply
