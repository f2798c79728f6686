"""The table of lint rules: what is doubtful about a definition without being wrong.

What cannot work is an error, has no code and cannot be switched. Everything else that is ever said
about a definition is a rule of this table, with a page in docs/lint and a level of one's choice.
"""

from __future__ import annotations

from difflib import get_close_matches
from enum import Enum, StrEnum
from typing import Final


class Level(StrEnum):
    """What becomes of a finding."""

    OFF = "off"
    WARNING = "warning"
    ERROR = "error"


class Rule(Enum):
    """A rule: its code, what it finds, and its level where nobody switched it.

    Codes stay: a rule may be retired, but its code is never given to another one.
    """

    # Values and fields.
    UNKNOWN_VALUE = "PR101", "A value that the list of known ones does not have"
    DEPRECATED_VALUE = "PR102", "A value that Tavus still takes, but has replaced"
    REMOVED_VALUE = "PR103", "A value that Tavus no longer serves"
    DEPRECATED_FIELD = "PR104", "A field, or a name of one, that another has replaced"
    UNKNOWN_SETTING = "PR105", "A setting of the voice whose name is not known"
    CONTROL_CHARACTER = "PR106", "An invisible control character in a text"
    # Prompts, and what is spoken.
    PROMPT_OVER_WINDOW = "PR201", "A prompt that does not fit into the model's window"
    LONG_PROMPT = "PR202", "A prompt so long that answers get worse"
    PLACEHOLDER = "PR203", "A placeholder that nobody filled in"
    PASTED_TWICE = "PR204", "A part of the prompt that stands there twice"
    SPOKEN_MARKDOWN = "PR205", "Markdown in a text that is spoken as it is"
    # Tools.
    TOOL_NOT_ATTACHED = "PR301", "A tool that the prompt names but the persona does not have"
    TOOL_NOT_MENTIONED = "PR302", "A tool that the prompt says nothing about"
    TOOLS_OF_TWO_KINDS = "PR303", "Inline tools and attached ones side by side"
    ODD_TOOL_NAME = "PR304", "A tool whose name or type is unusual"
    # The language model, the voice and the senses.
    OWN_MODEL_WITHOUT_KEY = "PR401", "A model of your own without a key"
    KEY_WITHOUT_ENDPOINT = "PR402", "A key without the endpoint that it is for"
    ENDPOINT_WITHOUT_MODEL = "PR403", "An endpoint without a model of its own"
    ODD_ENDPOINT = "PR404", "An endpoint whose address looks wrong"
    HOSTED_MODEL_SETTING = "PR405", "A setting that hosted models do not take"
    OTHER_ENGINES_SETTING = "PR406", "A setting of another voice engine"
    ENGINE_RANGE = "PR407", "A number outside the engine's documented range"
    ODD_VOICE = "PR408", "A voice id that is not one of the Tavus library"
    IDLE_PERCEPTION = "PR409", "A perception setting that the chosen model ignores"
    # Safety.
    LITERAL_KEY = "PR501", "A key or a credential written into the file"
    SECRET_IN_TEXT = "PR502", "A text that holds what looks like a secret"
    TOO_MANY_GUARDRAILS = "PR503", "More guardrails than a persona may have"
    IDLE_GUARDRAILS = "PR504", "Guardrails that have no effect"
    MISSING_GUARDRAILS = "PR505", "A persona without the guardrails that policy demands", Level.OFF
    # The files of the project.
    UNUSED_FRAGMENT = "PR601", "A fragment that no definition includes"
    SHARED_NAME = "PR602", "Two definitions with the same persona name"
    IDLE_IGNORE = "PR603", "An ignored path that the definition does not have"
    UNKNOWN_ENVIRONMENT = "PR604", "An environment that the project does not have"
    UNMANAGED_KIND = "PR605", "Files of a kind of resource that is not managed yet"
    UNSET_VARIABLE = "PR606", "An environment variable that is not set here"
    NOTHING_TO_DO = "PR607", "An environment that no definition is for"
    MISPLACED_BASE = "PR608", "A base that stands among the definitions"

    def __init__(self, code: str, title: str, level: Level = Level.WARNING) -> None:
        self.code = code
        self.title = title
        self.level = level

    @property
    def slug(self) -> str:
        """The rule's name in words: PR104 is deprecated-field."""
        return self.name.lower().replace("_", "-")


_BY_KEY: Final = {key: rule for rule in Rule for key in (rule.code, rule.slug)}


def rule_of(key: str) -> Rule:
    """The rule of a code or a name. Raises ValueError, naming the nearest, where there is none."""
    if (rule := _BY_KEY.get(key)) is not None:
        return rule
    close = get_close_matches(key.upper(), _BY_KEY, 1, 0.7) or get_close_matches(
        key.lower().replace("_", "-"), _BY_KEY, 1
    )
    near = f"did you mean {close[0]}?" if close else "they look like PR104 or deprecated-field"
    raise ValueError(f"there is no such lint rule; {near}")
