"""The base of what the project file may say: nothing unknown, nothing coerced, nothing repeated."""

from __future__ import annotations

from pydantic import ConfigDict

from reconciler.core.documented import Documented


class StrictSettings(Documented):
    """Errors never quote the input: it may be a key in the wrong place."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        defer_build=True,
        hide_input_in_errors=True,
    )
