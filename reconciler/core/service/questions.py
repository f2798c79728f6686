"""Everything that is open, contradictory or has changed about the service, as one table.

The numbers in `source` are sections of the research this program is built on (persona-api).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.service.defaults import DEFAULTS
from reconciler.core.service.question import Confidence, Question
from reconciler.core.service.resource_questions import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

_D, _S = Confidence.DOCUMENTED, Confidence.SEEN
_I, _U = Confidence.INFERRED, Confidence.UNKNOWN
_ON_OFF: Final = (False, True)
_COMPARED: Final = "nothing: both forms compare as equal"

_READING: Final = (
    Question("documented_get_wrapper", 'Does GET wrap the record in {"data": [...]}?', _ON_OFF,
             False, _S, "5.2", "nothing: both forms are read"),
    Question("not_found", "Which status has an unknown id?", (400, 404), 400, _D, "5.2",
             "nothing: either is confirmed by a second read before it is believed"),
    Question("list_detail", "Are list rows whole records?", ("full", "summary"), "full", _S, "5.1",
             "with summaries each bound persona is read directly"),
    Question("page_zero", "Is page 0 accepted as the first page?", _ON_OFF, True, _U, "5.1",
             "nothing: pages are counted from 1"),
    Question("max_limit", "How many rows may a page have?", (), 100, _S, "5.1",
             "pages are asked for with at most so many rows"),
    Question("over_limit", "What comes of a larger limit?", ("clamp", "refuse"), "clamp", _U, "5.1",
             "nothing: no larger one is asked for"),
    Question("reorder_keys", "Do members come back in another order?", _ON_OFF, True, _S, "9.3",
             "nothing: the order of members never counts"),
    Question("empty_defaults", 'Do unset members come back as "", [], {} or null?', _ON_OFF,
             True, _S, "9.2", "nothing: unset, empty and null compare as equal"),
    Question("spell_out_tts", "Does a tts layer come back with all of its members?", _ON_OFF,
             False, _S, "9.2", "nothing: what nobody wrote is not managed"),
    Question("hide_llm_defaults", "Are the default model and speculation left out?", _ON_OFF, True,
             _S, "9.2", "nothing: an absent member stands for its default"),
    Question("flow_fill", "What fills the rest of an active conversational_flow layer?",
             ("defaults", "nulls"), "defaults", _S, "9.2", _COMPARED),
    Question("both_interruptibility", "Are both spellings of the interruptibility shown?", _ON_OFF,
             False, _U, "3", "nothing: the canonical spelling wins"),
)  # fmt: skip

_STORING: Final = (
    Question("trim_text", "Do prompts lose trailing white space and carriage returns?", _ON_OFF,
             False, _U, "15", _COMPARED),
    Question("sort_id_lists", "Are lists of ids and tags sorted on store?", _ON_OFF, False, _U,
             "9.5", "nothing: they compare as sets"),
    Question("mangle_names", "On which routes does a name lose its punctuation?",
             ("pals", "both", "none"), "pals", _S, "9.3", _COMPARED),
    Question("tool_descriptions", "Does the description of an inline tool survive?",
             ("keep", "drop"), "drop", _S, "9.3", "nothing: one that live lost does not count"),
    Question("mask_llm_api_key", "How does layers.llm.api_key read back?", ("mask", "echo"), "mask",
             _S, "9.4", "nothing: a keyed digest tells whether it was sent"),
    Question("mask_tts_api_key", "How does layers.tts.api_key read back?", ("mask", "echo"), "mask",
             _U, "9.4", "nothing: a keyed digest tells whether it was sent"),
    Question("mask_headers", "How do values of layers.llm.headers read back?", ("mask", "echo"),
             "echo", _D, "9.4", "nothing: a keyed digest tells whether it was sent"),
    Question("max_name_length", "How long may a name be? 0: no limit found.", (), 0, _U, "15",
             "longer names are refused before anything is sent"),
    Question("max_prompt_length", "How long may a prompt be? 0: no limit found.", (), 0, _U, "15",
             "longer prompts are refused before anything is sent"),
    Question("retired_models", "Does a retired model in a record make every write fail?",
             ("refused", "accepted"), "refused", _S, "8.2", "nothing: validate warns of them",
             probeable=False),
)  # fmt: skip

_PATCHING: Final = (
    Question("strict_replace", "Does replace on an absent member fail?", _ON_OFF, True, _S, "7",
             "nothing: absent members are added"),
    Question("unknown_member", "Which status has a member a layer does not know?", (400, 500), 500,
             _S, "7", "nothing: either is told as a refusal"),
    Question("mixed_conferencing_status", "Which status has a mixed conferencing patch?",
             (400, 409, 422), 400, _U, "6.2", "nothing: conferencing is patched alone"),
    Question("accept_null", "May null be written over a value?", _ON_OFF, True, _U, "7",
             "nothing: members are cleared with remove"),
    Question("patch_test", "Do test operations work?", ("honoured", "refused"), "honoured", _D, "7",
             "without them lists that differ are sent whole"),
    Question("refuse_ops", "Which operations are refused?", (), (), _D, "7",
             "patches do without them; lists are sent whole"),
    Question("edit_model", "Where does a PATCH go while PAL Maker has unpublished edits?",
             ("none", "draft_routed", "editing_lifecycle"), "editing_lifecycle", _D, "6",
             "nothing: a draft-routed write is told as not live, a 409 stops that persona",
             probeable=False),
)  # fmt: skip

QUESTIONS: Final[Mapping[str, Question]] = {
    question.id: question
    for question in (*_READING, *_STORING, *_PATCHING, *RESOURCES, *DEFAULTS.values())
}
"""Id → question."""
