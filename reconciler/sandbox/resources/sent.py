"""What a request may hold, checked, and what the service says of what it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reconciler.sandbox import replies
from reconciler.sandbox.calls import decode
from reconciler.sandbox.checks import MISSING, NO_MAPPING, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from reconciler.core.document import Json, Object
    from reconciler.sandbox.calls import Reply

    Say: TypeAlias = Callable[[str], Reply]

Url = Annotated[str, Field(max_length=2048)]


class Sent(BaseModel):
    """The base of what may be sent: nothing unknown, nothing coerced, nothing quoted in errors."""

    model_config = ConfigDict(
        extra="forbid", strict=True, hide_input_in_errors=True, defer_build=True
    )


Model = TypeVar("Model", bound=Sent)

_WORDS: Final = {
    "missing": MISSING,
    "extra_forbidden": UNKNOWN,
    "model_type": NO_MAPPING,
    "union_tag_invalid": "Unknown type.",
}
"""What the service says, and what is said of a value that the library would quote."""


def as_error(text: str) -> Reply:
    """400 in the envelope of bad ids and patches."""
    return replies.failed(400, text)


def as_message(text: str) -> Reply:
    """400 in the envelope of a create of objectives and guardrails."""
    return replies.told(400, text)


def object_in(body: bytes, say: Say) -> Object:
    """The object that a request body is. Refuses anything else."""
    try:
        value = decode(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise refused({"_schema": [NO_MAPPING]}, say)
    return value


def checked(model: type[Model], value: Object, say: Say) -> Model:
    """The value as what it has to be. Refuses it with every problem."""
    try:
        return model.model_validate(value)
    except ValidationError as wrong:
        raise refused(_nested(wrong), say) from None


def refused(errors: Object, say: Say) -> replies.Refusal:
    """400 with a Python dict in the text, as for personas."""
    return replies.Refusal(say(f"Bad Request. {errors}"))


def _nested(wrong: ValidationError) -> dict[Any, Json]:
    errors: dict[Any, Json] = {}
    for error in wrong.errors(include_url=False, include_context=False, include_input=False):
        at = errors
        *parents, name = error["loc"] or ("_schema",)
        for parent in parents:
            at = at.setdefault(parent, {})
        at.setdefault(name, []).append(_WORDS.get(error["type"], f"{error['msg']}."))
    return errors
