"""Rules about inline tools: names that are usable and unique in their list (persona-api 5.8)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.core.document import get
from reconciler.core.fields import FIELDS, Compare
from reconciler.core.persona.problem import Problem, error, warning
from reconciler.core.persona.tools import NAME_PATTERN
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.core.document import Json
    from reconciler.core.persona.problem import Spot
    from reconciler.core.persona.subject import Subject

_TOOL_LISTS: Final = tuple(path for path, field in FIELDS.items() if field.compare is Compare.TOOLS)


def _names(subject: Subject) -> Iterator[Problem]:
    for path in _TOOL_LISTS:
        tools = get(subject.plain, path)
        seen: set[str] = set()
        for position, tool in enumerate(tools if isinstance(tools, list) else ()):
            name = _name(tool)
            spot: Spot = (*path, position, "function", "name")
            if name and name in seen:
                detail = f"{subject.name(spot)} is {subject.quote(spot)} again"
                yield error(spot, "Two tools have one name", detail, "Rename or drop one of them")
            elif name and not re.fullmatch(NAME_PATTERN, name):
                yield _unusual(subject, spot)
            seen.add(name)


def _name(tool: Json) -> str:
    function = tool.get("function") if isinstance(tool, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    return name if isinstance(name, str) else ""


def _unusual(subject: Subject, spot: Spot) -> Problem:
    return warning(
        spot,
        Rule.ODD_TOOL_NAME,
        "An unusual function name",
        f"{subject.name(spot)} is {subject.quote(spot)}; the tools registry would refuse it",
        "Use letters, digits and underscores, a letter or an underscore first, at most 64",
    )


def _types(subject: Subject) -> Iterator[Problem]:
    for path in _TOOL_LISTS:
        tools = get(subject.plain, path)
        for position, tool in enumerate(tools if isinstance(tools, list) else ()):
            kind = tool.get("type") if isinstance(tool, dict) else None
            if isinstance(kind, str) and kind != "function":
                spot: Spot = (*path, position, "type")
                detail = f"{subject.name(spot)} is {subject.quote(spot)}; known is function"
                yield warning(spot, Rule.ODD_TOOL_NAME, "Unknown kind of tool", detail)


RULES: Final[tuple[Callable[[Subject], Iterator[Problem]], ...]] = (_names, _types)
"""The rules of this module, in the order in which they speak."""
