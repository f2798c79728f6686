"""What follows from a profile: dated defaults, operations, how lists are read, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import error
from reconciler.core.service.profile import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.document import Json, Path
    from reconciler.core.resource import Desired
    from reconciler.core.service.profile import Profile

MODEL: Final[Path] = ("layers", "llm", "model")
DETECTOR: Final[Path] = ("layers", "conversational_flow", "turn_detection_model")

DATED: Final[Mapping[str, Mapping[Path, Json]]] = {
    "2026-05": {MODEL: "tavus-gpt-oss", DETECTOR: "sparrow-1"},
    "2026-07": {MODEL: "tavus-glm-4.7", DETECTOR: "sparrow-1"},
    "2026-10": {MODEL: "tavus-gemma-4", DETECTOR: "sparrow-2"},
}
"""Month → what an absent member stands for, where the vendor has changed it (persona-api 2)."""


def dated_defaults(profile: Profile) -> Mapping[Path, Json]:
    """Path → what an absent member stands for."""
    return DATED[str(profile.value("defaults_profile"))]


SHIPPED_DEFAULTS: Final = dated_defaults(SHIPPED)


def refused_operations(profile: Profile) -> frozenset[str]:
    """The operations of a JSON Patch that the service does not take."""
    words = profile.value("refuse_ops")
    refused = frozenset(words if isinstance(words, tuple) else ())
    return refused if profile.value("patch_test") == "honoured" else refused | {"test"}


def page_size(profile: Profile, wanted: int) -> int:
    """How many rows to ask for in one page."""
    most = profile.value("max_limit")
    return min(wanted, most) if isinstance(most, int) and most > 0 else wanted


def reads_each(profile: Profile) -> bool:
    """Whether a list row is too little evidence, so that bound personas are read directly."""
    return profile.value("list_detail") == "summary"


def too_long(desired: Desired, profile: Profile) -> Iterator[Diagnostic]:
    """An error for each text that the service is known to refuse for its length."""
    for question, path in (
        ("max_name_length", ("persona_name",)),
        ("max_prompt_length", ("system_prompt",)),
    ):
        most, text = profile.value(question), desired.document.get(path[0])
        if isinstance(most, int) and isinstance(text, str) and 0 < most < len(text):
            yield error(
                "The text is longer than the service takes",
                f"{path[0]} has {len(text):,} characters; the service profile says {most:,}",
                desired.places.get(path, desired.place),
                "Shorten it, or probe again if the limit has changed",
            )
