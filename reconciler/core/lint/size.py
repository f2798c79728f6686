"""PR201 and PR202: how long the prompt is for the model that reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from reconciler.core.document import get
from reconciler.core.lint.texts import PROMPTS, texts_at
from reconciler.core.persona.problem import Problem, warning
from reconciler.core.rulebook import Rule
from reconciler.core.tokens import ENOUGH, estimated_tokens, window_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.document import Path
    from reconciler.core.persona.subject import Subject

_MODEL: Final[Path] = ("layers", "llm", "model")
_TOOLS: Final[Path] = ("layers", "llm", "tools")


def prompt_size(subject: Subject) -> Iterator[Problem]:
    """The prompt, the context and the inline tools are read anew for each answer."""
    parts = [text for _, text in texts_at(subject, PROMPTS)]
    if tools := get(subject.given, _TOOLS):
        parts.append(json.dumps(tools, ensure_ascii=False, default=str))
    if sum(map(len, parts)) < ENOUGH:
        return  # a token is a character at least
    tokens, window = sum(map(estimated_tokens, parts)), window_of(subject.text(_MODEL))
    spot = next((path for path in PROMPTS if subject.has(path)), _TOOLS)
    size = f"{subject.name(spot)}{_besides(parts)} is about {tokens:,} tokens"
    if window is not None and tokens > window:
        model = subject.text(_MODEL) or "the default model"
        yield warning(
            spot,
            Rule.PROMPT_OVER_WINDOW,
            "The prompt does not fit into the model's window",
            f"{size}, {model} takes {window:,} with the conversation in it",
            "Move reference material into documents, or choose a model with a larger window",
        )
    elif tokens > ENOUGH:
        yield warning(
            spot,
            Rule.LONG_PROMPT,
            "The prompt is very long",
            f"{size}; answers get worse from about {ENOUGH:,} on, and slower",
            "Move reference material into documents; 5,000 tokens are a good size",
        )


def _besides(parts: list[str]) -> str:
    return " with context and tools" if len(parts) > 1 else ""
