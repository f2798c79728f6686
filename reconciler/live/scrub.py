"""The server's words made fit to show: short, printable, and without any secret in any guise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.guises import Scrubber

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.core.secret import Secret

LONGEST: Final = 300
"""Characters of the server's words that are kept."""


def scrubbed(text: str, secrets: Iterable[Secret], longest: int = LONGEST) -> str:
    """The text on one line, at most longest characters, secrets in it replaced by the mask."""
    scrubber = Scrubber(secrets)
    text = scrubber.text(text)
    # Once more: what takes control characters out may put a secret together.
    text = scrubber.text(_printable(text))
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _printable(text: str) -> str:
    shown = "".join(c if c.isprintable() or c.isspace() else "" for c in text)
    return " ".join(shown.split())
