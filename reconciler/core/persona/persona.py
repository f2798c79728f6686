"""The model of a persona as an author writes it: the top level and the list of layers."""

from __future__ import annotations

from pydantic import Field

from reconciler.core.persona.base import FreeObject, References, Strict, Tags
from reconciler.core.persona.extras import Capabilities, KnowledgeBase, Mcp
from reconciler.core.persona.flow import ConversationalFlow
from reconciler.core.persona.llm import Llm
from reconciler.core.persona.room import Conferencing, Transport
from reconciler.core.persona.senses import Perception, Stt
from reconciler.core.persona.voice import Tts


class Layers(Strict):
    """The parts a persona is made of. A layer that is not written is left to the server."""

    llm: Llm | None = None
    """Thinking: the language model."""
    tts: Tts | None = None
    """Speaking: the voice."""
    perception: Perception | None = None
    """Seeing, and hearing how things are said."""
    stt: Stt | None = None
    """Hearing: speech to text."""
    conversational_flow: ConversationalFlow | None = None
    """Turn-taking. Once one member is set, the server fills in defaults for the others."""
    conferencing: Conferencing | None = None
    """Joining meetings by invitation. Needs a face. Changes are live at once."""
    capabilities: Capabilities | None = None
    """What the persona may do beyond talking."""
    knowledge_base: KnowledgeBase | None = None
    """How documents are searched."""
    transport: Transport | None = None
    """How picture and sound travel."""
    sts: FreeObject | None = None
    """Speech to speech; its form is not published."""
    mcp: Mcp | None = None
    """Connections to MCP servers."""


class Persona(Strict):
    """A Tavus persona (since June 2026 also called a PAL). null clears a field."""

    persona_name: str | None = Field(default=None, examples=["Interviewer"])
    """The name shown at Tavus. Need not be unique; punctuation may get lost on storing."""
    persona_description: str | None = None
    """The line under the name in the vendor's builder."""
    pipeline_mode: str | None = None
    """full runs every layer and needs a system_prompt; echo only speaks what it is sent;
    speech-to-speech takes the model of layers.sts. Absent means full."""
    system_prompt: str | None = None
    """Who the persona is and how it behaves. Best under 5,000 tokens; quality falls from about
    15,000. In a Markdown definition the body is this prompt."""
    context: str | None = None
    """Background for the prompt, from before it was merged into system_prompt."""
    greeting: str | None = Field(default=None, examples=["Hello, I am Juniper."])
    """Spoken first. Cannot be interrupted, so keep it short."""
    default_replica_id: str | None = Field(default=None, examples=["r90bbd427f71"])
    """The face used where a conversation does not name one: an r and hexadecimal digits."""
    languages: list[str] | None = Field(default=None, examples=[["en", "de"]])
    """Language codes."""
    document_ids: list[str] | None = None
    """Documents it may draw on, by id."""
    document_tags: list[str] | None = None
    """Documents it may draw on, by tag."""
    objectives_id: str | None = None
    """The set of objectives it pursues: an o and hexadecimal digits."""
    guardrail_ids: References | None = None
    """Guardrails by id, at most 50. An entry disappears when its guardrail is deleted."""
    guardrail_tags: Tags | None = None
    """Guardrails by tag, at most 50 tags of at most 32 characters."""
    guardrails_id: str | None = None
    """A set of guardrails from before there were guardrail_ids; beside those it has no effect."""
    tool_ids: References | None = None
    """Tools of the registry, at most 50: a t and hexadecimal digits."""
    memories: list[str] | None = None
    """Things it remembers from the start. Known from the vendor's client only."""
    disclosure_type: str | None = None
    """Whether it says that it is an AI: always, off, or auto where the law asks for it."""
    verbal_disclosure: str | None = None
    """The sentence it says about being an AI."""
    visual_disclosure: str | None = None
    """The text shown about being an AI."""
    is_template: bool | None = None
    """Whether it is a template. Known from the vendor's client only."""
    layers: Layers = Field(default_factory=Layers)
    """The parts: language model, voice, perception and so on. Cannot be null."""
