"""The defaults that have changed over the months, by date (persona-api sections 2 and 9.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.core.service.behaviour import DATED, DETECTOR, MODEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json, Object
    from reconciler.sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class Profile:
    """The defaults of one month."""

    model: str
    detector: str
    tts_engine: str
    detectors: tuple[str, ...]
    """The turn detectors accepted."""


_OLD_DETECTORS: Final = ("sparrow-1", "sparrow-0", "timebased")


def _of(month: str, tts_engine: str, detectors: tuple[str, ...]) -> Profile:
    dated = DATED[month]
    return Profile(str(dated[MODEL]), str(dated[DETECTOR]), tts_engine, detectors)


PROFILES: Final[Mapping[str, Profile]] = {
    "2026-05": _of("2026-05", "cartesia", _OLD_DETECTORS),
    "2026-07": _of("2026-07", "cartesia", _OLD_DETECTORS),
    "2026-10": _of("2026-10", "tavus-auto", ("sparrow-1", "sparrow-2")),
}

RETIRED_MODELS: Final = frozenset({"tavus-llama", "tavus-llama-4"})
"""Hosted models that are gone; a record that still has one cannot be written (persona-api 8.2)."""


def profile(switches: Switches) -> Profile:
    """The profile the switches name."""
    return PROFILES[switches.defaults_profile]


def flow_defaults(switches: Switches) -> Object:
    """What an active conversational_flow layer is filled with: the eight members of 8.6."""
    filled: Object = {
        "turn_detection_model": profile(switches).detector,
        "turn_taking_patience": "medium",
        "replica_interruptibility": "medium",
        "voice_isolation": "near",
        "wake_phrase": None,
        "sleep_phrase": None,
        "idle_engagement": "off",
        "idle_end_behavior": "wait",
    }
    return dict.fromkeys(filled) if switches.flow_fill == "nulls" else filled


def spelled_out_tts(switches: Switches) -> Object:
    """A tts layer as PAL Maker stores it, nothing chosen (persona-api 9.2)."""
    return {
        "voice_settings": {},
        "external_voice_id": "",
        "voice_id": "",
        "tts_engine": profile(switches).tts_engine,
        "api_key": "",
        "playht_user_id": "",
        "tts_emotion_control": True,
        "tts_model_name": "",
        "pronunciation_dictionary_id": None,
    }


def implicit(switches: Switches) -> Mapping[tuple[str, ...], Json]:
    """Path → the value an absent member stands for, so that writing it changes nothing."""
    dated = profile(switches)
    return {
        ("pipeline_mode",): "full",
        ("disclosure_type",): "auto",
        ("is_template",): False,
        ("llm", "model"): dated.model,
        ("llm", "speculative_inference"): True,
        ("tts", "tts_engine"): dated.tts_engine,
        ("tts", "tts_emotion_control"): True,
        ("perception", "perception_model"): "raven-1",
        ("perception", "emotion_recognition"): "auto",
        ("stt", "stt_engine"): "tavus-auto",
    }
