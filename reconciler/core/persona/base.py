"""The base of every model of the author's side, and the few types JSON Schema has no word for."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from reconciler.core.documented import Documented

UNEXPECTED: Final = "unexpected"
"""Type of our own pydantic errors; their context says what was «expected»."""

MOST_REFERENCES: Final = 50
"""Guardrails, guardrail tags and tools per persona (persona-api 8.1)."""

LONGEST_TAG: Final = 32
"""Characters of a guardrail tag (persona-api 5.10)."""

SPEED_WORDS: Final = ("slowest", "slow", "normal", "fast", "fastest")
"""Cartesia's older way of giving a speed (persona-api 8.3)."""


class Strict(Documented):
    """Nothing unknown, nothing coerced, and not built before it is needed."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        defer_build=True,
        allow_inf_nan=False,
    )


def _unexpected(expected: str) -> PydanticCustomError:
    return PydanticCustomError(UNEXPECTED, "expected {expected}", {"expected": expected})


def _switch(value: object) -> object:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _speed(value: object) -> object:
    if value in SPEED_WORDS or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise _unexpected(f"a number, or one of {', '.join(SPEED_WORDS)}")


def _text_or_switch(value: object) -> object:
    if isinstance(value, str | bool):
        return value
    raise _unexpected("text, or true or false")


Switch: TypeAlias = Annotated[
    bool,
    BeforeValidator(_switch),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}]}),
]
"""true or false; also as text, which older pages of the vendor show (persona-api 8.3)."""

Speed: TypeAlias = Annotated[
    Any,
    AfterValidator(_speed),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"enum": list(SPEED_WORDS)}]}),
]
"""A number, or one of SPEED_WORDS."""

TextOrSwitch: TypeAlias = Annotated[
    Any, AfterValidator(_text_or_switch), WithJsonSchema({"type": ["string", "boolean"]})
]
"""Text, or true or false: for a field whose type the vendor gives in two ways."""

References: TypeAlias = Annotated[list[str], Field(max_length=MOST_REFERENCES)]
"""Ids of which a persona may have MOST_REFERENCES."""

Tags: TypeAlias = Annotated[
    list[Annotated[str, StringConstraints(max_length=LONGEST_TAG)]],
    Field(max_length=MOST_REFERENCES),
]
"""Guardrail tags: at most MOST_REFERENCES, each at most LONGEST_TAG characters."""

FreeObject: TypeAlias = dict[str, Any]
"""Any JSON object."""
