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

    from reconciler.core.document import Json
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


class Scrubber:
    """Takes secrets out of whole values, in any guise, and leaves the rest as it is."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        values = [value for secret in secrets if len(value := secret.reveal()) >= _SHORTEST]
        self._pattern = _pattern(guise for value in values for guise in _guises(value))

    def text(self, text: str) -> str:
        """The text with the mask in place of secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def value(self, value: Json) -> Json:
        """A JSON value with every string in it, names of members included, so treated."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(name): self.value(member) for name, member in value.items()}
        return value


def _without(text: str, guises: Iterable[str]) -> str:
    pattern = _pattern(guises)
    return pattern.sub(MASK, text) if pattern else text


def _pattern(guises: Iterable[str]) -> re.Pattern[str] | None:
    """What finds guises, however often quoting has put backslashes into them."""
    bare = {guise.replace("\\", "") for guise in guises} - {""}
    longest_first = sorted(bare, key=lambda guise: (-len(guise), guise))
    pattern = "|".join(r"\\*".join(map(re.escape, guise)) for guise in longest_first)
    return re.compile(pattern, flags=re.IGNORECASE) if pattern else None


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
