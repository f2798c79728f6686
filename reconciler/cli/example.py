"""The definition that `init` starts a project with, and how it makes way for real personas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE_NAME: Final = "greeter.md"
"""Its file below the definitions directory."""

EXAMPLE: Final = """\
---
# yaml-language-server: $schema=../schemas/persona.schema.json
persona_name: Greeter
layers:
  conversational_flow:
    turn_taking_patience: medium
---
You are the first person visitors of our website talk to. You are warm, brief and honest.

Greet the visitor, ask what brings them here, and listen. Answer in two or three short sentences,
as one speaks, never in lists. If you do not know something, say so and offer to have a colleague
call back.
"""


def remove_untouched(file: Path) -> bool:
    """Remove the example where it is still as `init` wrote it; whether that was so."""
    if not file.is_file() or file.read_bytes().replace(b"\r\n", b"\n") != EXAMPLE.encode():
        return False
    file.unlink()
    return True
