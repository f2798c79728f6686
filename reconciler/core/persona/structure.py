"""Types, limits and unknown members: what the model says about a document, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from reconciler.core.persona.base import UNEXPECTED
from reconciler.core.persona.misplaced import LAYER_SWITCH
from reconciler.core.persona.persona import Persona
from reconciler.core.persona.problem import Problem, error
from reconciler.core.persona.tools import FLAT_TOOL
from reconciler.core.persona.unknown import unknown_member
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json
    from reconciler.core.persona.problem import Spot
    from reconciler.core.persona.subject import Subject

_EXPECTED: Final[Mapping[str, str]] = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
"""Type of a pydantic error → what was expected, in our words."""

_FUNCTION_FORM: Final = (
    "Write it as {type: function, function: {name: …, description: …, parameters: …}}"
)


def structure_problems(subject: Subject) -> list[Problem]:
    """Every wrong type, broken limit and unknown member of the document."""
    try:
        Persona.model_validate(subject.plain)
    except ValidationError as found:
        errors = found.errors(include_url=False, include_input=False)
        return [_problem(subject, dict(one)) for one in errors]
    return []


def _problem(subject: Subject, found: dict[str, Any]) -> Problem:
    spot: Spot = found["loc"]
    match found["type"]:
        case "extra_forbidden":
            return unknown_member(subject, spot)
        case "missing":
            return _missing(subject, spot)
        case "too_long" | "string_too_long" | "string_too_short":
            return _limit(subject, spot, found["ctx"])
        case kind if kind == FLAT_TOOL:
            detail = f"{subject.name(spot)} has the members of a function beside its type"
            return error(spot, "The tool has no function member", detail, _FUNCTION_FORM)
        case kind:
            ours = found["ctx"]["expected"] if kind == UNEXPECTED else kind
            return _wrong_type(subject, spot, _EXPECTED.get(kind, ours))


def _missing(subject: Subject, spot: Spot) -> Problem:
    detail = f"{subject.name(spot)} is missing"
    hint = _FUNCTION_FORM if spot[-1] == "function" else f"Add {spot[-1]}"
    return error(spot[:-1], "A required member is missing", detail, hint)


def _limit(subject: Subject, spot: Spot, limits: Mapping[str, int]) -> Problem:
    name = subject.name(spot)
    if "min_length" in limits:
        return error(spot, "The text is empty", f"{name} is empty", "Give it a value")
    most = limits["max_length"]
    if "actual_length" in limits:
        detail = f"{name} has {limits['actual_length']} entries, at most {most} are taken"
        return error(spot, "The list is too long", detail)
    return error(spot, "The text is too long", f"{name} takes at most {most} characters")


def _wrong_type(subject: Subject, spot: Spot, expected: str) -> Problem:
    given = subject.origin(spot)
    detail = f"{subject.name(spot)} takes {expected}, found {kind_of(given)}"
    return error(spot, "Wrong type", detail, _type_hint(spot, expected, given))


def kind_of(value: Json) -> str:
    """What a value is, in words an author knows."""
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str() | Secret():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return "something JSON does not have"


def _type_hint(spot: Spot, expected: str, given: Json) -> str:
    if isinstance(given, Secret):
        return "A value from the environment is text, so it cannot stand here"
    if spot == ("layers",):
        return "Leave layers out, or write null for the layers to clear"
    if spot[:1] == ("layers",) and isinstance(given, str) and spot[-1] in LAYER_SWITCH:
        return f"Write the value inside the layer: {spot[-1]}: {{{LAYER_SWITCH[str(spot[-1])]}: …}}"
    if spot[-1] == "hotwords":
        return "Write the words in one text, separated by commas"
    return _general_hint(expected, given)


def _general_hint(expected: str, given: Json) -> str:
    if expected == "a list" and isinstance(given, str):
        return "Write a list, each entry on a line of its own after «- »"
    if expected == "text" and isinstance(given, bool | int | float):
        return "Put the value in quotes"
    if expected == "true or false" and isinstance(given, str):
        return "Write true or false, without quotes"
    if expected.startswith("a ") and "number" in expected and isinstance(given, str):
        return "Write a number, without quotes"
    return ""
