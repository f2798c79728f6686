"""From what somebody typed to a field: dotted or as JSON Pointer, in any spelling."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from reconciler.core.document import parse_pointer
from reconciler.core.fields import READ_ONLY
from reconciler.core.persona.misplaced import MISPLACED
from reconciler.core.persona.shape import fields
from reconciler.core.persona.unknown import resembling
from reconciler.core.vocabulary import canonical_path, other_spellings

if TYPE_CHECKING:
    from reconciler.core.document import Path

_POSITION: Final = re.compile(r"\d+|\*|-|\[(\d+|\*)?\]")
_AT_THE_END: Final = re.compile(r"\[(\d+|\*)?\]$")
_MOST: Final = 3
"""Suggestions that are still of help."""


def parse_field(text: str) -> Path:
    """The canonical path that is meant, positions in lists left out.

    Raises ValueError where the text is neither a dotted path nor a JSON Pointer.
    """
    text = text.strip()
    if text in {"", "/"}:
        return ()
    names = parse_pointer(text) if text.startswith("/") else tuple(text.split("."))
    kept = tuple(_AT_THE_END.sub("", name) for name in names if not _POSITION.fullmatch(name))
    if not all(kept):
        raise ValueError("a name is empty")
    return canonical_path(kept)


def suggestions(path: Path) -> tuple[Path, ...]:
    """The fields that may be meant by a path that is none; the likeliest first, perhaps none."""
    if (answer := MISPLACED.get(path)) is not None and answer.right:
        return answer.right
    return _ending_so(path) or resembling(path) or _read_only(path)


def _ending_so(path: Path) -> tuple[Path, ...]:
    """The fields that go by the end of a path alone: llm.model, tts_engine."""
    found = tuple(at for at in fields() if _ends_so(at, path))
    return found if len(found) <= _MOST else ()


def _ends_so(field: Path, path: Path) -> bool:
    return any(
        len(name) > len(path) and name[-len(path) :] == path
        for name in (field, *other_spellings(field))
    )


def _read_only(path: Path) -> tuple[Path, ...]:
    names = {at[-1]: at for at in READ_ONLY}
    return tuple(names[name] for name in get_close_matches(path[-1], names, 1))
