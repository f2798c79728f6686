"""Why an object store could not do what was asked, in plain words and without secrets.

The library's texts quote requests and answers, and with them keys and signatures. Only a status, a
short code and the kind of network trouble are taken from them; the rest goes nowhere.
"""

from __future__ import annotations

import re
from typing import Final

from reconciler.core.errors import StateError
from reconciler.state.bucket_settings import CREDENTIALS

_STATUS: Final = re.compile(r"status code: ([0-9]{3})\b")
_CODE: Final = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_CREDENTIALS: Final = re.compile(
    r"[Cc]redential|latest/api/token|169\.254\.|metadata\.google|oauth2/token"
)
"""Trouble with getting any, also from the place where a machine in a cloud asks for its own."""
_MISSING: Final = frozenset({"NoSuchBucket", "ContainerNotFound"})

_TROUBLE: Final = (
    ("dns error", "its name is unknown"),
    ("certificate", "its certificate is not trusted"),
    ("kind: Timeout", "it did not answer in time"),
    ("kind: Connect", "no connection"),
    ("HTTP error", "the connection broke"),
)
"""What a text holds → what it means; the first that fits."""


def is_about_the_bucket(failed: Exception) -> bool:
    """Whether the bucket itself is missing, which the library tells like a missing object."""
    return _code(str(failed)) in _MISSING


def explained(failed: Exception, kind: str, place: str) -> StateError:
    """What went wrong at a place in a store of a kind («s3»), and what to do about it."""
    text = str(failed)
    status = _STATUS.search(text)
    answer = " ".join(part for part in (status[1] if status else "", _code(text)) if part)
    told = f"{place}: {answer}" if answer else place
    if is_about_the_bucket(failed):
        hint = "Create it, or correct the URL; a state store creates no bucket."
        return StateError("The bucket does not exist", place, hint)
    if status and status[1] in {"401", "403"}:
        hint = (
            "The credentials must be right and may read, write, delete and list below that place."
            f" They come from {CREDENTIALS[kind]}."
        )
        return StateError("The object store refuses access", told, hint)
    if not status and _CREDENTIALS.search(text):
        return without_credentials(kind, place)
    if "BareRedirect" in text:
        hint = "Set AWS_REGION to the region of the bucket."
        return StateError("The bucket is in another region", place, hint)
    if not status and (trouble := _trouble(text)):
        hint = "Check the network and the endpoint, then run the command again."
        return StateError("The object store cannot be reached", f"{place}: {trouble}", hint)
    return StateError("The object store failed", told, "Run the command again.")


def without_credentials(kind: str, place: str) -> StateError:
    """Of what gives access nothing is there, or nothing that can be read."""
    hint = f"They come from {CREDENTIALS[kind]}."
    return StateError("There are no usable credentials for the object store", place, hint)


def _code(text: str) -> str:
    found = _CODE.search(text)
    return found[1] if found else ""


def _trouble(text: str) -> str:
    return next((meaning for mark, meaning in _TROUBLE if mark in text), "")
