"""What the service does to a field between what is sent and what is read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.explain.explanation import Finding
from reconciler.core.fields import (
    CONFERENCING,
    FIELDS,
    FLOW,
    Compare,
    field_at,
)
from reconciler.core.service.behaviour import SHORTENED_IN_LIST
from reconciler.core.service.defaults import DEFAULTS
from reconciler.core.service.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.core.document import Path
    from reconciler.core.persona.sources import Provenance
    from reconciler.core.service.profile import Profile

_SENTENCES: Final[Mapping[Compare, str]] = {
    Compare.TEXT: "Line ends become LF; white space at the end does not count.",
    Compare.NAME: "Punctuation may get lost on storing; read back without it, it counts as sent.",
    Compare.LOWERCASE: "It is stored in lower case; upper case does not count.",
    Compare.BOOLEAN: 'The texts "true" and "false" count as true and false.',
    Compare.SET: "Order and repetitions do not count.",
    Compare.ORDERED: "The order counts.",
    Compare.TOOLS: "Functions are compared by name, in any order; members may come back in another"
    " order.",
    Compare.SECRET: "It may read back as eight asterisks, which tell that there is one and not"
    " which; a keyed digest in the state tells whether yours is the one that was sent.",
    Compare.MAP: "Members that the definition does not name are left alone.",
}
"""How the values of a field compare, as its author should know it."""


def _everywhere(*kinds: Compare) -> tuple[Path, ...]:
    return tuple(path for path, field in FIELDS.items() if field.compare in kinds)


_MODEL: Final[Path] = ("layers", "llm", "model")
_TTS: Final[Path] = ("layers", "tts")
_IDS: Final = ("document_ids", "document_tags", "guardrail_ids", "guardrail_tags", "tool_ids")

CONCERNS: Final[Mapping[str, tuple[Path, ...]]] = {
    "trim_text": _everywhere(Compare.TEXT),
    "sort_id_lists": tuple((name,) for name in _IDS),
    "mangle_names": (("persona_name",),),
    "tool_descriptions": _everywhere(Compare.TOOLS),
    "mask_llm_api_key": (("layers", "llm", "api_key"),),
    "mask_tts_api_key": ((*_TTS, "api_key"),),
    "mask_headers": (("layers", "llm", "headers"),),
    "max_name_length": (("persona_name",),),
    "max_prompt_length": (("system_prompt",),),
    "retired_models": (_MODEL,),
    "hide_llm_defaults": (_MODEL, ("layers", "llm", "speculative_inference")),
    "spell_out_tts": (_TTS,),
    "flow_fill": (FLOW,),
    "both_interruptibility": ((*FLOW, "replica_interruptibility"),),
    "mixed_conferencing_status": (CONFERENCING,),
    "list_detail": SHORTENED_IN_LIST,
    "patch_guardrail_ids": (("guardrail_ids",), ("guardrail_tags",)),
    "guardrail_deleted": (("guardrail_ids",),),
    "objectives_deleted": (("objectives_id",),),
    **{question.id: (path,) for path, question in DEFAULTS.items()},
}
"""Question about the service → the fields it is about. The others are about records as wholes."""


def sentences(path: Path, provenance: Provenance | None) -> Iterator[str]:
    """What the service does to the field, and how that is dealt with."""
    field = field_at(path)
    if (said := _SENTENCES.get(field.compare)) is not None:
        yield said
    if field.members is Compare.SECRET:
        yield "Each value is treated as a secret: never shown, compared by a keyed digest."
    if path == FLOW:
        yield "Once one member is set, the service fills in the others."
    if path[:2] == CONFERENCING:
        yield "A change is live at once, also while the web app holds unpublished edits."
    if provenance is not None and provenance.unset:
        yield f"Where nobody set it, it reads back as: {provenance.unset}."


def findings(path: Path, profile: Profile) -> tuple[Finding, ...]:
    """The questions about the service that are about this field, with the profile's answers."""
    return tuple(
        Finding(question, profile.answer(id_))
        for id_, question in QUESTIONS.items()
        if path in CONCERNS.get(id_, ())
    )
