"""The throw-away persona: every member there is to see something by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Object

PROMPT: Final = "This persona is a probe.\r\nDelete it. \n\n"
"""With a carriage return, and white space at its end."""

TAGS: Final = ("zz-b", "zz-a")
"""Not sorted."""

EXTRA: Final = {"zz_first": 1, "a": 2, "mmm": 3}
"""Sorted neither by name nor by length."""

TOOL: Final = {
    "type": "function",
    "function": {
        "name": "probe_tool",
        "description": "Does nothing.",
        "parameters": {"type": "object", "properties": {}},
    },
}


@dataclass(frozen=True, slots=True)
class Dummies:
    """Stand-ins for secrets: made for one run, and worth nothing."""

    llm: Secret
    tts: Secret
    header: Secret
    tool: Secret

    @classmethod
    def new(cls, random: bytes) -> Dummies:
        """Four different ones out of 48 random bytes."""
        parts = (random[start : start + 12].hex() for start in (0, 12, 24, 36))
        return cls(*(Secret(f"zz{part}") for part in parts))

    def __iter__(self) -> Iterator[Secret]:
        return iter((self.llm, self.tts, self.header, self.tool))


def full(name: str, dummies: Dummies) -> Object:
    """The persona that shows most. The address of its model leads nowhere."""
    return {
        "persona_name": name,
        "system_prompt": PROMPT,
        "document_tags": list(TAGS),
        "layers": {
            "llm": {
                "extra_body": dict(EXTRA),
                "headers": {"X-Probe": dummies.header.reveal()},
                "tools": [TOOL],
                "api_key": dummies.llm.reveal(),
                "base_url": "https://probe.invalid/v1",
                "model": "probe-model",
            },
            "tts": {"tts_engine": "cartesia", "api_key": dummies.tts.reveal()},
            "conversational_flow": {
                "turn_taking_patience": "high",
                "replica_interruptibility": "low",
            },
        },
    }


def minimal(name: str) -> Object:
    """The least that any service takes."""
    return {"persona_name": name, "system_prompt": PROMPT}
