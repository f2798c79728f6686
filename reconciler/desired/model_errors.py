"""What pydantic says about the project file or a reserved block, in plain words with a place."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, Protocol

from reconciler.core.diagnostics import Diagnostic, error
from reconciler.core.document import dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from pydantic import ValidationError

    from reconciler.core.diagnostics import Place
    from reconciler.desired.source import At

_EXPECTED: Final[Mapping[str, str]] = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}

_BOUNDS: Final[Mapping[str, str]] = {"ge": "at least", "gt": "more than", "le": "at most"}
_IN_A_KEY: Final = "[key]"


class Places(Protocol):
    """Where the keys and values of a document stand."""

    def key_place(self, at: At) -> Place:
        """Where a key stands."""

    def value_place(self, at: At) -> Place:
        """Where a value stands."""


def in_words(
    found: ValidationError, places: Places, *, at: At = (), known: Callable[[At], Collection[str]]
) -> list[Diagnostic]:
    """One Diagnostic per problem; at is where the model stands, known lists a model's members."""
    errors = found.errors(include_url=False, include_input=False)
    return [_diagnostic(dict(one), places, at, known) for one in errors]


def _diagnostic(
    found: dict[str, Any], places: Places, at: At, known: Callable[[At], Collection[str]]
) -> Diagnostic:
    kind, loc = found["type"], tuple(step for step in found["loc"] if step != _IN_A_KEY)
    name = _name((*at, *loc))
    if kind == "extra_forbidden":
        hint = nearest(str(loc[-1]), known(loc[:-1]))
        return error("Unknown setting", name, places.key_place((*at, *loc)), hint)
    if kind == "missing":
        place = places.value_place((*at, *loc[:-1]))
        return error("A required setting is missing", name, place, f"Add {loc[-1]}")
    in_key = _IN_A_KEY in found["loc"]
    place = places.key_place((*at, *loc)) if in_key else places.value_place((*at, *loc))
    summary, detail = _said(kind, found.get("ctx", {}))
    return error(summary, f"{name}: {detail}" if name and detail else name or detail, place)


def _name(at: At) -> str:
    name = ""
    for step in at:
        name += f"[{step}]" if isinstance(step, int) else f".{dotted((step,))}"
    return name.removeprefix(".")


def _said(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    if kind in _EXPECTED:
        return "Wrong type", f"{_EXPECTED[kind]} is expected"
    for bound, words in _BOUNDS.items():
        if bound in context:
            return "The number is out of range", f"{words} {context[bound]}"
    if kind == "literal_error":
        return "Unknown value", f"expected {context['expected']}"
    if kind == "string_pattern_mismatch" and r"\d{4}" in context["pattern"]:
        return "This is no date", "write year-month-day or, where it is allowed, less; in quotes"
    if kind == "string_pattern_mismatch":
        return "The name cannot be used", "letters, digits, dots, dashes and underscores only"
    if kind == "too_short":
        return "At least one is needed", ""
    return "The value cannot be used", str(context.get("error", ""))


def nearest(name: str, known: Collection[str]) -> str:
    """A hint for a name that nobody knows: the one it resembles, else all there are."""
    close = get_close_matches(name, known, n=1)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known here: {', '.join(known)}" if known else ""
