"""The guises in which a secret may come back: escaped, quoted, encoded, cut; and texts without."""

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

_SHORTEST: Final = 4
"""Characters of a value that is looked for: header values such as 1 are in innocent words."""


class Scrubber:
    """Takes secrets out of whole values, in any guise, and leaves the rest as it is."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        values = [value for secret in secrets if len(value := secret.reveal()) >= _SHORTEST]
        bare = {guise.replace("\\", "") for value in values for guise in _guises(value)} - {""}
        self._pattern = _pattern(bare)
        self._shortest = min(map(len, bare), default=0)

    def text(self, text: str) -> str:
        """The text with the mask in place of secrets."""
        if self._pattern is None or len(text) < self._shortest:
            return text
        return self._pattern.sub(MASK, text)

    def value(self, value: Json) -> Json:
        """A JSON value with every string in it, names of members included, so treated."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(name): self.value(member) for name, member in value.items()}
        return value


PART: Final = 6
"""Characters of a secret, in a row, that give it away."""

WORD: Final = re.compile(r"[^\s'\"{}\[\]():;,«»]+")
"""A word as it stands in prose, JSON or a list."""


class Parts:
    """Knows what gives a secret away even where it was cut."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        values = (secret.reveal().casefold() for secret in secrets)
        self._parts = {
            value[at : at + PART] for value in values for at in range(len(value) - PART + 1)
        }

    def are_in(self, text: str) -> bool:
        """Whether a part of a secret stands in the text."""
        lowered = text.casefold()
        last = len(lowered) - PART
        return not self._parts.isdisjoint([lowered[at : at + PART] for at in range(last + 1)])


class Hider:
    """Puts the mask in place of every word in which a secret, or a part of one, stands."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        known = list(secrets)
        self._scrubber, self._parts = Scrubber(known), Parts(known)

    def text(self, text: str) -> str:
        """The text as it may be shown."""
        return WORD.sub(self._word, self._scrubber.text(text))

    def _word(self, found: re.Match[str]) -> str:
        return MASK if self._parts.are_in(found[0]) else found[0]


def _pattern(bare: Iterable[str]) -> re.Pattern[str] | None:
    """What finds guises without their backslashes, however many quoting has put into them."""
    longest_first = sorted(bare, key=lambda guise: (-len(guise), guise))
    pattern = "|".join(r"\\*".join(map(re.escape, guise)) for guise in longest_first)
    return re.compile(pattern, flags=re.IGNORECASE) if pattern else None


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
    yield encoded.hex()
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
