"""From what is stored to what is read: filled, ordered, masked; and what a record amounts to.

All in persona words; `words` gives the route's own afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import equal, is_unset
from reconciler.core.secret import MASK
from reconciler.sandbox.defaults import (
    always_shown,
    flow_defaults,
    implicit,
    llm_defaults,
    spelled_out_tts,
)
from reconciler.sandbox.schema import LAYERS, SERVER_OWNED, TOP, TOP_EMPTY, Type
from reconciler.sandbox.words import FLOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Json, Object
    from reconciler.sandbox.switches import Switches

_MAIL_DOMAIN: Final = "tavusinvite.com"
_FREE: Final = {Type.OBJECT, Type.OBJECTS, Type.ANY}


def shown(stored: Object, switches: Switches) -> Object:
    """The record as GET shows it, except that secrets are readable."""
    filled = {**always_shown(switches), **(TOP_EMPTY if switches.empty_defaults else {}), **stored}
    layers = _filled_layers(stored, switches)
    if switches.reorder_keys:
        layers = {name: _ordered_layer(name, layers[name]) for name in _order(layers, LAYERS)}
        filled = {name: filled[name] for name in _order(filled, TOP)}
    filled["layers"] = layers
    if email := part(layers, "conferencing").get("email"):
        filled["conferencing_email"] = email
    return filled


def part(parent: Object, name: str) -> Object:
    """The object under name; an empty one where there is none, or something else."""
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _filled_layers(stored: Object, switches: Switches) -> Object:
    layers = dict(part(stored, "layers"))
    if isinstance(flow := layers.get(FLOW), dict):
        layers[FLOW] = {**flow_defaults(switches), **flow}
    if switches.spell_out_tts and isinstance(tts := layers.get("tts"), dict):
        layers["tts"] = {**spelled_out_tts(switches), **tts}
    if not switches.hide_llm_defaults:
        layers["llm"] = {**llm_defaults(switches), **part(layers, "llm")}
    if username := part(layers, "conferencing").get("username"):
        address = f"{username}@{_MAIL_DOMAIN}"
        layers["conferencing"] = {**layers["conferencing"], "email": address}
    return layers


def _order(members: Object, known: Mapping[str, object]) -> list[str]:
    return [
        *(name for name in known if name in members),
        *(name for name in members if name not in known),
    ]


def _ordered_layer(name: str, layer: Json) -> Json:
    if not isinstance(layer, dict) or name not in LAYERS:
        return sorted_by_length(layer)
    known = LAYERS[name]
    return {
        member: sorted_by_length(layer[member])
        if member not in known or known[member].type in _FREE
        else layer[member]
        for member in _order(layer, known)
    }


def sorted_by_length(value: Json) -> Json:
    """Free-form JSON with the members of every object by length of name, then name."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (len(name), name))
        return {name: sorted_by_length(value[name]) for name in names}
    if isinstance(value, list):
        return [sorted_by_length(item) for item in value]
    return value


def masked(record: Object, switches: Switches) -> Object:
    """A shown record in which secrets read as the switches say (persona-api 9.4)."""
    layers = dict(record["layers"])
    for name, how in (("llm", switches.mask_llm_api_key), ("tts", switches.mask_tts_api_key)):
        if how == "mask" and part(layers, name).get("api_key"):
            layers[name] = {**layers[name], "api_key": MASK}
    if switches.mask_headers == "mask" and (headers := part(part(layers, "llm"), "headers")):
        layers["llm"] = {**layers["llm"], "headers": dict.fromkeys(headers, MASK)}
    return {**record, "layers": layers}


def summary(record: Object) -> Object:
    """A list row as documented: without the members the documented row lacks."""
    llm = part(record["layers"], "llm")
    if not llm:
        return record
    kept = {name: value for name, value in llm.items() if name not in {"headers", "extra_body"}}
    return {**record, "layers": {**record["layers"], "llm": kept}}


def effective(stored: Object, switches: Switches) -> Object:
    """What a record amounts to: members that are unset or at their default do not count.

    Two records with the same effect are the same to the service, which answers 304 (section 1.5).
    """
    defaults = implicit(switches)
    layers: Object = {}
    for name, layer in _filled_layers(stored, switches).items():
        kept = layer
        if isinstance(layer, dict):
            kept = {
                member: value
                for member, value in layer.items()
                if not is_unset(value) and not _is(defaults.get((name, member)), value)
            }
        if not is_unset(kept):
            layers[name] = kept
    top = {
        name: value
        for name, value in stored.items()
        if name not in SERVER_OWNED
        and not is_unset(value)
        and not _is(defaults.get((name,)), value)
    }
    return {**top, "layers": layers}


def same_effect(one: Object, other: Object, switches: Switches) -> bool:
    """Whether the service would call a change from one record to the other no change."""
    return equal(effective(one, switches), effective(other, switches))


def _is(default: Json, value: Json) -> bool:
    return default is not None and equal(default, value)
