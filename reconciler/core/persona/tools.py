"""Inline function tools, as the language model and the perception model take them."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from reconciler.core.persona.base import FreeObject, Strict

FLAT_TOOL: Final = "flat_tool"
"""Type of the pydantic error for a tool whose function members stand beside «type»."""

NAME_PATTERN: Final = r"^[a-zA-Z_][a-zA-Z0-9_]{0,63}$"
"""What the tools registry takes as a name; inline tools were seen with others (persona-api 5.8)."""


class Function(Strict):
    """What can be called."""

    name: Annotated[str, StringConstraints(min_length=1)] = Field(examples=["book_meeting"])
    """The name the model calls, unique in its list. The tools registry asks for a letter or an
    underscore first, then letters, digits and underscores, 64 characters at most."""
    description: str | None = None
    """When to call it and what it does: the model decides by this text."""
    parameters: FreeObject | None = Field(
        default=None,
        examples=[{"type": "object", "properties": {"day": {"type": "string"}}}],
    )
    """The arguments, as a JSON Schema of an object."""


class Tool(Strict):
    """A tool of this persona alone. Tools shared by several live in the registry: tool_ids."""

    type: str | None = "function"
    """The kind of tool. Functions are the only kind there is; may be left out."""
    function: Function
    """The function."""

    @model_validator(mode="before")
    @classmethod
    def _is_nested(cls, value: object) -> object:
        if isinstance(value, dict) and "name" in value and "function" not in value:
            raise PydanticCustomError(FLAT_TOOL, "the function is not in a member of its own")
        return value
