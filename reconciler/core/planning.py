"""Desired, live and state → Plan. Pure: the same three always give the same plan."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.action import Action
from reconciler.core.canonical import canonical
from reconciler.core.diff import creation, difference, moved_outside
from reconciler.core.document import ABSENT, get, with_value
from reconciler.core.fingerprint import fingerprint
from reconciler.core.identity import match_all
from reconciler.core.patch import Form, build_patches, first_form
from reconciler.core.plan import Change, Plan
from reconciler.core.service.behaviour import refused_operations
from reconciler.core.service.profile import SHIPPED
from reconciler.core.sides import Sides

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.binding import Binding
    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.digest import Digests
    from reconciler.core.document import Object
    from reconciler.core.identity import Match
    from reconciler.core.resource import Address, Desired, Live
    from reconciler.core.service.profile import Profile
    from reconciler.core.settling import Leftover
    from reconciler.core.state import StateDocument

_MODEL: Final = ("layers", "llm", "model")


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller decided about a plan."""

    environment: str = ""
    endpoint: str = ""
    account: str = ""
    """Digest of the API key."""
    prune: bool = False
    """Delete the personas whose definition is gone; otherwise they are kept as orphans."""
    overwrite: bool = False
    """Remove what git dropped even where it was changed outside."""
    targets: frozenset[Address] = field(default_factory=frozenset)
    """Limit the plan to these addresses; empty for all."""


@dataclass(frozen=True, slots=True)
class World:
    """The three sides a plan is made from."""

    desired: Sequence[Desired]
    live: Mapping[str, Live]
    """By id: every user-owned persona, and every bound one that exists."""
    state: StateDocument
    """With no intent open: settled."""
    digests: Digests
    leftovers: tuple[Leftover, ...] = ()
    profile: Profile = SHIPPED
    """How the service behaves."""

    @property
    def form(self) -> Form:
        """The form in which patches are tried first."""
        return first_form(Form(self.state.patch_form), refused_operations(self.profile))


def build_plan(world: World, options: Options, *, diagnostics: Sequence[Diagnostic] = ()) -> Plan:
    """Match, compare, decide. Raises PatchMismatchError where a patch fails its simulation."""
    matches = match_all(world.desired, world.live, world.state)
    changes = [_change(match, world, options) for match in matches]
    known = {d.address for d in world.desired} | {m.previous for m in matches if m.previous}
    left = {a: b for a, b in world.state.bindings.items() if a not in known}
    forgotten = tuple(sorted(a for a, b in left.items() if b.id not in world.live))
    changes += [
        _without_definition(a, b, world, options) for a, b in left.items() if a not in forgotten
    ]
    if options.targets:
        changes = [change for change in changes if change.address in options.targets]
        forgotten = tuple(address for address in forgotten if address in options.targets)
    changes.sort(key=lambda change: change.address)
    return Plan(
        environment=options.environment,
        endpoint=options.endpoint,
        account=options.account,
        profile=world.profile,
        lineage=world.state.lineage,
        serial=world.state.serial,
        changes=tuple(changes),
        fingerprint=fingerprint(changes, world.digests),
        forgotten=forgotten,
        leftovers=() if options.targets else world.leftovers,
        diagnostics=tuple(diagnostics),
        targets=options.targets,
        definitions=len(world.desired),
        bound=len(world.state.bindings),
    )


def _change(match: Match, world: World, options: Options) -> Change:
    item = match.desired
    change = Change(
        item.address,
        Action.NO_OP,
        name=item.name,
        previous=match.previous,
        place=item.place,
        places=item.places,
        spellings=item.spellings,
        protected=item.reserved.protect,
        labels=item.reserved.labels,
        sources=item.sources[1:],
        model=_model(match),
        on_active=item.reserved.on_active_conversations,
    )
    if match.ambiguity:
        reason = match.ambiguity
        return replace(change, action=Action.CONFLICT, reason=reason, vanished=match.vanished)
    if match.live is None:
        return _create(change, match)
    sides = sides_of(match, world)
    found = difference(sides, overwrite=options.overwrite)
    change = replace(
        change,
        id=match.live.id,
        drift=moved_outside(sides),
        fields=found.changes,
        conflicts=found.conflicts,
        equivalent=found.equivalent,
    )
    if found.conflicts:
        reason = "removed in git, changed outside; decide with --overwrite, or put it back in git"
        return replace(change, action=Action.CONFLICT, reason=reason)
    patches = build_patches(match.live.document, found.changes, world.form)
    if match.binding is None:
        reason = f"a live persona has this name: {match.live.id}"
        return replace(change, action=Action.ADOPT, reason=reason, patches=patches)
    return replace(change, action=Action.UPDATE, patches=patches) if patches else change


def _model(match: Match) -> str:
    """The model that git says, or else the live one."""
    live = match.live.document if match.live else {}
    said = get(match.desired.document, _MODEL)
    model = get(live, _MODEL) if said is ABSENT else said
    return model if isinstance(model, str) else ""


def _create(change: Change, match: Match) -> Change:
    fields = creation(canonical(match.desired.document))
    # A name is how a persona is found again when the answer to its creation is lost.
    body: Object = {"persona_name": match.desired.name}
    for made in fields:
        body = with_value(body, made.path, made.after)
    reason = ""
    if match.binding is not None:
        reason = f"{match.binding.id} was deleted outside; created again it gets a new id"
    return replace(
        change,
        action=Action.CREATE,
        body=body,
        fields=fields,
        reason=reason,
        vanished=match.vanished,
    )


def _without_definition(
    address: Address, binding: Binding, world: World, options: Options
) -> Change:
    live = world.live[binding.id]
    action = Action.DELETE if options.prune else Action.ORPHAN
    reason = "its definition is gone" if options.prune else "its definition is gone; kept"
    return Change(
        address,
        action,
        id=binding.id,
        name=live.name,
        reason=reason,
        protected=binding.protect,
    )


def sides_of(match: Match, world: World) -> Sides:
    """The three sides of a match, canonical."""
    live = match.live.document if match.live else {}
    records = match.binding.paths if match.binding else {}
    return Sides.of(match.desired, live, records, world.digests, world.profile)
