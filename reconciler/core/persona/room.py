"""layers.conferencing and layers.transport: the rooms a persona joins (persona-api 8.7, 8.8)."""

from __future__ import annotations

from pydantic import Field

from reconciler.core.document import Json
from reconciler.core.persona.base import Strict


class Conferencing(Strict):
    """Joining other people's meetings by invitation. Needs a face. Changes are live at once."""

    username: str | None = Field(default=None, examples=["juniper-frontdesk"])
    """The part before the @ of the invitation address: unique at the vendor, stored in lower
    case."""
    allowlist: list[str] | None = Field(default=None, examples=[["host@example.com"]])
    """E-mail addresses that may invite it."""
    whitelabel: bool | None = None
    """Whether the vendor's brand is hidden in the meeting."""


class InputSettings(Strict):
    """What comes in from the room."""

    microphone: Json | None = None
    """Settings of the microphone; their form is not published."""
    enable_transcription: bool | None = None
    """Whether the room writes down what is said."""


class RoomSettings(Strict):
    """What people see in the room."""

    enable_chat: bool | None = None
    """Whether there is a text chat."""
    enable_network_ui: bool | None = None
    """Whether the quality of the connection is shown."""
    enable_noise_cancellation_ui: bool | None = None
    """Whether people can switch noise cancellation."""
    enable_people_ui: bool | None = None
    """Whether the list of people is shown."""
    start_audio_off: bool | None = None
    """Whether people join muted."""
    start_video_off: bool | None = None
    """Whether people join without a picture."""


class Transport(Strict):
    """How picture and sound travel."""

    transport_type: str | None = None
    """Who carries them."""
    input_settings: InputSettings | None = None
    """What comes in from the room."""
    room_settings: RoomSettings | None = None
    """What people see in the room."""
