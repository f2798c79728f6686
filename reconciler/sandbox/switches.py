"""How the emulator behaves where the real service is unknown, contradictory or has changed.

Every switch has a name and a value that can be written as text. The defaults are what the
evidence says of October 2026 (persona-api 12.2 and 15).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin, get_type_hints

from reconciler.core.document import parse_pointer
from reconciler.core.service.defaults import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.service.question import Question

OPERATIONS: Final = ("add", "remove", "replace", "copy", "move", "test")
"""The operations of a JSON Patch (RFC 6902)."""

_ON: Final = ("on", "true", "yes")
_OFF: Final = ("off", "false", "no")


@dataclass(frozen=True, slots=True)
class Switches:
    """All switches, with the default of each."""

    edit_model: Literal["none", "draft_routed", "editing_lifecycle"] = "editing_lifecycle"
    """Where a PATCH goes while PAL Maker has unpublished edits: to live (before July 2026), into
    the draft with 200 and a publish_url (July and August 2026), nowhere with 409 (since then)."""
    defaults_profile: Literal["2026-05", "2026-07", "2026-10"] = "2026-10"
    """Which month's language model, turn detector and voice engine are the defaults, where no
    switch says so by itself, and which turn detectors are accepted."""
    documented_get_wrapper: bool = False
    """Whether GET wraps the record in {"data": [...]} as documented, instead of a flat object."""
    strict_replace: bool = True
    """Whether replace on an absent member fails, as RFC 6902 says."""
    not_found: Literal[400, 404] = 400
    """The status for an unknown id."""
    unknown_member: Literal[500, 400] = 500
    """The status for a member a known layer does not have."""
    mixed_conferencing_status: Literal[400, 409, 422] = 400
    """The status for a patch of layers.conferencing together with something else."""
    list_detail: Literal["full", "summary"] = "full"
    """Whether list rows are whole, or lack llm.headers and llm.extra_body as documented."""
    api_key: str = ""
    """The only key accepted; empty for any key that is not empty."""
    mask_llm_api_key: Literal["mask", "echo"] = "mask"
    """How layers.llm.api_key reads back."""
    mask_tts_api_key: Literal["mask", "echo"] = "mask"
    """How layers.tts.api_key reads back."""
    mask_headers: Literal["mask", "echo"] = "echo"
    """How the values of layers.llm.headers read back."""
    trim_text: bool = False
    """Whether prompts and the greeting lose trailing white space and carriage returns on store."""
    sort_id_lists: bool = False
    """Whether lists of ids and tags are sorted on store."""
    mangle_names: Literal["pals", "both", "none"] = "pals"
    """On which routes a name loses its punctuation on store."""
    tool_descriptions: Literal["keep", "drop"] = "drop"
    """Whether the description of an inline tool's function survives the store."""
    reorder_keys: bool = True
    """Whether members come back in the server's order, and those of free-form objects by length
    of name, then name."""
    empty_defaults: bool = True
    """Whether a removed or never set member comes back as "", [], {} or null, or not at all."""
    spell_out_tts: bool = False
    """Whether a tts layer that has any member comes back with all of them."""
    hide_llm_defaults: bool = True
    """Whether the default model and speculative inference are left out where nobody set them."""
    flow_fill: Literal["defaults", "nulls"] = "defaults"
    """What the members nobody set in an active conversational_flow layer come back as."""
    both_interruptibility: bool = False
    """Whether both spellings of the interruptibility are shown and accepted on both routes."""
    accept_null: bool = True
    """Whether null may be written where the server does not show null itself."""
    retired_models: Literal["refused", "accepted"] = "refused"
    """Whether a retired model anywhere in the record makes every write fail with 400."""
    patch_test: Literal["honoured", "refused"] = "honoured"
    """Whether test operations work, or are answered with 400."""
    refuse_ops: tuple[str, ...] = ()
    """JSON Patch operations answered with 400; a list with commas."""
    page_zero: bool = True
    """Whether page 0 is the first page, or answered with 400."""
    max_limit: int = 100
    """The largest page."""
    over_limit: Literal["clamp", "refuse"] = "clamp"
    """Whether a limit above max_limit gives a page of max_limit rows, or 400."""
    max_name_length: int = 0
    """The longest persona name in characters; 0 for no limit."""
    max_prompt_length: int = 0
    """The longest system prompt in characters; 0 for no limit."""
    patch_guardrail_ids: Literal["honoured", "refused"] = "honoured"
    """Whether guardrail_ids and guardrail_tags of a persona may be patched, or are answered 400."""
    guardrail_first_page: Literal[0, 1] = 0
    """The number of the first page of guardrails (legacy=false)."""
    guardrail_deleted: Literal["scrubbed", "kept"] = "scrubbed"
    """Whether personas lose the id of a guardrail that is deleted."""
    objectives_name: Literal["kept", "ignored"] = "kept"
    """Whether a new set of objectives has the name it was sent with."""
    objectives_deleted: Literal["kept", "nulled"] = "kept"
    """Whether personas keep the id of a set of objectives that is deleted."""
    unchanged_resource: Literal[304, 200] = 304
    """The status for a patch that changes nothing of a guardrail or of a set."""
    tool_not_found: Literal[400, 404] = 400
    """The status for an unknown id of a tool."""
    tool_name_taken: Literal["refused", "accepted"] = "refused"
    """Whether a second tool of a name is answered with 409."""
    tool_secrets: Literal["mask", "echo"] = "mask"
    """How the secrets in delivery.api.auth of a tool read back."""
    tool_patch: Literal["object", "json_patch"] = "object"
    """What a PATCH of a tool takes; the other form is answered with 400."""
    mask_sent_back: Literal["refused", "stored"] = "refused"
    """Whether eight asterisks in the place of a tool's secret are answered with 400."""
    unchanged_tool: Literal[200, 304] = 200
    """The status for a patch that changes nothing of a tool."""
    defaults: tuple[tuple[str, bool | str], ...] = ()
    """Pointer → what the absent member stands for. Each is a switch of its own, named like
    /layers/llm/model; empty for the one of the month."""


def _named() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Switches) if field.name != "defaults")


def _default_named(name: str) -> Question | None:
    """The question about a default whose switch has that name."""
    return DEFAULTS.get(parse_pointer(name)) if name.startswith("/") else None


@cache
def _types() -> dict[str, Any]:
    return get_type_hints(Switches)


def allowed(name: str) -> str:
    """What may be written for the switch, in words. Raises ValueError for an unknown name."""
    if (question := _default_named(name)) is not None:
        return "on, off" if question.values else "any text"
    if name not in _named():
        known = ", ".join([*_named(), *(one.id for one in DEFAULTS.values())])
        raise ValueError(f"There is no switch «{name}». The switches are: {known}.")
    kind = _types()[name]
    if get_origin(kind) is Literal:
        return ", ".join(str(value) for value in get_args(kind))
    if get_origin(kind) is tuple:
        return f"a list with commas of {', '.join(OPERATIONS)}"
    return {bool: "on, off", int: "a whole number", str: "any text"}[kind]


def parse(name: str, text: str) -> object:
    """The value a text means for the switch. Raises ValueError that names what is allowed."""
    options = allowed(name)
    question = _default_named(name)
    kind = (bool if question.values else str) if question else _types()[name]
    value = _value(kind, text.strip())
    if value is None or (name == "max_limit" and value == 0):
        raise ValueError(f"The switch «{name}» does not take «{text}». Allowed: {options}.")
    return value


def _value(kind: Any, text: str) -> object | None:  # noqa: ANN401 -- a type hint as found
    if get_origin(kind) is Literal:
        return next((value for value in get_args(kind) if str(value) == text), None)
    if get_origin(kind) is tuple:
        listed = tuple(part.strip() for part in text.split(",") if part.strip())
        return listed if set(listed) <= set(OPERATIONS) else None
    if kind is bool:
        return True if text.lower() in _ON else False if text.lower() in _OFF else None
    if kind is int:
        return int(text) if text.isascii() and text.isdigit() else None
    return text


def from_text(values: Mapping[str, str]) -> Switches:
    """Switches with the given ones set. Raises ValueError as parse() does."""
    return _built(tuple(sorted(values.items())))


@lru_cache(maxsize=64)
def _built(values: tuple[tuple[str, str], ...]) -> Switches:
    chosen: dict[str, Any] = {name: parse(name, text) for name, text in values}
    by_themselves = tuple((name, chosen.pop(name)) for name in list(chosen) if name[:1] == "/")
    return Switches(**chosen, defaults=by_themselves)
