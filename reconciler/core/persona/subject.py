"""One document under check: its values to judge by, and its words to speak to the author in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.document import dotted, get, is_unset
from reconciler.core.fields import field_at
from reconciler.core.secret import Secret
from reconciler.core.vocabulary import spelled

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object, Path
    from reconciler.core.persona.problem import Spot
    from reconciler.core.vocabulary import Vocabulary

LONGEST_QUOTE: Final = 60
"""Characters of a value that a message shows."""


def revealed(value: Json) -> Json:
    """A copy with every Secret replaced by its value: to be judged, never to be shown."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, dict):
        return {name: revealed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [revealed(item) for item in value]
    return value


def members_of(spot: Spot) -> Path:
    """The member names of a spot, without the list positions."""
    return tuple(step for step in spot if isinstance(step, str))


@dataclass(frozen=True, slots=True)
class Subject:
    """A document with the vocabulary of its author. Make one with `of`."""

    given: Object
    """As it came: a value from the environment is a Secret."""
    plain: Object
    """The same with secrets revealed."""
    vocabulary: Vocabulary

    @classmethod
    def of(cls, document: Object, vocabulary: Vocabulary) -> Subject:
        """The subject of a check."""
        return cls(document, revealed(document), vocabulary)

    def text(self, path: Path) -> str:
        """The text at path; empty where there is none."""
        value = get(self.plain, path)
        return value if isinstance(value, str) else ""

    def has(self, path: Path) -> bool:
        """Whether something is set at path."""
        return not is_unset(get(self.plain, path))

    def origin(self, spot: Spot) -> Json:
        """The value at spot as it came; None where spot leads nowhere."""
        value: Json = self.given
        for step in spot:
            fits = isinstance(value, dict if isinstance(step, str) else list)
            try:
                value = value[step] if fits else None
            except LookupError:
                return None
        return value

    def name(self, spot: Spot) -> str:
        """The member at spot in the author's words: layers.llm.tools[0].function.name."""
        text, done = "", 0
        words = spelled(members_of(spot), self.vocabulary)
        for step in spot:
            if isinstance(step, int):
                text += f"[{step}]"
                continue
            text += ("." if text else "") + dotted(words[done : done + 1])
            done += 1
        return text

    def quote(self, spot: Spot) -> str:
        """The value at spot in «», shortened; without it where it is, or may be, a secret."""
        value = self.origin(spot)
        if isinstance(value, Secret) or field_at(members_of(spot)).sensitive:
            return "a value that is not shown"
        text = str(value)
        return f"«{text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + '…'}»"
