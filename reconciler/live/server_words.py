"""The server's words out of an answer's body: both envelopes, and the title of a web page."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Final

from reconciler.live.exchange import is_html
from reconciler.live.scrub import scrubbed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.core.document import Json, Object
    from reconciler.core.secret import Secret
    from reconciler.live.exchange import Answer

_ENVELOPES: Final = ("error", "message")
_TITLE: Final = re.compile(r"<title[^>]*>([^<]*)<", re.IGNORECASE)
_HEAD: Final = 20_000
"""Bytes of a page in which its title is looked for."""
_LONGEST_TITLE: Final = 80


def quoted(answer: Answer, body: Object, secrets: Iterable[Secret]) -> str:
    """How a sentence goes on after «answered 400»; nothing of an unrecognised body is quoted."""
    said = ". ".join(dict.fromkeys(_text(body[name]) for name in _ENVELOPES if body.get(name)))
    if words := scrubbed(said, secrets):
        return f": «{words}»"
    if not is_html(answer):
        return ""
    title = scrubbed(_title(answer.content), secrets, _LONGEST_TITLE)
    return f" with an HTML page titled «{title}»" if title else " with an HTML page"


def _text(said: Json) -> str:
    if isinstance(said, str):
        return said
    try:
        return json.dumps(said, ensure_ascii=False)
    except RecursionError:
        return ""


def _title(page: bytes) -> str:
    found = _TITLE.search(page[:_HEAD].decode(errors="replace"))
    return html.unescape(found[1]) if found else ""
