"""The `reconcile:` block of a definition: validated strictly, and turned into Reserved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)

from reconciler.core.diagnostics import Diagnostic, warning
from reconciler.core.document import ABSENT, Path, parse_pointer
from reconciler.core.documented import Documented
from reconciler.core.lint.settings import OwnSwitches
from reconciler.core.resource import KEY_PATTERN, Address, OnActive, Reserved
from reconciler.core.rulebook import Rule
from reconciler.core.vocabulary import canonical_path
from reconciler.desired.model_errors import in_words, nearest

if TYPE_CHECKING:
    from collections.abc import Collection

    from reconciler.core.document import Absent, Json
    from reconciler.desired.model_errors import Places

BLOCK: Final = "reconcile"
"""The member of a definition that is ours and never sent."""


def _key(value: str) -> str:
    return Address.parse(value).key


def _path(value: object) -> Path:
    path = canonical_path(parse_pointer(value)) if isinstance(value, str) else ()
    if not path:
        raise ValueError("a pointer to a member, such as /layers/tts/voice_settings, is expected")
    return path


_Label: TypeAlias = Annotated[str, WithJsonSchema({"type": ["string", "null"]})]
_Pointer: TypeAlias = Annotated[Path, BeforeValidator(_path), WithJsonSchema({"type": "string"})]


class ReservedBlock(Documented):
    """What an author may write under `reconcile:`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    key: Annotated[str, StringConstraints(pattern=KEY_PATTERN)] = ""
    """The stable name; the name of the file without its suffix where this is left out."""
    moved_from: Annotated[str, AfterValidator(_key)] = ""
    """The key this definition had before."""
    protect: bool = False
    """Whether a delete is refused whatever the options say."""
    labels: dict[str, _Label] = Field(default_factory=dict)
    """Free words to find definitions by; never sent. null takes away one of a base."""
    ignore: list[_Pointer] = Field(default_factory=list)
    """JSON Pointers of members that stay unmanaged although the file has them."""
    environments: list[str] = Field(default_factory=list)
    """The environments it is for; all where this is left out."""
    lint: OwnSwitches = Field(default_factory=dict)
    """Lint rules for this definition, by code or name: off, warning or error."""
    extends: list[str] = Field(default_factory=list)
    """Bases to build on, in order: a later one wins over an earlier one, this file over all."""
    on_active_conversations: Literal["warn", "wait", "refuse"] = "warn"
    """What an apply does while conversations with the persona are active: say so, send the change
    once there is none, or refuse."""


def read_reserved(
    given: Json | Absent, origins: Places, *, known_environments: Collection[str]
) -> tuple[str, Reserved, list[Diagnostic]]:
    """The key (empty where none is given), the block as a value, and what is wrong with it."""
    if given is ABSENT:
        return "", Reserved(), []
    try:
        block = ReservedBlock.model_validate(given)
    except ValidationError as found:
        members = tuple(ReservedBlock.model_fields)
        return "", Reserved(), in_words(found, origins, at=(BLOCK,), known=lambda _: members)
    reserved = Reserved(
        moved_from=block.moved_from,
        protect=block.protect,
        labels=block.labels,
        ignore=tuple(block.ignore),
        environments=tuple(block.environments),
        lint=block.lint,
        on_active_conversations=OnActive(block.on_active_conversations),
    )
    return block.key, reserved, _unknown_environments(block, origins, known_environments)


def _unknown_environments(
    block: ReservedBlock, origins: Places, known: Collection[str]
) -> list[Diagnostic]:
    return [
        warning(
            "The project has no such environment",
            f"«{name}»",
            origins.value_place((BLOCK, "environments", position)),
            nearest(name, known),
            rule=Rule.UNKNOWN_ENVIRONMENT,
        )
        for position, name in enumerate(block.environments)
        if known and name not in known
    ]
