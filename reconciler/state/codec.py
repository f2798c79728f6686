"""State document ↔ bytes: sorted, indented JSON that a person can read and git can diff."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from pydantic import ValidationError

from reconciler.core.canonical import VERSION
from reconciler.core.errors import StateError
from reconciler.core.state import FORMAT
from reconciler.state.shape import Shape, shaped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from reconciler.core.state import StateDocument


def encode(document: StateDocument) -> bytes:
    """The document as UTF-8 JSON, members sorted, one final newline; same in, same bytes out."""
    value = {
        "kind": "persona-reconciler/state",
        "format_version": "{}.{}".format(*FORMAT),
        **shaped(document),
    }
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def decode(data: bytes) -> StateDocument:
    """The document in data.

    Raises:
        StateError: the bytes are no state document, or one of a newer version of this program.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise _unreadable("it is not JSON") from None
    if not isinstance(value, dict):
        raise _unreadable("it is not a JSON object")
    _refuse_newer(value)
    try:
        document = Shape.model_validate(value).document()
    except ValidationError as invalid:
        first = invalid.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise _unreadable(f"{place}: {first['msg']}") from None
    except ValueError as invalid:
        raise _unreadable(str(invalid)) from None
    often = Counter(binding.id for binding in document.bindings.values())
    if shared := sorted(persona_id for persona_id, number in often.items() if number > 1):
        raise _unreadable(f"several addresses are bound to one persona: {', '.join(shared)}")
    return document


def _refuse_newer(value: Mapping[str, Any]) -> None:
    version, canonicaliser = str(value.get("format_version", "")), value.get("canonicaliser", 0)
    if version and not re.fullmatch(r"[0-9]{1,6}\.[0-9]{1,6}", version):
        raise _unreadable(f"format_version: {version[:20]} is none")
    numbers = tuple(map(int, version.split("."))) if version else ()
    # A newer minor version has members that would be lost on the next replace.
    if numbers > FORMAT or (isinstance(canonicaliser, int) and canonicaliser > VERSION):
        raise StateError(
            "The state was written by a newer version",
            f"format {version}, canonicaliser {canonicaliser}",
            "Upgrade persona-reconciler; an older one would misread it.",
        )


def _unreadable(why: str) -> StateError:
    return StateError(
        "The state document cannot be read",
        why,
        "Restore an earlier copy from the history beside it. Without any, start from an empty"
        " state: live personas are then found by name and planned as adopt.",
    )
