"""layers.conversational_flow: who speaks when (persona-api 8.6)."""

from __future__ import annotations

from pydantic import Field

from reconciler.core.persona.base import Strict, TextOrSwitch


class ConversationalFlow(Strict):
    """Turn-taking. Once one member is set, the server fills in defaults for the others."""

    turn_detection_model: str | None = None
    """The model that decides whose turn it is. Its default has changed twice."""
    turn_taking_patience: str | None = None
    """How long a pause may last before the persona answers: high waits longest. Default medium."""
    replica_interruptibility: str | None = None
    """How easily the persona stops when the other person starts to speak. Default medium."""
    turn_commitment: str | None = None
    """How firmly the persona keeps a turn it has begun. No longer described by the vendor."""
    active_listening: TextOrSwitch | None = None
    """Small signs of listening while the other person speaks. Described in two ways by the
    vendor: as text, and as true or false."""
    voice_isolation: str | None = None
    """Which voices count: near keeps to the person at the microphone. Default near."""
    noise_cancellation: str | None = None
    """Internal to the vendor's client; meaning not published."""
    wake_phrase: str | None = Field(default=None, examples=["Hey Juniper"])
    """The persona stays silent until it hears this. Choose something nobody says by chance."""
    sleep_phrase: str | None = Field(default=None, examples=["Thanks, Juniper"])
    """The persona goes silent again when it hears this. Needs wake_phrase."""
    idle_engagement: str | None = None
    """Whether, and how eagerly, the persona speaks up when nobody else does. Default off."""
    idle_end_behavior: str | None = None
    """What happens when the silence goes on. Default wait."""
    idle_timeout: int | None = None
    """Seen once, in a test of the vendor's client; passed through."""
