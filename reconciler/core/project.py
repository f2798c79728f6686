"""The project file as values: environments, client settings and guards, with their defaults."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias, TypeVar, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from reconciler.core.errors import SettingsError
from reconciler.core.limit import Limit, LimitField
from reconciler.core.lint.settings import ProjectSwitches
from reconciler.core.resource import KEY_PATTERN
from reconciler.core.strict import StrictSettings
from reconciler.core.waves import Waves

if TYPE_CHECKING:
    from collections.abc import Callable

VENDOR_API: Final = "https://tavusapi.com"
"""The base URL of the service itself (persona-api 4)."""

SANDBOX: Final = "sandbox"
"""The `api` that means the emulator inside this program; it needs no key."""

DEFAULT_KEY_VARIABLE: Final = "TAVUS_API_KEY"
"""The environment variable that holds the API key where the project file names none."""

OBJECT_STORES: Final = ("s3", "gs", "az", "azure", "abfs", "abfss")
"""URL schemes of the object stores that can hold state."""

VARIABLE_PATTERN: Final = r"^[A-Za-z_][A-Za-z0-9_]*$"
"""What the name of an environment variable may look like."""


def _base_url(value: str) -> str:
    if value == SANDBOX:
        return value
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("«sandbox», or a base URL that starts with https:// or http://")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("a base URL has no user, no query and no fragment")
    return value.rstrip("/")


def _variable_for(what: str) -> Callable[[object], str]:
    """A validator for {$env: NAME}, which gives NAME."""

    def name_in(value: object) -> str:
        name = value.get("$env") if isinstance(value, dict) and len(value) == 1 else None
        if not isinstance(name, str) or not re.fullmatch(VARIABLE_PATTERN, name):
            raise ValueError(
                f"the {what} itself never stands in the project file; write {{$env: NAME}}, where"
                " NAME is the environment variable that holds it"
            )
        return name

    return name_in


def _inside(value: str) -> str:
    if not value or value.startswith(("/", "~")) or ".." in value.split("/") or "\\" in value:
        raise ValueError("a path below the project directory, with forward slashes")
    return value


def _store(value: object) -> object:
    """local, git, or the URL of a place in an object store."""
    if value in {"local", "git"}:
        return value
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in OBJECT_STORES or not parts.netloc:
        schemes = ", ".join(f"{scheme}://" for scheme in OBJECT_STORES)
        raise ValueError(f"«local», «git», or a URL with bucket and prefix ({schemes})")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("keys never stand in the project file; they come from the environment")
    return value


Name = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
"""The name of an environment; it becomes part of file names."""

Event: TypeAlias = Literal["drift", "apply"]
"""What a webhook can be told of."""

_VARIABLE_SCHEMA: Final = {
    "type": "object",
    "properties": {
        "$env": {
            "type": "string",
            "pattern": VARIABLE_PATTERN,
            "description": "The name of the environment variable, never its value.",
            "examples": [DEFAULT_KEY_VARIABLE],
        }
    },
    "required": ["$env"],
    "additionalProperties": False,
}


class ClientSettings(StrictSettings):
    """How Tavus is spoken to. An environment may override each member."""

    dialect: Literal["personas", "pals"] = "personas"
    """Which of the two route families is used."""
    concurrency: int = Field(default=8, ge=1, le=64)
    """Requests under way at a time."""
    timeout: float = Field(default=30, gt=0, le=600)
    """Seconds without an answer before a request counts as failed."""
    retries: int = Field(default=4, ge=0, le=20)
    """How often a request that may be repeated is repeated."""
    page_size: int = Field(default=100, ge=1, le=100)
    """Rows asked for per list call; 100 is the most known to work (persona-api 5.1)."""
    read_each: bool = False
    """Whether each bound persona is read directly instead of trusting its list row."""
    nonce_names: bool = True
    """Whether a persona is created under a provisional name that ends with a nonce, so that one
    whose answer is lost is recognised; without it, it is found by its name and adopted."""
    target_live: bool = False
    """Whether writes go to live rather than to the draft of PAL Builder (persona-api 6.3)."""


class GuardSettings(StrictSettings):
    """What a plan may do without being asked twice."""

    max_updates: LimitField = Limit(30, is_share=True)
    """Updates in one apply: a count, or a share of what is managed, such as 30%."""
    max_deletes: LimitField = Limit(5)
    """Deletes in one apply: a count, or a share of what is managed."""


class NotifySettings(StrictSettings):
    """Whom to tell what became of a run. An environment may override each member."""

    url: Annotated[
        str, BeforeValidator(_variable_for("address")), WithJsonSchema(_VARIABLE_SCHEMA)
    ] = ""
    """The NAME of the environment variable that holds the address of the webhook, which is as good
    as a password. Nobody is told where this is left out."""
    events: list[Event] = Field(default_factory=lambda: list[Event](get_args(Event)))
    """What is told: drift that was found, and what an apply sent or refused to send."""
    form: Literal["json", "slack"] = "json"
    """A document of its own, or a text as Slack, Mattermost and others take it."""


class Environment(StrictSettings):
    """One Tavus account or emulator, as the project file has it."""

    api: Annotated[str, AfterValidator(_base_url)] = Field(
        default=VENDOR_API, examples=[SANDBOX, VENDOR_API]
    )
    """`sandbox` or a base URL without a slash at the end."""
    api_key: Annotated[
        str, BeforeValidator(_variable_for("key")), WithJsonSchema(_VARIABLE_SCHEMA)
    ] = DEFAULT_KEY_VARIABLE
    """The NAME of the environment variable that holds the key, never the key."""
    state: Annotated[str, BeforeValidator(_store)] = "local"
    """Where the state document lives: `local` (below .reconciler), `git` (a branch of this
    repository), or a URL such as s3://bucket/prefix."""
    vars: dict[str, Any] = Field(default_factory=dict)
    """Values that definitions take from the environment block."""
    prune: bool = False
    """Whether bound personas without a definition are deleted."""
    profile: Annotated[str, AfterValidator(_inside)] | None = None
    """A service profile, in place of the project's: see `reconciler probe`."""
    client: ClientSettings = ClientSettings()
    """Overrides: only the members written here count."""
    guards: GuardSettings = GuardSettings()
    """Overrides: only the members written here count."""
    notify: NotifySettings = NotifySettings()
    """Overrides: only the members written here count."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds in one environment: its block, and the overrides laid over the common settings."""

    name: str
    environment: Environment
    client: ClientSettings
    guards: GuardSettings
    notify: NotifySettings
    profile: str = ""
    """The file of the service profile, relative to the project; empty for the shipped one."""

    @property
    def is_sandbox(self) -> bool:
        """Whether the emulator inside this program is meant; no key is needed then."""
        return self.environment.api == SANDBOX


class Project(StrictSettings):
    """reconciler.yaml, validated."""

    version: Literal[1]
    """The version of this file's form."""
    definitions: Annotated[str, AfterValidator(_inside)] = "personas"
    """The definitions directory, relative to the project file."""
    default_environment: str = Field(examples=["sandbox"])
    """The environment that commands work in where --env names none."""
    environments: dict[Name, Environment] = Field(min_length=1)
    """The accounts, and the emulator, by name."""
    client: ClientSettings = ClientSettings()
    """How Tavus is spoken to, in every environment."""
    guards: GuardSettings = GuardSettings()
    """What an apply may do without being asked twice, in every environment."""
    notify: NotifySettings = NotifySettings()
    """Whom to tell what became of a run, in every environment."""
    waves: Waves = Field(default_factory=list)
    """What `apply --waves` sends one after the other, in this order; deletes come last."""
    profile: Annotated[str, AfterValidator(_inside)] | None = Field(
        default=None, examples=["profiles/tavus-2026-11.yaml"]
    )
    """How the service behaves, as `reconciler probe --out` found it; the shipped profile where this
    is left out."""
    lint: ProjectSwitches = Field(default_factory=dict)
    """Lint rules, by code or name: off, warning or error."""

    @model_validator(mode="after")
    def _default_exists(self) -> Project:
        if self.default_environment not in self.environments:
            raise ValueError("default_environment names none of the environments")
        return self

    def settings(self, environment: str = "") -> Settings:
        """What holds in an environment, the default one where none is named.

        Raises SettingsError where the project has no environment of that name.
        """
        name = environment or self.default_environment
        if (chosen := self.environments.get(name)) is None:
            raise _unknown_environment(name, list(self.environments))
        return Settings(
            name=name,
            environment=chosen,
            client=_laid_over(self.client, chosen.client),
            guards=_laid_over(self.guards, chosen.guards),
            notify=_laid_over(self.notify, chosen.notify),
            profile=chosen.profile or self.profile or "",
        )


_Model = TypeVar("_Model", bound=StrictSettings)


def _laid_over(common: _Model, own: _Model) -> _Model:
    return common.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


def _unknown_environment(name: str, known: list[str]) -> SettingsError:
    close = get_close_matches(name, known, n=1)
    return SettingsError(
        "The project has no such environment",
        f"«{name}»; there are {', '.join(sorted(known))}",
        f"Did you mean «{close[0]}»?" if close else "Add it under environments in reconciler.yaml",
    )
