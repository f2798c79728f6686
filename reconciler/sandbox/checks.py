"""The validation of a whole record, in the manner and the words of the service.

Facts: persona-api 4.1 and 12.4; the order of a patch's checks is in `patching`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import ABSENT, equal, get, is_unset
from reconciler.sandbox.defaults import RETIRED_MODELS, detectors
from reconciler.sandbox.schema import FREE_LAYERS, LAYERS, SAME_MEANING, SERVER_OWNED, TOP, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reconciler.core.document import Json, Object, Path
    from reconciler.sandbox.schema import Member
    from reconciler.sandbox.switches import Switches

UNKNOWN: Final = "Unknown field."
MISSING: Final = "Missing data for required field."
NO_MAPPING: Final = "Invalid input type."

_IS: Final[Mapping[Type, Callable[[Json], bool]]] = {
    Type.STRING: lambda value: isinstance(value, str),
    Type.BOOLEAN: lambda value: isinstance(value, bool) or value in ("true", "false"),
    Type.NUMBER: lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    Type.INTEGER: lambda value: isinstance(value, int) and not isinstance(value, bool),
    Type.STRINGS: lambda value: isinstance(value, list),
    Type.OBJECTS: lambda value: (
        isinstance(value, list) and all(isinstance(item, dict) for item in value)
    ),
    Type.OBJECT: lambda value: isinstance(value, dict),
    Type.ANY: lambda _value: True,
}


class Check:
    """The check of one record, made when it is built.

    `errors` has the shape of the record, with lists of reasons; `unknown` are the members that a
    known layer does not have and that the record did not have before.
    """

    def __init__(self, record: Object, before: Object, switches: Switches) -> None:
        self.errors: Object = {}
        self.unknown: list[Path] = []
        self._before = before
        self._switches = switches
        self._top(record)
        for path, reason in _rules(record, switches):
            self._add(path, [reason])

    def _add(self, path: Path, reasons: Json) -> None:
        at = self.errors
        for name in path[:-1]:
            at = at.setdefault(name, {})
            if not isinstance(at, dict):
                return
        at.setdefault(path[-1], reasons)

    def _top(self, record: Object) -> None:
        for name, value in record.items():
            if name == "layers":
                self._layers(value)
            elif name in TOP and name not in SERVER_OWNED:
                self._member((name,), value, TOP[name])
            elif name not in SERVER_OWNED and self._is_new((name,), value):
                self._add((name,), [UNKNOWN])

    def _layers(self, layers: Json) -> None:
        if layers is None:
            return
        if not isinstance(layers, dict):
            self._add(("layers",), [NO_MAPPING])
            return
        for name, layer in layers.items():
            path = ("layers", name)
            if name not in LAYERS and name not in FREE_LAYERS:
                if self._is_new(path, layer):
                    self._add(path, [UNKNOWN])
            elif layer is not None and not isinstance(layer, dict):
                self._add(path, [NO_MAPPING])
            elif layer is not None and name in LAYERS:
                self._layer(path, layer, LAYERS[name])

    def _layer(self, path: Path, layer: Object, known: Mapping[str, Member]) -> None:
        for name, value in layer.items():
            if name in known:
                self._member((*path, name), value, known[name])
            elif self._is_new((*path, name), value):
                self.unknown.append((*path, name))

    def _is_new(self, path: Path, value: Json) -> bool:
        return not equal(get(self._before, path), value)

    def _member(self, path: Path, value: Json, member: Member) -> None:
        if value is None:
            nullable = self._switches.accept_null or member.empty is None
            if not nullable and self._is_new(path, value):
                self._add(path, ["Field may not be null."])
        elif not _IS[member.type](value):
            self._add(path, [member.type.value])
        elif member.values and value not in member.values:
            self._add(path, [one_of(member.values)])
        elif member.cap is not None and len(value) > member.cap:
            self._add(path, [f"Longer than maximum length {member.cap}."])
        elif member.type is Type.STRINGS and (wrong := _wrong_items(value, member)):
            self._add(path, wrong)


def _wrong_items(items: list[Json], member: Member) -> dict[int, list[str]]:
    most = member.item_length
    wrong: dict[int, list[str]] = {}
    for position, item in enumerate(items):
        if not isinstance(item, str):
            wrong[position] = [Type.STRING.value]
        elif most is not None and not 1 <= len(item) <= most:
            wrong[position] = [length(most)]
    return wrong


def one_of(values: tuple[str, ...]) -> str:
    """The reason for a value that is not in an enumeration, which lists it (persona-api 4.1)."""
    return f"Must be one of: {', '.join(values)}."


def length(most: int) -> str:
    """The reason for a text that is empty or longer than most."""
    return f"Length must be between 1 and {most}."


def _rules(record: Object, switches: Switches) -> Iterator[tuple[Path, str]]:
    """What the members must be to each other."""
    prompt = record.get("system_prompt")
    if (record.get("pipeline_mode") or "full") == "full" and is_unset(
        prompt.strip() if isinstance(prompt, str) else prompt
    ):
        yield ("system_prompt",), MISSING
    for name, most in (
        ("persona_name", switches.max_name_length),
        ("system_prompt", switches.max_prompt_length),
    ):
        value = record.get(name)
        if most and isinstance(value, str) and len(value) > most:
            yield (name,), length(most)
    conferencing = get(record, ("layers", "conferencing"))
    in_use = isinstance(conferencing, dict) and not all(map(is_unset, conferencing.values()))
    if in_use and is_unset(record.get("default_replica_id")):
        yield ("default_replica_id",), "Required when conferencing is set."
    yield from _layer_rules(record, switches)


def _layer_rules(record: Object, switches: Switches) -> Iterator[tuple[Path, str]]:
    llm, flow = ("layers", "llm"), ("layers", "conversational_flow")
    if not is_unset(get(record, (*llm, "base_url"))) and is_unset(get(record, (*llm, "api_key"))):
        yield (*llm, "api_key"), "Required when base_url is set."
    model = get(record, (*llm, "model"))
    if switches.retired_models == "refused" and isinstance(model, str) and model in RETIRED_MODELS:
        yield (*llm, "model"), f"Model {model} is no longer available."
    detector = get(record, (*flow, "turn_detection_model"))
    accepted = detectors(switches)
    if isinstance(detector, str) and detector not in accepted:
        yield (*flow, "turn_detection_model"), one_of(accepted)
    for old, new in SAME_MEANING.items():
        pair = [get(record, ("layers", "perception", name)) for name in (old, new)]
        if ABSENT not in pair and not any(map(is_unset, pair)):
            yield ("layers", "perception", old), f"Not allowed together with {new}."
