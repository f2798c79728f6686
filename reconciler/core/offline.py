"""Plans without Tavus: against a recording of live, or against an earlier revision in git. Pure.

Secrets are not compared with a recording, which has none. Between two revisions a value that comes
from an environment variable is the name of that variable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reconciler.core.binding import Binding
from reconciler.core.canonical import owned
from reconciler.core.digest import digests_for
from reconciler.core.document import get, without
from reconciler.core.hiding import is_sensitive
from reconciler.core.identity import match_all
from reconciler.core.planning import World
from reconciler.core.resource import Live
from reconciler.core.secret import Secret
from reconciler.core.settling import settle
from reconciler.core.sides import Sides
from reconciler.core.state import StateDocument
from reconciler.core.verify import verify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.digest import Digests
    from reconciler.core.document import Json, Object
    from reconciler.core.resource import Desired
    from reconciler.core.service.profile import Profile

    At = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Live as it was at some time, with what was remembered of it; without any secret."""

    environment: str
    endpoint: str
    recorded: str
    """ISO 8601 with an offset."""
    state: StateDocument
    live: tuple[Live, ...]


def recorded(state: StateDocument, live: Mapping[str, Live]) -> tuple[StateDocument, list[Live]]:
    """What a snapshot keeps: nothing of what was or may be secret, of runs, and of the key.

    A digest of a secret is left out, too: with the document it is keyed by, a weak one could be
    guessed.
    """
    records = {at.id: at.paths for at in state.bindings.values()}
    kept = []
    for persona in live.values():
        document = persona.document
        for path, record in records.get(persona.id, {}).items():
            if record.sensitive:
                document = without(document, path)
        kept.append(Live(persona.id, document))
    bindings = {
        address: replace(
            binding,
            paths={
                path: record
                for path, record in binding.paths.items()
                if not (record.sensitive or is_sensitive(path, None))
            },
        )
        for address, binding in state.bindings.items()
    }
    bare = replace(state, bindings=bindings, account="", lease=None, intents={}, runs=())
    return bare, kept


def world_of(
    snapshot: Snapshot, desired: Sequence[Desired], digests: Digests, profile: Profile
) -> World:
    """The three sides of a plan against a snapshot."""
    live = {persona.id: persona for persona in snapshot.live}
    settlement = settle(snapshot.state, live, digests)
    matches = match_all(desired, live, settlement.state)
    compared = [
        without_secrets(match.desired) if match.live is not None else match.desired
        for match in matches
    ]
    return World(compared, live, settlement.state, digests, settlement.leftovers, profile=profile)


def without_secrets(desired: Desired) -> Desired:
    """The definition without its secret fields, which stay unmanaged."""
    secret = tuple(path for path, value in owned(desired.document) if is_sensitive(path, value))
    document = desired.document
    for path in secret:
        document = without(document, path)
    ignored = (*desired.reserved.ignore, *secret)
    return replace(desired, document=document, reserved=replace(desired.reserved, ignore=ignored))


def between(base: Sequence[Desired], head: Sequence[Desired], name: str, profile: Profile) -> World:
    """The three sides of a plan from one revision's definitions to another's.

    What the base says is live and was applied, so nothing has drifted.
    """
    digests = digests_for("")
    live, bindings = {}, {}
    for item in map(with_variable_names, base):
        made = Live(f"{item.address.key}@{name}", item.document)
        live[made.id] = made
        records = verify(Sides.of(item, made.document, {}, digests, profile)).records
        bindings[item.address] = Binding(made.id, records, item.reserved.protect, item.place.file)
    state = StateDocument("", bindings=bindings)
    wanted = [with_variable_names(item) for item in head]
    return World(wanted, live, state, digests, profile=profile)


def with_variable_names(desired: Desired) -> Desired:
    """The definition with the name of the variable in place of every value from one."""
    document = desired.document
    for at, name in desired.variables.items():
        if not isinstance(get(document, _names(at)), str | Secret | list):
            continue
        document = _put(document, at, Secret(f"{{$env: {name}}}"))
    return replace(desired, document=document)


def _names(at: At) -> tuple[str, ...]:
    """The path as far as no list stands in it."""
    found: list[str] = []
    for step in at:
        if isinstance(step, int):
            break
        found.append(step)
    return tuple(found)


def _put(value: Any, at: At, new: Json) -> Any:  # noqa: ANN401 - any JSON
    if not at:
        return new
    step, rest = at[0], at[1:]
    if isinstance(step, int):
        return [_put(one, rest, new) if n == step else one for n, one in enumerate(value)]
    members: Object = value
    return {**members, step: _put(members[step], rest, new)} if step in members else members
