"""Rules about the voice: what each engine takes (persona-api 8.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.core.document import get
from reconciler.core.persona.base import SPEED_WORDS
from reconciler.core.persona.problem import Problem, error, warning
from reconciler.core.persona.unknown import unknown_setting
from reconciler.core.persona.values import outside
from reconciler.core.persona.voice import VoiceSettings
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reconciler.core.document import Json, Path
    from reconciler.core.persona.subject import Subject

_TTS: Final[Path] = ("layers", "tts")
_ENGINE: Final[Path] = (*_TTS, "tts_engine")
_SETTINGS: Final[Path] = (*_TTS, "voice_settings")
_TAVUS_VOICE: Final = re.compile(r"v[0-9a-f]+")

_RANGES: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = {
    "elevenlabs": {
        "speed": (0.7, 1.2),
        "stability": (0, 1),
        "similarity_boost": (0, 1),
        "style": (0, 1),
    },
    "cartesia": {"speed": (-1, 1)},
}
_ONLY: Final[Mapping[str, str]] = {
    "emotion": "cartesia",
    "volume": "cartesia",
    "stability": "elevenlabs",
    "similarity_boost": "elevenlabs",
    "style": "elevenlabs",
    "use_speaker_boost": "elevenlabs",
}
"""Setting → the one engine that knows it."""


def _settings(subject: Subject) -> Iterator[Problem]:
    settings = get(subject.plain, _SETTINGS)
    for name, value in settings.items() if isinstance(settings, dict) else ():
        path = (*_SETTINGS, name)
        if name not in VoiceSettings.model_fields:
            yield unknown_setting(subject, path)
        elif value is not None:
            yield from _setting(subject, path, value)


def _setting(subject: Subject, path: Path, value: Json) -> Iterator[Problem]:
    engine, name = subject.text(_ENGINE), path[-1]
    if engine in _RANGES and _ONLY.get(name, engine) != engine:
        yield warning(
            path,
            Rule.OTHER_ENGINES_SETTING,
            "Another engine's setting",
            f"{subject.name(path)} is known to {_ONLY[name]} only, and the engine is another",
            "Drop it, or change the engine",
        )
    elif name in (ranges := _RANGES.get(engine, {})):
        yield from _range(subject, path, value, *ranges[name])


def _range(subject: Subject, path: Path, value: Json, low: float, high: float) -> Iterator[Problem]:
    engine = subject.text(_ENGINE)
    if isinstance(value, str):
        if engine != "cartesia" and value in SPEED_WORDS:
            detail = f"{subject.name(path)} as a word is known to cartesia only"
            yield error(path, "Wrong type", detail, f"Write a number from {low} to {high}")
    elif outside(value, low, high):
        detail = f"{subject.name(path)} is {subject.quote(path)}, the engine takes {low} to {high}"
        # The documented range of cartesia is that of its oldest model; newer ones differ.
        if engine == "cartesia":
            yield warning(path, Rule.ENGINE_RANGE, "Out of range", detail)
        else:
            yield error(path, "Out of range", detail)


def _voice_id(subject: Subject) -> Iterator[Problem]:
    """voice_id once meant nothing and was written for external_voice_id."""
    path, external = (*_TTS, "voice_id"), (*_TTS, "external_voice_id")
    voice = subject.text(path)
    if voice and not _TAVUS_VOICE.fullmatch(voice):
        yield warning(
            path,
            Rule.ODD_VOICE,
            "This is no voice of the Tavus library",
            f"{subject.name(path)} takes a v and hexadecimal digits",
            f"For a voice by the engine's own id use {subject.name(external)}",
        )


RULES: Final[tuple[Callable[[Subject], Iterator[Problem]], ...]] = (_settings, _voice_id)
"""The rules of this module, in the order in which they speak."""
