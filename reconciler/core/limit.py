"""At most so many: a count, or a share of the whole, as a guard of the project file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

_WHOLE: Final = 100
"""Percent."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many of something: a count, or a share of the whole in percent."""

    amount: int
    is_share: bool = False

    def of(self, total: int, *, floor: int = 0) -> int:
        """The number allowed out of total. A share is rounded down and never under floor."""
        return max(floor, total * self.amount // _WHOLE) if self.is_share else self.amount

    def __str__(self) -> str:
        return f"{self.amount}%" if self.is_share else str(self.amount)

    @classmethod
    def parse(cls, value: object) -> Limit:
        """From 5, "5" or "30%". Raises ValueError where it is neither count nor share."""
        if isinstance(value, Limit):
            return value
        found = re.fullmatch(r"([0-9]{1,6})(%?)", str(value))
        if isinstance(value, bool) or not found or (found[2] and int(found[1]) > _WHOLE):
            raise ValueError("a count such as 5, or a share of 0% to 100%, is expected")
        return cls(int(found[1]), is_share=bool(found[2]))


LimitField = Annotated[
    Limit,
    PlainValidator(Limit.parse),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": "^[0-9]+%?$"},
            ],
            "examples": [5, "30%"],
        }
    ),
]
"""A count, or a share of the whole."""
