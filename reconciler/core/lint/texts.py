"""The texts of a definition that people write, and their parts that are code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.core.document import get

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.core.document import Absent, Json, Path
    from reconciler.core.persona.problem import Spot
    from reconciler.core.persona.subject import Subject

PROMPTS: Final[tuple[Path, ...]] = (("system_prompt",), ("context",))
"""What the language model is told."""

SPOKEN: Final[tuple[Path, ...]] = (("greeting",), ("verbal_disclosure",))
"""What is spoken word for word; everything else only reaches the language model."""

_SEES: Final[Path] = ("layers", "perception")
TOOL_PROMPTS: Final[tuple[Path, ...]] = tuple(
    (*_SEES, name) for name in ("visual_tool_prompt", "audio_tool_prompt", "tool_prompt")
)
"""What the perception model is told about its tools."""

_SENSES: Final = ("visual", "audio", "screen")
PROSE: Final[tuple[Path, ...]] = (
    ("persona_name",),
    *PROMPTS,
    *SPOKEN,
    ("visual_disclosure",),
    ("memories",),
    ("layers", "llm", "tools"),
    *TOOL_PROMPTS,
    *((*_SEES, f"{sense}_awareness_queries") for sense in _SENSES),
    *((*_SEES, f"{sense}_tools") for sense in _SENSES),
    (*_SEES, "perception_analysis_queries"),
)
"""Where sentences stand, rather than ids, names and settings."""

_CODE: Final = re.compile(
    r"^ {0,3}(?P<fence>```+|~~~+).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)|`[^`\n]+`",
    re.MULTILINE | re.DOTALL,
)


class Text(NamedTuple):
    """One text, and where it stands."""

    spot: Spot
    value: str


def texts_at(subject: Subject, paths: Iterable[Path]) -> list[Text]:
    """Every text at or below the paths that stands in a file; none that is a Secret."""
    found: list[Text] = []
    for path in paths:
        _collect(get(subject.given, path), path, found)
    return found


def texts_in(value: Json) -> list[Text]:
    """Every text in a value that is no Secret."""
    found: list[Text] = []
    _collect(value, (), found)
    return found


def _collect(value: Json | Absent, spot: Spot, found: list[Text]) -> None:
    if isinstance(value, str):
        found.append(Text(spot, value))
    elif isinstance(value, dict):
        for name, member in value.items():
            _collect(member, (*spot, name), found)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            _collect(item, (*spot, position), found)


def without_code(text: str) -> str:
    """The text with blanks in place of fenced code blocks and code spans, so of equal length."""
    if "`" not in text and "~~~" not in text:
        return text
    return _CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
