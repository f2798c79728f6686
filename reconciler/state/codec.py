"""State document ↔ bytes: sorted, indented JSON that a person can read and git can diff."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from reconciler.core.canonical import VERSION
from reconciler.core.document import parse_pointer, pointer
from reconciler.core.errors import StateError
from reconciler.core.resource import Address
from reconciler.core.state import FORMAT, Binding, PathRecord, StateDocument

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    applied: str
    observed: str
    sensitive: bool = False


class _Binding(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    paths: dict[str, _Record]
    protect: bool = False
    source: str = ""


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["persona-reconciler/state"]
    format_version: str
    canonicaliser: int
    lineage: str
    serial: int
    endpoint: str
    account: str
    key_check: str
    patch_form: Literal["by index", "whole list", "whole layer"] = "by index"
    bindings: dict[str, _Binding]


def encode(document: StateDocument) -> bytes:
    """The document as UTF-8 JSON, members sorted, one final newline; same in, same bytes out."""
    value = {
        "kind": "persona-reconciler/state",
        "format_version": "{}.{}".format(*FORMAT),
        "canonicaliser": document.canonicaliser,
        "lineage": document.lineage,
        "serial": document.serial,
        "endpoint": document.endpoint,
        "account": document.account,
        "key_check": document.key_check,
        "patch_form": document.patch_form,
        "bindings": {str(at): _binding(b) for at, b in sorted(document.bindings.items())},
    }
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _binding(binding: Binding) -> Mapping[str, Any]:
    return {
        "id": binding.id,
        "protect": binding.protect,
        "source": binding.source,
        "paths": {pointer(path): _record(record) for path, record in binding.paths.items()},
    }


def _record(record: PathRecord) -> Mapping[str, Any]:
    known: dict[str, Any] = {"applied": record.applied, "observed": record.observed}
    return {**known, "sensitive": True} if record.sensitive else known


def decode(data: bytes) -> StateDocument:
    """The document in data.

    Raises:
        StateError: the bytes are no state document, or one of a newer version of this program.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise _unreadable("it is not JSON") from None
    if not isinstance(value, dict):
        raise _unreadable("it is not a JSON object")
    _refuse_newer(value)
    try:
        found = _Document.model_validate(value)
        bindings = {Address.parse(at): _from_model(b) for at, b in found.bindings.items()}
    except ValidationError as invalid:
        first = invalid.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise _unreadable(f"{place}: {first['msg']}") from None
    except ValueError as invalid:
        raise _unreadable(str(invalid)) from None
    often = Counter(binding.id for binding in bindings.values())
    if shared := sorted(persona_id for persona_id, number in often.items() if number > 1):
        raise _unreadable(f"several addresses are bound to one persona: {', '.join(shared)}")
    return StateDocument(
        lineage=found.lineage,
        serial=found.serial,
        endpoint=found.endpoint,
        account=found.account,
        key_check=found.key_check,
        canonicaliser=found.canonicaliser,
        patch_form=found.patch_form,
        bindings=bindings,
    )


def _from_model(model: _Binding) -> Binding:
    paths = {
        parse_pointer(at): PathRecord(r.applied, r.observed, r.sensitive)
        for at, r in model.paths.items()
    }
    return Binding(model.id, paths, model.protect, model.source)


def _refuse_newer(value: Mapping[str, Any]) -> None:
    version, canonicaliser = str(value.get("format_version", "")), value.get("canonicaliser", 0)
    if version and not re.fullmatch(r"[0-9]{1,6}\.[0-9]{1,6}", version):
        raise _unreadable(f"format_version: {version[:20]} is none")
    numbers = tuple(map(int, version.split("."))) if version else ()
    # A newer minor version has members that would be lost on the next replace.
    if numbers > FORMAT or (isinstance(canonicaliser, int) and canonicaliser > VERSION):
        raise StateError(
            "The state was written by a newer version",
            f"format {version}, canonicaliser {canonicaliser}",
            "Upgrade persona-reconciler; an older one would misread it.",
        )


def _unreadable(why: str) -> StateError:
    return StateError(
        "The state document cannot be read",
        why,
        "Restore an earlier copy from the history beside it. Without any, start from an empty"
        " state: live personas are then found by name and planned as adopt.",
    )
