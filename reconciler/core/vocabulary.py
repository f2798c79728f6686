"""The two vocabularies, persona/replica and PAL/face, as tables (persona-api section 3).

Inside the program there is one: persona words, with the current names of the perception fields.
`desired` reads authors' spellings with these tables, `live` translates on the wire, `report`
gives the author's spelling back.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Path


class Vocabulary(StrEnum):
    """Which words a file or a route uses."""

    PERSONA = "persona"
    PAL = "pal"


PAL_WORDS: Final[Mapping[Path, str]] = {
    ("persona_id",): "pal_id",
    ("persona_name",): "pal_name",
    ("persona_description",): "pal_description",
    ("persona_type",): "pal_type",
    ("default_replica_id",): "default_face_id",
    ("layers", "conversational_flow", "replica_interruptibility"): "pal_interruptibility",
}
"""Canonical path → the last name of the same field in PAL words."""

OTHER_SPELLINGS: Final[Mapping[Path, str]] = {
    ("layers", "conversational_flow", "face_interruptibility"): "replica_interruptibility",
    ("layers", "perception", "ambient_awareness_queries"): "visual_awareness_queries",
    ("layers", "perception", "perception_tool_prompt"): "visual_tool_prompt",
    ("layers", "perception", "perception_tools"): "visual_tools",
}
"""Path in another spelling → the canonical last name. On either route, in no vocabulary of its
own: old records keep the old perception names (persona-api 9.3)."""

_CANONICAL: Final[Mapping[Path, Path]] = {
    **{(*path[:-1], word): path for path, word in PAL_WORDS.items()},
    **{path: (*path[:-1], word) for path, word in OTHER_SPELLINGS.items()},
}


def canonical_path(path: Path) -> Path:
    """The canonical path of a field in any spelling; path itself where there is no other name."""
    for length in range(1, len(path) + 1):
        if (known := _CANONICAL.get(path[:length])) is not None:
            return (*known, *path[length:])
    return path


def spelled(path: Path, vocabulary: Vocabulary) -> Path:
    """A canonical path in the words of vocabulary."""
    if vocabulary is Vocabulary.PAL:
        for length in range(1, len(path) + 1):
            if (word := PAL_WORDS.get(path[:length])) is not None:
                return (*path[: length - 1], word, *path[length:])
    return path


def vocabulary_of(path: Path) -> Vocabulary | None:
    """The vocabulary whose word ends path, or None where both use the same word."""
    if path in PAL_WORDS:
        return Vocabulary.PERSONA
    if (
        (known := _CANONICAL.get(path)) is not None
        and known in PAL_WORDS
        and PAL_WORDS[known] == path[-1]
    ):
        return Vocabulary.PAL
    return None


def other_spellings(path: Path) -> tuple[Path, ...]:
    """Every path that means the same field as the canonical path, the canonical one left out."""
    return tuple(other for other, known in _CANONICAL.items() if known == path)
