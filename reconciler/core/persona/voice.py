"""layers.tts: how the persona sounds (persona-api 8.3)."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from reconciler.core.persona.base import Speed, Strict, Switch


class VoiceSettings(Strict):
    """Fine tuning; each engine has its own names. Unlisted ones go to the engine as they are."""

    model_config = ConfigDict(extra="allow")

    speed: Speed | None = Field(default=None, examples=[1.0])
    """Speaking rate. elevenlabs: 0.7 to 1.2, 1 is normal. cartesia: -1 to 1, 0 is normal; its
    older models also take slowest, slow, normal, fast, fastest."""
    emotion: list[str] | None = Field(default=None, examples=[["positivity:high", "curiosity"]])
    """Colouring of the voice: a name, or a name and a level. cartesia only."""
    volume: float | None = None
    """Loudness. cartesia sonic-3 only."""
    stability: float | None = None
    """0 lively to 1 even. elevenlabs only."""
    similarity_boost: float | None = None
    """0 to 1: how closely to keep to the recorded voice. elevenlabs only."""
    style: float | None = None
    """0 to 1: how much to exaggerate the manner of the recorded voice. elevenlabs only."""
    use_speaker_boost: bool | None = None
    """Whether to sharpen the likeness at the cost of some delay. elevenlabs only."""


class Tts(Strict):
    """The voice. Absent means the voice of the face."""

    tts_engine: str | None = Field(default=None, examples=["cartesia"])
    """Who speaks. Absent means the vendor's choice, which has changed: write it to pin it."""
    api_key: str | None = None
    """Key for a private voice of the engine; stock voices need none. Take it from the
    environment: {$env: NAME}. With a pronunciation dictionary, an elevenlabs key needs the right
    to write dictionaries."""
    external_voice_id: str | None = None
    """A voice by the engine's own id. Goes before voice_id, which goes before the face's voice."""
    voice_id: str | None = None
    """A voice of the Tavus library: a v and hexadecimal digits."""
    voice_settings: VoiceSettings | None = None
    """Fine tuning of the voice, by the names of the engine."""
    tts_emotion_control: Switch | None = None
    """Whether voice, and on Phoenix-4 faces also the face, follow the mood of the words. On
    unless switched off."""
    tts_model_name: str | None = Field(default=None, examples=["sonic-3"])
    """The engine's model, by the engine's own name. Absent means the engine's default."""
    pronunciation_dictionary_id: str | None = None
    """A pronunciation dictionary: pd_ and letters and digits. The server clears this when the
    dictionary is deleted."""
    playht_user_id: str | None = None
    """User id at PlayHT, which is no longer an engine."""
