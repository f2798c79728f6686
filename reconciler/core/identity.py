"""Which live persona a definition means: by binding, else by name, else none yet.

A guess never leads to a write: several candidates are a conflict for a person to decide.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.journal import nonce_in
from reconciler.core.resource import Address
from reconciler.core.same import name_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.binding import Binding
    from reconciler.core.resource import Desired, Live
    from reconciler.core.state import StateDocument


@dataclass(frozen=True, slots=True)
class Match:
    """A definition and what it stands for."""

    desired: Desired
    live: Live | None = None
    """The live persona, or None where there is none yet."""
    binding: Binding | None = None
    """The binding used; None where the match is by name or there is none."""
    previous: Address | None = None
    """The address the binding is still recorded under, after a move."""
    ambiguity: str = ""
    """Why no decision is possible; then live is None."""

    @property
    def vanished(self) -> bool:
        """Whether the bound persona no longer exists."""
        return self.binding is not None and self.live is None


def match_all(
    desired: Sequence[Desired], live: Mapping[str, Live], state: StateDocument
) -> tuple[Match, ...]:
    """One match per definition, in the order given."""
    taken = {*state.bound_ids(), *state.buried_ids()}
    known = {d.address for d in desired}
    widowed: dict[str, Address] = {}
    for address, left in state.bindings.items():
        if address not in known and left.id in live:
            widowed[name_key(live[left.id].name)] = address
    free: dict[str, list[Live]] = {}
    for persona in live.values():
        if persona.id not in taken and nonce_in(persona.name) not in state.nonces:
            free.setdefault(name_key(persona.name), []).append(persona)
    bound = {d.address: find_binding(d, state) for d in desired}
    claims = Counter(name_key(d.name) for d in desired if bound[d.address][0] is None)
    sources = Counter(d.address for d in desired) + Counter(p for _, p in bound.values() if p)
    matches = []
    for item in desired:
        binding, previous = bound[item.address]
        if previous is not None and sources[previous] > 1:
            text = f"another definition is, or was moved from, {previous}; correct moved_from"
            matches.append(Match(item, previous=previous, ambiguity=text))
        elif binding is not None and binding.id in live:
            matches.append(Match(item, live[binding.id], binding, previous))
        elif binding is not None:
            matches.append(_vanished(item, binding, previous, free.get(name_key(item.name), [])))
        else:
            key = name_key(item.name)
            matches.append(_by_name(item, free.get(key, []), claims[key], widowed.get(key)))
    return tuple(matches)


def find_binding(desired: Desired, state: StateDocument) -> tuple[Binding | None, Address | None]:
    """The binding of a definition and, if it was moved, the address the binding stands under."""
    if (binding := state.bindings.get(desired.address)) is not None:
        return binding, None
    if desired.reserved.moved_from:
        before = Address(desired.address.kind, desired.reserved.moved_from)
        if (binding := state.bindings.get(before)) is not None:
            return binding, before
    return None, None


def _vanished(
    desired: Desired, binding: Binding, previous: Address | None, candidates: list[Live]
) -> Match:
    """Gone, or the state is an older one than live: the other persona of this name tells."""
    if not candidates:
        return Match(desired, binding=binding, previous=previous)
    ids = ", ".join(sorted(persona.id for persona in candidates))
    text = (
        f"{binding.id} is gone, and {ids} has the name: made anew outside, or the state is an older"
        f" copy; decide with: reconciler state bind {desired.address} ID"
    )
    return Match(desired, binding=binding, previous=previous, ambiguity=text)


def _by_name(
    desired: Desired, candidates: list[Live], claims: int, widowed: Address | None
) -> Match:
    if widowed is not None:
        text = (
            f"{widowed} has the same name and lost its definition; if this is its new key:"
            f" reconcile: {{moved_from: {widowed.key}}}; if not: reconciler state forget {widowed}"
        )
        return Match(desired, ambiguity=text)
    if not candidates:
        return Match(desired)
    ids = ", ".join(sorted(persona.id for persona in candidates))
    bind = f"reconciler state bind {desired.address} ID"
    if claims > 1:
        text = f"{claims} definitions claim the name of {ids}; decide with: {bind}"
        return Match(desired, ambiguity=text)
    if len(candidates) > 1:
        text = f"{len(candidates)} live personas have this name: {ids}; decide with: {bind}"
        return Match(desired, ambiguity=text)
    return Match(desired, candidates[0])
