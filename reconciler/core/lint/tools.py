"""PR301 to PR303: what the prompt says about tools, against the tools the persona has.

Tools attached by id (tool_ids, MCP connectors) have names that only Tavus knows: where a persona
has such, the prompt may name anything.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from reconciler.core.document import get
from reconciler.core.fields import FIELDS, Compare
from reconciler.core.lint.texts import PROMPTS, TOOL_PROMPTS, Text, texts_at
from reconciler.core.persona.problem import Problem, warning
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.document import Json, Path
    from reconciler.core.persona.subject import Subject

_LISTS: Final = tuple(path for path, field in FIELDS.items() if field.compare is Compare.TOOLS)
_INLINE: Final[Path] = ("layers", "llm", "tools")
_ATTACHED: Final[Path] = ("tool_ids",)
_UNSEEN: Final[tuple[Path, ...]] = (
    _ATTACHED,
    ("layers", "mcp", "connectors"),
    ("layers", "capabilities", "mcp_enabled"),
)
_BUILT_IN: Final = frozenset({"end_call"})
"""Tools every persona has (resources-api, tools)."""

_NAME: Final = re.compile(
    r"`(?P<code>[A-Za-z_]\w{1,63})(?:\([^`\n]*\))?`|\b(?P<plain>[A-Za-z]\w*_\w+)"
)
_CALLED: Final = re.compile(
    r"\b(?:call|invoke|trigger|run|execute|tool|function)s?\s+(?:the\s+)?$", re.IGNORECASE
)
_USED: Final = re.compile(r"\b(?:use|using)\s+(?:the\s+)?$", re.IGNORECASE)
_DOES: Final = re.compile(
    r"(?:get|set|find|search|book|check|create|open|close|send|look|fetch|load|update|cancel|save|"
    r"submit|log|end|start|stop|transfer|schedule|query|list|add|remove|delete|show|report|record|"
    r"call|lookup|notify|escalate|verify|calculate|play|request|register|collect|track)_",
    re.IGNORECASE,
)
"""Tools do something, and their names say so; what one «uses» besides are mostly values."""
_IS_TOOL: Final = re.compile(r"\((?!s\))|`?\s+(?:tool|function)\b", re.IGNORECASE)
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_AROUND: Final = 24
"""Characters around a name that tell whether it is one of a tool."""
_SHORTEST_WORD: Final = 4


def named_but_not_attached(subject: Subject) -> Iterator[Problem]:
    """Names that the prompt calls like a tool. Each once, at its first place."""
    if any(subject.has(path) and get(subject.plain, path) is not False for path in _UNSEEN):
        return
    tools = _functions(subject)
    known = {*tools, *_BUILT_IN, *(name for tool in tools.values() for name in _arguments(tool))}
    for text in texts_at(subject, (*PROMPTS, *TOOL_PROMPTS)):
        told: set[str] = set()
        for name, offset in _called(text.value):
            if name not in known and name not in told:
                told.add(name)
                yield _not_attached(subject, text, name, offset, tools)


def _called(text: str) -> Iterator[tuple[str, int]]:
    if "_" not in text and "`" not in text:
        return
    for match in _NAME.finditer(text):
        name = match["code"] or match["plain"]
        before, after = (
            text[max(0, match.start() - _AROUND) : match.start()],
            text[match.end() :][:12],
        )
        called = _CALLED.search(before) or _IS_TOOL.match(after) or "(" in match[0]
        used = _DOES.match(name) and _USED.search(before)
        if called or used:
            yield name, match.start()


def _not_attached(
    subject: Subject, text: Text, name: str, offset: int, tools: Mapping[str, Any]
) -> Problem:
    close = get_close_matches(name, tools, 1)
    where = f"{subject.name(_INLINE)} or {subject.name(_ATTACHED)}"
    return warning(
        text.spot,
        Rule.TOOL_NOT_ATTACHED,
        "The prompt names a tool that is not attached",
        f"«{name}» in {subject.name(text.spot)}"
        + (f"; attached are {', '.join(tools)}" if tools else "; no tool is attached"),
        f"Did you mean {close[0]}?" if close else f"Add it to {where}, or correct the prompt",
        offset=offset,
    )


def attached_but_not_named(subject: Subject) -> Iterator[Problem]:
    """Tools of the language model that the prompt neither names nor talks about."""
    prompt = "\n".join(text.value for text in texts_at(subject, PROMPTS)).casefold()
    tools = get(subject.given, _INLINE)
    if not prompt or not isinstance(tools, list):
        return
    for position, tool in enumerate(tools):
        name = _name(tool)
        if name and not _is_mentioned(name, prompt):
            yield warning(
                (*_INLINE, position, "function", "name"),
                Rule.TOOL_NOT_MENTIONED,
                "The prompt says nothing about a tool",
                f"neither «{name}» nor all the words of it stand in {subject.name(PROMPTS[0])}",
                "Say in the prompt when to call it, or drop it",
            )


def _is_mentioned(name: str, prompt: str) -> bool:
    if name.casefold() in prompt:
        return True
    words = [word.casefold() for word in _WORDS.findall(name) if len(word) >= _SHORTEST_WORD]
    return bool(words) and all(word in prompt for word in words)


def of_two_kinds(subject: Subject) -> Iterator[Problem]:
    """persona-api 5.8: a name in both lists is refused or shadowed, and only Tavus can tell."""
    if subject.has(_INLINE) and subject.has(_ATTACHED):
        yield warning(
            _INLINE,
            Rule.TOOLS_OF_TWO_KINDS,
            "Inline tools and attached ones side by side",
            f"{subject.name(_INLINE)} and {subject.name(_ATTACHED)} are both set; whether a name "
            "stands in both cannot be seen offline",
            f"Register the inline ones and attach all through {subject.name(_ATTACHED)}",
        )


def _functions(subject: Subject) -> Mapping[str, Json]:
    tools = [tool for path in _LISTS for tool in _list(get(subject.given, path))]
    return {name: tool["function"] for tool in tools if (name := _name(tool))}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _name(tool: Json) -> str:
    function = tool.get("function") if isinstance(tool, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    return name if isinstance(name, str) else ""


def _arguments(function: Json) -> Iterator[str]:
    """The names of everything that is passed to a function, however deep."""
    parameters = function.get("parameters")
    waiting: list[Json] = [parameters]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            properties = value.get("properties")
            yield from properties if isinstance(properties, dict) else ()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
