"""Between the words of a route and the persona words of the store (persona-api section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.document import get
from reconciler.core.vocabulary import PAL_WORDS, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Object

FLOW: Final = "conversational_flow"
"""The only layer with a word of its own on either route."""

_PAL_OF: Final[Mapping[str, str]] = {
    path[0]: word for path, word in PAL_WORDS.items() if len(path) == 1
}
_PERSONA_OF: Final[Mapping[str, str]] = {word: name for name, word in _PAL_OF.items()}

_STORED: Final = "replica_interruptibility"
_SHOWN: Final[Mapping[Vocabulary, str]] = {
    Vocabulary.PERSONA: _STORED,
    Vocabulary.PAL: "pal_interruptibility",
}
_ACCEPTED: Final[Mapping[Vocabulary, tuple[str, ...]]] = {
    Vocabulary.PERSONA: (_STORED,),
    Vocabulary.PAL: ("pal_interruptibility", "face_interruptibility"),
}
_EVERY: Final = (*_ACCEPTED[Vocabulary.PAL], _STORED)
_UNKNOWN: Final = "Unknown field."


def to_route(record: Object, vocabulary: Vocabulary, *, both: bool = False) -> Object:
    """A record, or an error dict of the same shape, in the words of a route.

    With both, the interruptibility shows in both spellings.
    """
    routed = record
    if vocabulary is Vocabulary.PAL:
        routed = {_PAL_OF.get(name, name): value for name, value in record.items()}
    flow = get(record, ("layers", FLOW))
    if not isinstance(flow, dict) or _STORED not in flow:
        return routed
    words = tuple(_SHOWN.values()) if both else (_SHOWN[vocabulary],)
    return {**routed, "layers": {**record["layers"], FLOW: _respelled(flow, words)}}


def _respelled(flow: Object, words: tuple[str, ...]) -> Object:
    respelled: Object = {}
    for name, value in flow.items():
        respelled.update(dict.fromkeys(words, value) if name == _STORED else {name: value})
    return respelled


def from_route(
    record: Object, vocabulary: Vocabulary, *, before: Object, both: bool = False
) -> tuple[Object, Object]:
    """A record in persona words, and the errors for words that belong to the other route.

    Where an interruptibility comes in several spellings, the one that differs from `before` (the
    record in persona words) wins.
    """
    foreign = _PERSONA_OF if vocabulary is Vocabulary.PERSONA else _PAL_OF
    own = _PERSONA_OF if vocabulary is Vocabulary.PAL else {}
    errors: Object = {name: [_UNKNOWN] for name in record if name in foreign}
    stored = {own.get(name, name): value for name, value in record.items() if name not in foreign}
    flow = get(stored, ("layers", FLOW))
    if isinstance(flow, dict):
        accepted = _EVERY if both else _ACCEPTED[vocabulary]
        strange = {name: [_UNKNOWN] for name in _EVERY if name in flow and name not in accepted}
        if strange:
            errors["layers"] = {FLOW: strange}
        was = get(before, ("layers", FLOW, _STORED))
        stored["layers"] = {**stored["layers"], FLOW: _one_spelling(flow, accepted, was)}
    return stored, errors


def _one_spelling(flow: Object, accepted: tuple[str, ...], was: object) -> Object:
    sent = [flow[name] for name in accepted if name in flow]
    if not sent:
        return flow
    value = next((value for value in sent if value != was), sent[0])
    rest = {name: value for name, value in flow.items() if name not in _EVERY}
    return {**rest, _STORED: value}


def query_name(name: str, vocabulary: Vocabulary) -> str:
    """The name of a query parameter on a route: persona_type is pal_type on the PAL route."""
    return _PAL_OF.get(name, name) if vocabulary is Vocabulary.PAL else name


def stored_words(record: Object) -> Object:
    """A record in either vocabulary, in persona words; old perception names stay as they are."""
    pal = any(name in _PERSONA_OF for name in record)
    vocabulary = Vocabulary.PAL if pal else Vocabulary.PERSONA
    return from_route(record, vocabulary, before={}, both=True)[0]
