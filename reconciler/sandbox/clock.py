"""Time stamps in the forms the service uses, which vary from record to record (persona-api 9.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zlib import crc32

_EXACT: Final = ("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f+00:00")
_FORMS: Final = (*_EXACT, "%Y-%m-%dT%H:%M:%SZ")


def created_at(persona_id: str) -> str:
    """Now, in one of four forms, by the id."""
    return datetime.now(UTC).strftime(_FORMS[crc32(persona_id.encode()) % len(_FORMS)])


def updated_at(persona_id: str) -> str:
    """Now, in one of three forms exact enough that two writes never give the same text."""
    return datetime.now(UTC).strftime(_EXACT[crc32(persona_id.encode()) % len(_EXACT)])


def without_zone() -> str:
    """Now, as the publish route writes it (persona-api 5.6)."""
    return datetime.now(UTC).strftime(_EXACT[1])


def with_blank() -> str:
    """Now, as objectives and guardrails have it: a blank before the time (resources-api 1)."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
