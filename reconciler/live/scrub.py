"""The server's words made fit to show: short, printable, and without any secret in any guise."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

from reconciler.core.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.core.secret import Secret

LONGEST: Final = 300
"""Characters of the server's words that are kept."""

_SHORTEST: Final = 4
"""Characters of a value that is looked for: header values such as 1 are in innocent words."""


def scrubbed(text: str, secrets: Iterable[Secret], longest: int = LONGEST) -> str:
    """The text on one line, at most longest characters, secrets in it replaced by the mask."""
    values = [value for secret in secrets if len(value := secret.reveal()) >= _SHORTEST]
    guises = {guise for value in values for guise in _guises(value)}
    text = _without(text, guises)
    # Once more: what takes control characters out may put a secret together.
    text = _without(_printable(text), guises)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _without(text: str, guises: Iterable[str]) -> str:
    """The text without guises, however often quoting has put backslashes into them."""
    bare = {guise.replace("\\", "") for guise in guises} - {""}
    if not bare:
        return text
    longest_first = sorted(bare, key=lambda guise: (-len(guise), guise))
    pattern = "|".join(r"\\*".join(map(re.escape, guise)) for guise in longest_first)
    return re.sub(pattern, MASK, text, flags=re.IGNORECASE)


def _printable(text: str) -> str:
    shown = "".join(c if c.isprintable() or c.isspace() else "" for c in text)
    return " ".join(shown.split())


def _guises(value: str) -> Iterator[str]:
    """The ways in which a server or a library may write value."""
    yield value
    yield " ".join(value.split())
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield ascii(value)[1:-1]
    yield html.escape(value)
    encoded = value.encode(errors="surrogatepass")
    yield repr(encoded)[2:-1]
    yield quote(encoded, safe="")
    yield quote(encoded)
    yield quote_plus(encoded)
    yield from _base64_guises(encoded)


def _base64_guises(encoded: bytes) -> Iterator[str]:
    """base64 of the value alone or inside a longer text, as in «Basic …» of name and password."""
    for shift in range(3):
        padded = bytes(shift) + encoded
        whole = len(padded) * 8 // 6
        skipped = -(-shift * 8 // 6)
        yield b64encode(padded).decode()[skipped:whole]
        yield urlsafe_b64encode(padded).decode()[skipped:whole]
