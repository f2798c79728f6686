"""From what was sent to what is stored: the normalisations of persona-api 9.3."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reconciler.core.document import ABSENT, equal, is_unset
from reconciler.core.vocabulary import Vocabulary
from reconciler.sandbox.schema import LAYERS, SERVER_OWNED, TOP, Type
from reconciler.sandbox.showing import part
from reconciler.sandbox.words import FLOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Absent, Json, Object
    from reconciler.sandbox.schema import Member
    from reconciler.sandbox.switches import Switches


def normalised(record: Object, switches: Switches) -> Object:
    """A checked record in persona words as the service stores it; the name is left alone."""
    stored = _members(record, TOP, switches)
    layers = {
        name: _members(layer, LAYERS.get(name, {}), switches) if isinstance(layer, dict) else layer
        for name, layer in (stored.get("layers") or {}).items()
        if not (name == FLOW and is_unset(layer))
    }
    if isinstance(conferencing := layers.get("conferencing"), dict):
        layers["conferencing"] = _conferencing(conferencing)
    return {**stored, "layers": layers}


def _members(record: Object, known: Mapping[str, Member], switches: Switches) -> Object:
    return {name: _value(value, known.get(name), switches) for name, value in record.items()}


def _value(value: Json, member: Member | None, switches: Switches) -> Json:
    if member is None or value is None:
        return value
    if member.type is Type.BOOLEAN and isinstance(value, str):
        return value == "true"
    if member.text and switches.trim_text:
        return value.replace("\r\n", "\n").rstrip()
    if member.ids and switches.sort_id_lists:
        return sorted(value)
    if member.type is Type.OBJECTS and switches.tool_descriptions == "drop":
        return [_without_description(tool) for tool in value]
    return value


def _without_description(tool: Object) -> Object:
    function = tool.get("function")
    if not isinstance(function, dict):
        return tool
    kept = {name: value for name, value in function.items() if name != "description"}
    return {**tool, "function": kept}


def _conferencing(layer: Object) -> Object:
    kept = {name: value for name, value in layer.items() if name != "email"}
    if isinstance(username := kept.get("username"), str):
        kept["username"] = username.lower()
    return kept


def mangled(name: str, vocabulary: Vocabulary, switches: Switches) -> str:
    """A new name as the route stores it: «Rook (chess)» is «Rook chess » on the PAL route."""
    where = switches.mangle_names
    if where == "none" or (where == "pals" and vocabulary is Vocabulary.PERSONA):
        return name
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]+", " ", name))


def absorbed(stored: Object, before: Object, after: Object, switches: Switches) -> Object:
    """What to store once a shown record has become another.

    `stored` is what was stored, `before` what that showed as, `after` what it became, normalised.
    Members that were only filled in stay out; members only the server writes stay as they were.
    """
    new = _explicit(stored, before, after)
    if switches.empty_defaults:
        _put_back(new, stored, TOP)
        for name, was in part(stored, "layers").items():
            layer = part(new, "layers").get(name)
            if isinstance(layer, dict) and isinstance(was, dict):
                _put_back(layer, was, LAYERS.get(name, {}))
    owned = {name: value for name, value in stored.items() if name in SERVER_OWNED}
    return {name: value for name, value in new.items() if name not in SERVER_OWNED} | owned


def _explicit(stored: Json, before: Object, after: Object) -> Object:
    known = stored if isinstance(stored, dict) else {}
    new: Object = {}
    for name, value in after.items():
        was = before.get(name, ABSENT)
        if name not in known and name != "layers" and equal(was, value):
            continue
        nested = isinstance(value, dict) and isinstance(was, dict)
        new[name] = _explicit(known.get(name), was, value) if nested else value
    return new


def _put_back(new: Object, was: Object, known: Mapping[str, Member]) -> None:
    for name in was.keys() - new.keys():
        empty: Json | Absent = known[name].empty if name in known else ABSENT
        if empty is not ABSENT:
            new[name] = empty
