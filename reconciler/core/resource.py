"""A persona as git wants it and a persona as Tavus has it, and the stable name of one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reconciler.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.diagnostics import Place
    from reconciler.core.document import Object, Path

PERSONA: Final = "persona"
"""The one resource kind so far (a PAL is a persona)."""

KEY_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
"""What a key may look like: it is part of addresses, file names and command lines."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """kind/key: the stable name of a resource in git, e.g. persona/interviewer."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """From kind/key, or from a bare key of a persona. Raises ValueError where it is neither."""
        kind, slash, key = text.partition("/")
        address = cls(kind, key) if slash else cls(PERSONA, text)
        if address.kind != PERSONA or not re.fullmatch(KEY_PATTERN, address.key):
            raise ValueError(f"not an address: {text!r} (they look like persona/interviewer)")
        return address


class OnActive(StrEnum):
    """What to do about a change of a persona that somebody talks with."""

    WARN = "warn"
    """Say so, and go on."""
    WAIT = "wait"
    """Send it once nobody does."""
    REFUSE = "refuse"
    """Refuse the plan."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """The `reconcile:` block of a definition: what is ours, not Tavus's."""

    moved_from: str = ""
    """The key this definition had before."""
    protect: bool = False
    """Whether a delete is refused whatever the options say."""
    labels: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[Path, ...] = ()
    """Canonical paths that stay unmanaged although the file has them."""
    environments: tuple[str, ...] = ()
    """The environments it is for; empty for all."""
    lint: Mapping[str, str] = field(default_factory=dict)
    """Code of a lint rule → its level for this definition."""
    on_active_conversations: OnActive = OnActive.WARN
    """What to do where somebody talks with the persona while it is to be changed."""


@dataclass(frozen=True, slots=True)
class Reference:
    """That a definition needs the id of another resource."""

    target: Address
    place: Place
    """Where the definition says so."""


class How(StrEnum):
    """How one file takes part in another."""

    EXTENDS = "extends"
    INCLUDES = "includes"
    TAKES_FROM = "takes a variable from"
    OVERLAID_BY = "is overlaid by"


@dataclass(frozen=True, slots=True)
class Use:
    """One file that needs another."""

    file: str
    """Path as in Place."""
    how: How
    used: str


@dataclass(frozen=True, slots=True)
class Desired:
    """What git says of one persona, validated."""

    address: Address
    document: Object
    """Canonical spelling, only what the author wrote; values at sensitive paths and everything
    that came from the environment are Secret."""
    place: Place
    """The definition file."""
    places: Mapping[Path, Place] = field(default_factory=dict, compare=False, repr=False)
    """Where each member is to be edited, by canonical path: in the definition, a base, an included
    file, the project file or an overlay."""
    inserted: Mapping[tuple[str | int, ...], Place] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What comes from elsewhere *inside* a list, by canonical path and position → where it is."""
    variables: Mapping[tuple[str | int, ...], str] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What comes from environment variables, by canonical path and position → the variable."""
    uses: tuple[Use, ...] = field(default=(), compare=False, repr=False)
    """Which file needs which, of all that it is made of."""
    references: tuple[Reference, ...] = field(default=(), compare=False, repr=False)
    vocabulary: Vocabulary = Vocabulary.PERSONA
    """The author's words, used in reports."""
    spellings: Mapping[Path, Path] = field(default_factory=dict, repr=False)
    """Canonical path → the author's path, where they differ."""
    reserved: Reserved = field(default_factory=Reserved)

    @property
    def name(self) -> str:
        """The persona name; the key where the definition gives none."""
        name = self.document.get("persona_name")
        return name if isinstance(name, str) and name else self.address.key

    @property
    def sources(self) -> tuple[str, ...]:
        """Every file it is made of, the definition first, each once."""
        return tuple(dict.fromkeys((self.place.file, *(use.used for use in self.uses))))


@dataclass(frozen=True, slots=True)
class Live:
    """What Tavus says of one persona."""

    id: str
    document: Object = field(repr=False)
    """As read, in persona words, read-only members included, unknown members kept; values at
    sensitive paths are Secret. Old perception names stay as they are: patches must name them."""

    @property
    def name(self) -> str:
        """The persona name; empty where it has none."""
        name = self.document.get("persona_name")
        return name if isinstance(name, str) else ""
