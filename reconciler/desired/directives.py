"""A directive as it is written: one of four names, alone in its mapping, with a text."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.desired.source import unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.diagnostics import Place
    from reconciler.core.document import Json, Object
    from reconciler.core.errors import DefinitionError
    from reconciler.desired.source import At, Source

FILE: Final = "$file"
ENV: Final = "$env"
VAR: Final = "$var"
REF: Final = "$ref"

_EXAMPLES: Final[Mapping[str, str]] = {
    FILE: "{$file: prompts/x.md}",
    ENV: "{$env: NAME}",
    VAR: "{$var: name}",
    REF: "{$ref: objectives/intake}",
}


class Directive(NamedTuple):
    """A value that comes from elsewhere."""

    name: str
    argument: str
    place: Place
    """Where the directive starts."""


def read_directive(directive: Object, source: Source, at: At) -> Directive:
    """The directive at `at` of a source. Raises DefinitionError where it is not well formed."""
    name = next(key for key in directive if key.startswith("$"))
    place = source.key_place((*at, name))
    if name not in _EXAMPLES:
        raise _unknown(name, place)
    if len(directive) > 1:
        others = ", ".join(f"«{key}»" for key in directive if key != name)
        hint = "Keep the directive alone in its mapping"
        raise unreadable(
            "A directive stands beside other keys", f"{name} and {others}", place, hint
        )
    argument = directive[name]
    if not isinstance(argument, str) or not argument:
        raise unreadable("A directive takes text", name, place, f"Write {_EXAMPLES[name]}")
    return Directive(name, argument, source.value_place(at))


def _unknown(name: str, place: Place) -> DefinitionError:
    close = get_close_matches(name, _EXAMPLES, n=1)
    *others, last = _EXAMPLES
    hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(others)} and {last}"
    return unreadable("No such directive", f"«{name}»; keys with $ are directives", place, hint)


def belongs_to_json_schema(value: Json, at: At) -> bool:
    """Whether a mapping with a $ key, such as $ref, is JSON Schema's: in a tool's parameters."""
    if ("function", "parameters") not in pairwise(at):
        return False
    is_ours = isinstance(value, dict) and len(value) == 1 and next(iter(value)) in {FILE, ENV, VAR}
    return not is_ours
