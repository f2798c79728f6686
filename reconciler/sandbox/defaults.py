"""What an absent member stands for here: as shipped, as in another month, or as a switch says."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from reconciler.core.document import parse_pointer
from reconciler.core.fields import FLOW
from reconciler.core.service.behaviour import SHIPPED_DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json, Object, Path
    from reconciler.sandbox.switches import Switches

_MODEL: Final[Path] = ("layers", "llm", "model")
_DETECTOR: Final[Path] = (*FLOW, "turn_detection_model")
_ENGINE: Final[Path] = ("layers", "tts", "tts_engine")

_MONTHS: Final[Mapping[str, Mapping[Path, Json]]] = {
    "2026-05": {_MODEL: "tavus-gpt-oss", _DETECTOR: "sparrow-1", _ENGINE: "cartesia"},
    "2026-07": {_MODEL: "tavus-glm-4.7", _DETECTOR: "sparrow-1", _ENGINE: "cartesia"},
    "2026-10": {_MODEL: "tavus-gemma-4", _DETECTOR: "sparrow-2", _ENGINE: "tavus-auto"},
}
"""What the vendor has changed over the months (persona-api 2 and 9.2)."""

_DETECTORS: Final = {
    "2026-05": ("sparrow-1", "sparrow-0", "timebased"),
    "2026-07": ("sparrow-1", "sparrow-0", "timebased"),
    "2026-10": ("sparrow-1", "sparrow-2"),
}

RETIRED_MODELS: Final = frozenset({"tavus-llama", "tavus-llama-4"})
"""Hosted models that are gone; a record that still has one cannot be written (persona-api 8.2)."""


@lru_cache(maxsize=64)
def defaults(switches: Switches) -> Mapping[Path, Json]:
    """Path → the value an absent member stands for."""
    said = {parse_pointer(at): value for at, value in switches.defaults if value != ""}
    return MappingProxyType({**SHIPPED_DEFAULTS, **_MONTHS[switches.defaults_profile], **said})


def detectors(switches: Switches) -> tuple[str, ...]:
    """The turn detectors accepted; the default is one of them."""
    accepted, default = _DETECTORS[switches.defaults_profile], str(defaults(switches)[_DETECTOR])
    return accepted if default in accepted else (*accepted, default)


def flow_defaults(switches: Switches) -> Object:
    """What an active conversational_flow layer is filled with: the eight members of 8.6."""
    known = defaults(switches)
    filled: Object = {
        "turn_detection_model": known[_DETECTOR],
        "turn_taking_patience": known[(*FLOW, "turn_taking_patience")],
        "replica_interruptibility": known[(*FLOW, "replica_interruptibility")],
        "voice_isolation": known[(*FLOW, "voice_isolation")],
        "wake_phrase": None,
        "sleep_phrase": None,
        "idle_engagement": known[(*FLOW, "idle_engagement")],
        "idle_end_behavior": known[(*FLOW, "idle_end_behavior")],
    }
    return dict.fromkeys(filled) if switches.flow_fill == "nulls" else filled


def llm_defaults(switches: Switches) -> Object:
    """What an llm layer is filled with where its defaults are shown."""
    known = defaults(switches)
    return {
        "model": known[_MODEL],
        "speculative_inference": known["layers", "llm", "speculative_inference"],
    }


def spelled_out_tts(switches: Switches) -> Object:
    """A tts layer as PAL Maker stores it, nothing chosen (persona-api 9.2)."""
    known = defaults(switches)
    return {
        "voice_settings": {},
        "external_voice_id": "",
        "voice_id": "",
        "tts_engine": known[_ENGINE],
        "api_key": "",
        "playht_user_id": "",
        "tts_emotion_control": known["layers", "tts", "tts_emotion_control"],
        "tts_model_name": "",
        "pronunciation_dictionary_id": None,
    }


def always_shown(switches: Switches) -> Object:
    """What a record always has on GET."""
    known = defaults(switches)
    return {
        "persona_name": "",
        "pipeline_mode": known["pipeline_mode",],
        "layers": {},
        "disclosure_type": known["disclosure_type",],
    }


def implicit(switches: Switches) -> Mapping[tuple[str, ...], Json]:
    """Top-level name, or layer and member → the value whose writing changes nothing.

    Without the conversational_flow layer: a default written there makes the layer active.
    """
    known = defaults(switches)
    return {
        path[1:] if path[0] == "layers" else path: value
        for path, value in known.items()
        if path[: len(FLOW)] != FLOW
    }
