"""What a run makes of what it saw: open intents settled, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.world import (
    CREATE,
    DELETE,
    DROPPED,
    FINAL,
    UPDATE,
    Binding,
    Document,
    Intent,
    Persona,
    persona_of,
    provisional,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.rules import Rules

    Personas = tuple[Persona, ...]


def planned(rules: Rules, own: Document, view: Personas, want: str, nonce: str) -> Document:
    """The document with open intents settled from the view, and the intents of this run.

    Args:
        rules: the rules obeyed.
        own: the document as it is.
        view: the live personas as far as they were seen.
        want: the content the definition wants.
        nonce: for a create that has no intent yet.
    """
    settled = gone_forgotten(rules, updates_settled(rules, bound_by_nonce(own, view), view), view)
    own = settled._replace(intents=tuple(i for i in settled.intents if i.kind == CREATE))
    if own.binding is None:
        own = creating(rules, own, want, nonce)
    else:
        own = own._replace(intents=tuple(changing(own.binding, view, want)))
    if rules.leftovers_removed:
        own = own._replace(intents=(*own.intents, *leftovers(settled, view)))
    return own


def bound_by_nonce(own: Document, view: Personas) -> Document:
    """An open create that shows is bound: with the content it shows, as nobody renamed it."""
    for intent in own.intents:
        for persona in view:
            if intent.kind == CREATE and persona.name == provisional(intent.nonce):
                rest = tuple(other for other in own.intents if other != intent)
                binding = Binding(persona.id, intent.nonce, persona.content)
                return own._replace(binding=binding, intents=rest)
    return own


def updates_settled(rules: Rules, own: Document, view: Personas) -> Document:
    """An open update that shows is applied; one that does not may still land."""
    for intent in own.intents:
        if intent.kind == UPDATE and own.binding is not None:
            persona = persona_of(view, intent.id)
            shows = persona is not None and persona.content == intent.content
            own = applied(own, intent) if shows else remembered(rules, own, intent)
    return own


def applied(own: Document, intent: Intent) -> Document:
    """The document after an update is known to be live."""
    if own.binding is None:
        return own
    return without(own, intent)._replace(binding=own.binding._replace(applied=intent.content))


def remembered(rules: Rules, own: Document, intent: Intent) -> Document:
    """The document that knows that the content of an update may yet turn up."""
    if own.binding is None or not rules.unknown_updates_remembered:
        return own
    maybe = tuple(sorted({*own.binding.maybe, intent.content}))
    return own._replace(binding=own.binding._replace(maybe=maybe))


def gone_forgotten(rules: Rules, own: Document, view: Personas) -> Document:
    """A binding whose persona is gone is given up."""
    if own.binding is None or persona_of(view, own.binding.id) is not None:
        return own
    return forgotten(rules, own)


def forgotten(rules: Rules, own: Document) -> Document:
    """The document without its binding; the nonce stays known."""
    if own.binding is None:
        return own
    return buried(rules, own._replace(binding=None), own.binding.nonce)


def buried(rules: Rules, own: Document, nonce: str) -> Document:
    """The document with a tombstone for the nonce."""
    if not rules.tombstones_keep_nonces:
        return own
    return own._replace(tombstones=tuple(sorted({*own.tombstones, nonce})))


def without(own: Document, intent: Intent) -> Document:
    """The document in which an intent is closed."""
    return own._replace(intents=tuple(other for other in own.intents if other != intent))


def creating(rules: Rules, own: Document, want: str, nonce: str) -> Document:
    """The document with the create intent that is wanted; of an open one the nonce is kept."""
    nonces = [intent.nonce for intent in own.intents]
    if want == DROPPED:
        own = own._replace(intents=())
        return buried(rules, own, nonces[0]) if nonces else own
    if nonces and rules.retry_keeps_nonce:
        nonce = nonces[0]
    return own._replace(intents=(Intent(CREATE, nonce=nonce, content=want),))


def changing(binding: Binding, view: Personas, want: str) -> Iterator[Intent]:
    """What brings the bound persona to what is wanted."""
    persona = persona_of(view, binding.id)
    if persona is None:
        return
    if want == DROPPED:
        if is_ours(binding, persona):
            yield Intent(DELETE, binding.id)
    elif (persona.name, persona.content) != (FINAL, want):
        yield Intent(UPDATE, binding.id, content=want)


def is_ours(binding: Binding, persona: Persona) -> bool:
    """Whether a bound persona is as we left it."""
    return persona.content in {binding.applied, *binding.maybe}


def leftovers(own: Document, view: Personas) -> Iterator[Intent]:
    """Deletes of what we created and never bound."""
    known = {*own.tombstones, *(intent.nonce for intent in own.intents if intent.nonce)}
    if own.binding is not None:
        known.add(own.binding.nonce)
    names = {provisional(nonce) for nonce in known}
    for persona in view:
        is_bound = own.binding is not None and persona.id == own.binding.id
        if persona.name in names and not is_bound:
            yield Intent(DELETE, persona.id)
