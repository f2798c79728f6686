"""What follows from a profile: defaults, operations, how lists are read, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import error
from reconciler.core.service.defaults import DEFAULTS, NOT_KNOWN
from reconciler.core.service.profile import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.document import Json, Path
    from reconciler.core.resource import Desired
    from reconciler.core.service.profile import Profile


def defaults(profile: Profile) -> Mapping[Path, Json]:
    """Path → what an absent member stands for; without the fields of which that is not known."""
    said = {path: profile.value(question.id) for path, question in DEFAULTS.items()}
    return {path: value for path, value in said.items() if value != NOT_KNOWN}


SHIPPED_DEFAULTS: Final = defaults(SHIPPED)

SHORTENED_IN_LIST: Final[tuple[Path, ...]] = (
    ("layers", "llm", "headers"),
    ("layers", "llm", "extra_body"),
)
"""What a short list row leaves out: a row without them is no evidence (persona-api 5.1)."""


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
