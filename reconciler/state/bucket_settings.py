"""The URL of a bucket and what the environment says about reaching it, checked before use."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from reconciler.core.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping

CREDENTIALS: Final[Mapping[str, str]] = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN where there is one),"
    " AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN, or the role of the machine; and AWS_REGION",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS, the name of a credentials file,"
    " or the service account of the machine",
    "az": "AZURE_STORAGE_ACCOUNT_NAME, with AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN, or"
    " AZURE_CLIENT_ID and AZURE_TENANT_ID beside AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE",
}
"""Scheme of the URL → the variables that give access."""

_ENDPOINTS: Final[Mapping[str, tuple[str, ...]]] = {
    "s3": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"),
    "gs": ("GOOGLE_BASE_URL",),
    "az": ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT"),
}

_FORM: Final = "Write s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX."


def scheme(url: str) -> str:
    """One of CREDENTIALS. Raises StateError where the URL is not that of a bucket."""
    parts = _parts(url)
    if parts is None or parts.scheme not in CREDENTIALS or not parts.netloc:
        raise StateError("The state's URL is not that of a bucket", _shown(url), _FORM)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise StateError(
            "The state's URL has more than a bucket and a prefix",
            f"{parts.scheme}://…",
            f"{_FORM} Keys and tokens come from the environment: {CREDENTIALS[parts.scheme]}.",
        )
    prefix = parts.path.removeprefix("/").removesuffix("/")
    if prefix and not {"", ".", ".."}.isdisjoint(prefix.split("/")):
        raise StateError("The prefix in the state's URL is not a plain path", _shown(url), _FORM)
    return parts.scheme


def allows_http(kind: str, variables: Mapping[str, str]) -> bool:
    """Whether the environment's own endpoint is on this machine and spoken to without TLS.

    Raises StateError where an endpoint is no URL, or would be spoken to in the open.
    """
    given = [(name, variables[name]) for name in _ENDPOINTS[kind] if variables.get(name)]
    found = [_is_open(name, value, variables) for name, value in given]
    return any(found)


def _is_open(name: str, value: str, variables: Mapping[str, str]) -> bool:
    parts = _parts(value)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise StateError(f"{name} is not a URL", hint="It starts with https:// or http://.")
    if "@" in parts.netloc:
        raise StateError(f"{name} holds a user", hint="Keys have variables of their own.")
    if parts.scheme == "https":
        return False
    allowing = f"{name.partition('_')[0]}_ALLOW_HTTP"
    if not _is_loopback(parts.hostname) and not variables.get(allowing):
        raise StateError(
            f"{name} is not encrypted",
            f"http://{parts.hostname}",
            f"Use https://; in a network that you trust, set {allowing}=true.",
        )
    return _is_loopback(parts.hostname)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return None if any(mark.isspace() for mark in url) else parts


def _shown(url: str) -> str:
    """The URL as far as it cannot hold a secret."""
    return url.partition("?")[0] if "@" not in url else "…"
