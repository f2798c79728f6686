"""What a tool may hold (resources-api 3.1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from reconciler.core.persona.tools import NAME_PATTERN
from reconciler.sandbox.resources.sent import Sent

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST: Final = 10_000
"""Characters of the description and the serialised parameters together."""

Text = Annotated[str, Field(min_length=1)]


class NoAuth(Sent):
    """Nothing to show."""

    type: Literal["none"]


class Bearer(Sent):
    """A token."""

    type: Literal["bearer"]
    token: Text


class ApiKey(Sent):
    """A named value."""

    type: Literal["api_key"]
    name: Text
    value: Text
    location: Text


class Basic(Sent):
    """A user and a password."""

    type: Literal["basic"]
    username: str
    password: Text


class ClientCredentials(Sent):
    """A client of an OAuth server."""

    type: Literal["oauth2_client_credentials"]
    token_url: Text
    client_id: Text
    client_secret: Text
    scope: str = ""


class Hmac(Sent):
    """A secret to sign with."""

    type: Literal["hmac"]
    secret: Text


Auth = Annotated[
    NoAuth | Bearer | ApiKey | Basic | ClientCredentials | Hmac, Field(discriminator="type")
]


class Api(Sent):
    """Where calls go."""

    url: Annotated[str, Field(pattern=r"^https://[^/?#{}\s]+([/?#]\S*)?$")]
    """Its host is static."""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None
    timeout: float | None = None
    headers: dict[str, str] | None = None
    query_params: dict[str, Any] | None = None
    body_template: Any = None
    content_type: str | None = None
    auth: Auth | None = None


class Delivery(Sent):
    """One of two ways."""

    app_message: bool | None = None
    api: Api | None = None


class Tool(Sent):
    """A tool as it is sent; null puts a member back to its default."""

    name: Annotated[str, Field(pattern=NAME_PATTERN)]
    description: Text
    parameters: dict[str, Any] | None = None
    delivery: Delivery | None = None
    trigger_type: Literal["in_call", "post_call"] | None = None
    origin: Literal["llm", "vision", "audio"] | None = None
    on_call: Literal["generate_filler", "static_filler", "silent", "passthrough"] | None = None
    on_resolve: (
        Literal["generate_response", "response_in_result", "add_to_context", "fire_and_forget"]
        | None
    ) = None
    static_filler: str | None = None


def unfit(tool: Tool) -> Iterator[tuple[str, str]]:
    """What the members must be to each other: name and reason."""
    written = json.dumps(tool.parameters, separators=(",", ":")) if tool.parameters else ""
    if len(tool.description) + len(written) > MOST:
        yield "parameters", f"With the description longer than maximum length {MOST}."
    properties = (tool.parameters or {}).get("properties")
    for name in properties if isinstance(properties, dict) else ():
        if name.startswith("tavus_"):
            yield "parameters", "Names of properties must not begin with tavus_."
    api = tool.delivery.api if tool.delivery else None
    if tool.delivery and bool(tool.delivery.app_message) is (api is not None):
        yield "delivery", "Exactly one of app_message and api is required."
    if tool.trigger_type == "post_call" and tool.origin:
        yield "origin", "Not allowed with trigger_type post_call."
    if tool.trigger_type == "post_call" and api is None:
        yield "delivery", "Required api with trigger_type post_call."
