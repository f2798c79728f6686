"""layers.llm: which language model answers, and how it is called (persona-api 8.2)."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from reconciler.core.persona.base import FreeObject, Strict, Switch
from reconciler.core.persona.tools import Tool


class ExtraBody(Strict):
    """Members added to each request. A hosted model takes these two, your own takes any."""

    model_config = ConfigDict(extra="allow")

    temperature: float | None = Field(default=None, examples=[0.7])
    """How freely words are chosen. Hosted models take 0 to 2."""
    top_p: float | None = Field(default=None, examples=[0.9])
    """Share of the likeliest words to choose from. Hosted models take 0 to 1."""


class Llm(Strict):
    """The language model."""

    model: str | None = Field(default=None, examples=["tavus-gemma-4"])
    """A hosted model (its name starts with tavus-), or the name your own endpoint knows. Absent
    means the vendor's default, which has changed several times: write it to pin it."""
    base_url: str | None = Field(default=None, examples=["https://llm.example.com/v1"])
    """Address of your own endpoint that speaks the OpenAI protocol, without /chat/completions."""
    api_key: str | None = None
    """Key for your own endpoint, required with base_url. Reads back as a mask. Take it from the
    environment: {$env: NAME}."""
    tools: list[Tool] | None = None
    """Functions the model may call. Kept for existing personas by the vendor; new ones are better
    registered once and attached through tool_ids."""
    headers: dict[str, str | None] | None = None
    """Headers sent to your own endpoint. Their values are treated as secrets."""
    extra_body: ExtraBody | None = None
    """Further members of each request to the model, such as the temperature."""
    default_query: FreeObject | None = Field(default=None, examples=[{"api-version": "2026-01-01"}])
    """Query parameters added to each request to your own endpoint."""
    speculative_inference: Switch | None = None
    """Whether the model starts answering before the other person has finished. Faster; a tool
    may then be called more than once. On unless switched off."""
    disable_vision: bool | None = None
    """Whether to keep what perception sees from the model. Internal to the vendor's client."""
    enable_llm_proxy: bool | None = None
    """Internal to the vendor's client; meaning not published."""
    is_custom: bool | None = None
    """Internal to the vendor's client; meaning not published."""
    model_name: str | None = None
    """Internal to the vendor's client. The model is chosen with model."""
    endpoint: str | None = None
    """Internal to the vendor's client. The address of your own endpoint is base_url."""
