"""layers.perception and layers.stt: what the persona sees and hears (persona-api 8.4, 8.5)."""

from __future__ import annotations

from pydantic import Field

from reconciler.core.persona.base import Strict, Switch
from reconciler.core.persona.tools import Tool


class Perception(Strict):
    """Seeing the other person and their screen, and hearing how things are said."""

    perception_model: str | None = None
    """The model that looks and listens; off switches it off. Absent means raven-1."""
    visual_awareness_queries: list[str] | None = Field(
        default=None, examples=[["Does the person look confused?"]]
    )
    """Questions asked of the picture all the time; the answers reach the language model."""
    visual_tool_prompt: str | None = None
    """When to call the visual tools, in plain words."""
    visual_tools: list[Tool] | None = None
    """Functions called on what is seen."""
    audio_awareness_queries: list[str] | None = Field(
        default=None, examples=[["Does the person sound hesitant?"]]
    )
    """Questions asked of the sound all the time. Needs raven-1."""
    audio_tool_prompt: str | None = None
    """When to call the audio tools, in plain words. Needs raven-1."""
    audio_tools: list[Tool] | None = None
    """Functions called on what is heard. Needs raven-1."""
    screen_awareness_queries: list[str] | None = None
    """Questions asked of a shared screen all the time."""
    screen_tools: list[Tool] | None = None
    """Functions called on what a shared screen shows."""
    perception_analysis_queries: list[str] | None = None
    """Questions answered once, in the report after the conversation."""
    emotion_recognition: str | None = None
    """How far moods are read from face and voice. auto means limited where the conversation runs
    under the EU policy, full elsewhere."""
    tool_prompt: str | None = None
    """Internal to the vendor's client. Use visual_tool_prompt and audio_tool_prompt."""


class Stt(Strict):
    """Turning speech into text."""

    stt_engine: str | None = None
    """The speech recogniser. Absent means tavus-auto. A name the server does not know makes it
    refuse the whole persona."""
    hotwords: str | None = Field(default=None, examples=["Kubernetes, Grafana, Lindqvist"])
    """Names and terms to listen for: one text, not a list."""
    participant_pause_sensitivity: str | None = None
    """How soon a pause counts as the end of a turn: the inverse of
    conversational_flow.turn_taking_patience, which replaced it."""
    participant_interrupt_sensitivity: str | None = None
    """How easily the persona can be interrupted; now set in conversational_flow."""
    smart_turn_detection: Switch | None = None
    """Whether a model decides on turns; conversational_flow.turn_detection_model replaced it."""
