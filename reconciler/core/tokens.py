"""How long a text is to a language model, estimated, and how much a hosted model takes at a time.

Every model counts in its own way and no tokenizer is loaded here, so this is a rule of thumb: four
characters of ASCII to a token, two of other alphabets (Latin with accents, Greek, Cyrillic, Hebrew,
Arabic), and one token for each character beyond those (Chinese, Japanese, Korean, Indic scripts,
typographic quotes, emoji). Close enough to tell a quarter of a window from a whole one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.core.persona.known import HOSTED

if TYPE_CHECKING:
    from collections.abc import Mapping

ENOUGH: Final = 15_000
"""Tokens of a prompt from which answers get worse (persona-api 8.1)."""

_ASCII_PER_TOKEN: Final = 4
_LETTERS_PER_TOKEN: Final = 2
_OTHER_LETTER: Final = re.compile("[\u0080-\u07ff]")
_ASCII: Final = re.compile("[\u0000-\u007f]")

_WINDOW: Final = 32_000
"""Tokens of a hosted model's window, as documented in May 2026 (persona-api 8.1)."""
_WINDOWS: Final[Mapping[str, int]] = {"tavus-glm-4.7": 200_000}
"""Hosted models with another window."""


def estimated_tokens(text: str) -> int:
    """About how many tokens a model makes of text; rounded up."""
    if text.isascii():
        return -(-len(text) // _ASCII_PER_TOKEN)
    plain = len(_ASCII.findall(text))
    letters = len(_OTHER_LETTER.findall(text))
    rest = len(text) - plain - letters
    return -(-plain // _ASCII_PER_TOKEN) + -(-letters // _LETTERS_PER_TOKEN) + rest


def window_of(model: str) -> int | None:
    """Tokens a hosted model takes in all, the default one where model is empty; else None."""
    if model and not model.startswith(HOSTED):
        return None
    return _WINDOWS.get(model, _WINDOW)
