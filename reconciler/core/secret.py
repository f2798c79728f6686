"""A string that must not be seen: it can be sent and compared, but never shown by accident."""

from __future__ import annotations

from typing import Final

MASK: Final = "********"
"""What Tavus answers in place of a stored secret (persona-api 9.4). Never written back."""


class Secret:
    """A secret string. str(), repr() and format() give the mask; json.dumps() refuses it.

    Two secrets are equal when their values are. reveal() is called only where a value is sent,
    judged, compared, priced or taken into a digest, and where text is scrubbed of it; never on the
    way to an output.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    @property
    def is_mask(self) -> bool:
        """Whether this is the server's mask, which says that a value is stored but not which."""
        return self._value == MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        raise TypeError("a Secret is not pickled")
