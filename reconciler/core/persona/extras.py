"""The small layers: capabilities, knowledge base and connectors (persona-api 8.8)."""

from __future__ import annotations

from pydantic import Field

from reconciler.core.document import Json
from reconciler.core.persona.base import Strict


class Capabilities(Strict):
    """Switches for what the persona may do beyond talking."""

    mcp_enabled: bool | None = None
    """Whether it may use MCP connectors."""
    search_enabled: bool | None = None
    """Whether it may search the web."""
    activity_log_enabled: bool | None = None
    """Whether what it does is written to an activity log."""
    search_results_prompt_injection_prevention_enabled: bool | None = None
    """Whether instructions hidden in search results are filtered out."""


class KnowledgeBase(Strict):
    """How documents are searched during a conversation."""

    rag_score_threshold: float | None = Field(default=None, examples=[0.4])
    """How well a passage must fit before it is used."""
    rag_n_chunks: int | None = Field(default=None, examples=[5])
    """How many passages are used at most."""
    rag_surrounding_chunk_radius: int | None = Field(default=None, examples=[1])
    """How many passages before and after each hit come with it."""
    enable_rag_observability_app_messages: bool | None = None
    """Whether the application is told which passages were used."""
    use_procedure_goalchain: bool | None = None
    """Internal to the vendor's client; meaning not published."""


class Mcp(Strict):
    """Connections to MCP servers."""

    connectors: list[Json] | None = None
    """The connectors; their form is not published."""
