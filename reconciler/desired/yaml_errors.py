"""What the YAML library complains about, in plain words and at the place where people look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from reconciler.core.diagnostics import Place
from reconciler.desired.source import unreadable

if TYPE_CHECKING:
    from reconciler.core.errors import DefinitionError

_QUOTES: Final = "Put quotes around the text"
_FIT: Final = (
    "Compare the indentation with the lines above; text after a closing quote is an error too"
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule holds where both fragments occur in what the library says."""

    context: str
    problem: str
    summary: str
    hint: str
    at_context: bool = False
    """Whether people should look where the construct starts rather than where reading stopped."""


_RULES: Final = (
    _Rule(
        "single document",
        "another document",
        "The file holds more than one YAML document",
        "Keep one definition per file, and no second --- line",
    ),
    _Rule(
        "scanning a quoted scalar",
        "unexpected end of stream",
        "A quote is never closed",
        "Add the closing quote",
        at_context=True,
    ),
    _Rule(
        "quoted scalar",
        "unexpected document indicator",
        "A quote is never closed",
        "Add the closing quote",
        at_context=True,
    ),
    _Rule(
        "quoted scalar",
        "unknown escape character",
        "A backslash in double quotes starts no known escape",
        "Use single quotes, or write \\\\ for a backslash",
    ),
    _Rule(
        "quoted scalar",
        "",
        "An escape in double quotes stands for no character",
        "Write the character itself",
    ),
    _Rule(
        "flow sequence",
        "",
        "A list in brackets goes wrong here",
        "Separate its elements with commas, and close it with a bracket",
    ),
    _Rule(
        "flow mapping",
        "",
        "A mapping in braces goes wrong here",
        "Separate its members with commas and close it with }, or put quotes around the text",
    ),
    _Rule("flow node", "", "A value is missing here", "Remove the comma, or write the value"),
    _Rule(
        "",
        "mapping values are not allowed",
        "A colon stands where no value can start",
        "Put quotes around text that holds a colon and a space, or correct the indentation",
    ),
    _Rule(
        "simple key",
        "could not find expected ':'",
        "A line has a key but no colon",
        "Write key: value; text over several lines starts with key: | and is indented",
        at_context=True,
    ),
    _Rule(
        "",
        "sequence entries are not allowed",
        "A dash stands where no list can start",
        "Start the list on a line of its own, or put quotes around the text",
    ),
    _Rule("", "mapping keys are not allowed", "A question mark cannot start text", _QUOTES),
    _Rule("", "undefined alias", "An alias (*) has no anchor (&) before it", _QUOTES),
    _Rule("duplicate anchor", "", "An anchor (&) is defined twice", "Give it another name"),
    _Rule("scanning an anchor", "", "Text cannot start with &", _QUOTES),
    _Rule("scanning an alias", "", "Text cannot start with *", _QUOTES),
    _Rule(
        "block scalar",
        "",
        "After | or > only +, - or a digit may follow",
        "Start the text on the next line, indented",
    ),
    _Rule("a tag", "", "Tags (!) are not supported", _QUOTES),
    _Rule("block collection", "", "The line does not fit into the list above", _FIT),
    _Rule("block mapping", "", "The line does not fit into the mapping above", _FIT),
)

_OTHER: Final = _Rule("", "", "The YAML cannot be read here", _FIT)


def in_plain_words(problem: yaml.YAMLError, text: str, file: str) -> DefinitionError:
    """The library's complaint about text as our error."""
    if isinstance(problem, yaml.reader.ReaderError):
        return _control_character(problem, text, file)
    if not isinstance(problem, yaml.MarkedYAMLError) or problem.problem_mark is None:
        return unreadable(_OTHER.summary, "", Place(file), _OTHER.hint)
    line, column = problem.problem_mark.line, problem.problem_mark.column
    if _indented_with_tab(text, line):
        return _tab(Place(file, line + 1, 1))
    if "cannot start any token" in (problem.problem or ""):
        return _wrong_start(_character(text, line, column), Place(file, line + 1, column + 1))
    return _by_rule(problem, file)


def _by_rule(problem: yaml.MarkedYAMLError, file: str) -> DefinitionError:
    context, words = problem.context or "", problem.problem or ""
    fitting = (r for r in _RULES if r.context in context and r.problem in words)
    rule = next(fitting, _OTHER)
    stop, start = problem.problem_mark, problem.context_mark
    shown = start if rule.at_context and start is not None else stop
    place = Place(file, shown.line + 1, shown.column + 1) if shown is not None else Place(file)
    is_open = start is not None and "flow" in context
    detail = f"it was opened on line {start.line + 1}" if start and is_open else ""
    return unreadable(rule.summary, detail, place, rule.hint)


def _line(text: str, line: int) -> str:
    return text.split("\n", line + 1)[line] if line <= text.count("\n") else ""


def _character(text: str, line: int, column: int) -> str:
    return _line(text, line)[column : column + 1]


def _indented_with_tab(text: str, line: int) -> bool:
    content = _line(text, line)
    return "\t" in content[: len(content) - len(content.lstrip())]


def _tab(place: Place) -> DefinitionError:
    return unreadable(
        "A tab is used for indentation",
        f"line {place.line} starts with a tab",
        place,
        "Indent with spaces; YAML does not allow tabs there",
    )


def _wrong_start(character: str, place: Place) -> DefinitionError:
    if character == "\t":
        return unreadable(
            "A tab stands where a space is needed", "", place, "Replace the tab with a space"
        )
    return unreadable(f"Text cannot start with {character}", "", place, _QUOTES)


def _control_character(problem: yaml.reader.ReaderError, text: str, file: str) -> DefinitionError:
    code = problem.character if isinstance(problem.character, int) else ord(problem.character)
    at = max(text.find(chr(code)), 0)
    return unreadable(
        "The text holds an invisible control character",
        f"U+{code:04X}",
        Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)),
        'Remove it, or write it as an escape such as "\\x07" in double quotes',
    )
