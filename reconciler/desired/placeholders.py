"""Secrets in a definition that is written for a live persona: {$env: NAME}, in force or waiting.

In force it is where the variable holds what is live, as far as can be seen: a masked value is
taken to be the variable's. Elsewhere the line waits as a comment, at its place among the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.secret import MASK, Secret
from reconciler.desired.yaml_writer import yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json, Object

_ADVICE: Final = "# A secret is stored here. Set the variable, then uncomment:"


class Waiting(dict[str, str]):
    """A placeholder that is not in force yet: {$env: NAME} as a comment."""


def placeholder(variable: str, stored: str | Secret, variables: Mapping[str, str]) -> Object:
    """What stands for a stored secret; Waiting where the variable does not hold it."""
    value = stored.reveal() if isinstance(stored, Secret) else stored
    held = variables.get(variable, "")
    is_held = bool(held) and value in {held, MASK}
    return {"$env": variable} if is_held else Waiting({"$env": variable})


def text_with_placeholders(document: Object) -> str:
    """As yaml_text, with what waits as comments; the empty text where nothing is in force."""
    in_force = {name: child for name, child in document.items() if not _waits(child)}
    if len(in_force) == len(document) and not any(map(_holds, document.values())):
        return yaml_text(document) if document else ""
    lines: list[str] = []
    for name, child in document.items():
        if _waits(child):
            lines += [] if lines[-1:] and lines[-1].startswith("#") else [_ADVICE]
            lines += [f"# {line}" for line in _lines(yaml_text({name: _plain(child)}))]
        elif _holds(child):
            lines.append(yaml_text({name: {}}).removesuffix(" {}\n"))
            lines += [line and f"  {line}" for line in _lines(text_with_placeholders(child))]
        else:
            lines += _lines(yaml_text({name: child}))
    return "\n".join(lines) + "\n"


def _waits(value: Json) -> bool:
    """Whether nothing of the value is in force."""
    if isinstance(value, Waiting):
        return True
    return isinstance(value, dict) and bool(value) and all(map(_waits, value.values()))


def _holds(value: Json) -> bool:
    """Whether something in the value waits."""
    if isinstance(value, Waiting):
        return True
    return isinstance(value, dict) and any(map(_holds, value.values()))


def _plain(value: Json) -> Json:
    return {n: _plain(child) for n, child in value.items()} if isinstance(value, dict) else value


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")
