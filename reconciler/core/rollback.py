"""The way back from one run: the inverse of what it did, and only where nobody edited since. Pure.

A run's images say which fields it sent and how each persona looked before and after. A field is
set back where it still reads as the run left it; anything else is a conflict for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from reconciler.core.action import Action
from reconciler.core.canonical import canonical, owned
from reconciler.core.diagnostics import Place
from reconciler.core.diff import FieldChange, creation
from reconciler.core.document import ABSENT, dotted, get, is_unset, parse_pointer, with_value
from reconciler.core.fingerprint import fingerprint
from reconciler.core.hiding import is_sensitive
from reconciler.core.outcome import Status
from reconciler.core.patch import build_patches
from reconciler.core.plan import Change, Plan
from reconciler.core.resource import Address, Desired, Reserved
from reconciler.core.same import name_key, same
from reconciler.core.secret import MASK
from reconciler.core.service.behaviour import defaults
from reconciler.core.sides import Attribution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Absent, Json, Object, Path
    from reconciler.core.planning import Options, World
    from reconciler.core.resource import Live
    from reconciler.core.state import StateDocument

    _Undone = tuple[Change | None, Desired | None]

_EFFECTIVE: Final = {Status.DONE.value, Status.UNCHANGED.value, Status.NOT_CONVERGED.value}
"""Statuses after which something of a change is live."""
_WITHOUT_EFFECT: Final = {Status.FAILED.value, Status.NOT_STARTED.value, Status.NOT_LIVE.value}


@dataclass(frozen=True, slots=True)
class Image:
    """What a run did to one address."""

    address: Address
    action: Action
    id: str
    status: str
    fields: tuple[Path, ...]
    before: Object | None
    after: Object | None

    @classmethod
    def of(cls, address: str, value: Mapping[str, Any]) -> Image:
        """From what is kept beside the state. Raises ValueError, KeyError or TypeError."""
        return cls(
            Address.parse(address),
            Action(value["action"]),
            str(value["id"]),
            str(value["status"]),
            tuple(map(parse_pointer, value["fields"])),
            value["before"],
            value["after"],
        )


def way_back(images: tuple[Image, ...], world: World, options: Options) -> tuple[Plan, World]:
    """The plan that undoes a run, and the world it is for: definitions of just what it sets back.

    Args:
        images: what the run did.
        world: live and state as they are now; its definitions do not count.
        options: prune deletes what the run created, otherwise that is kept.

    Raises PatchMismatchError.
    """
    chosen = [one for one in images if not options.targets or one.address in options.targets]
    found = [_undone(one, world, options) for one in chosen]
    changes = tuple(sorted((c for c, _ in found if c is not None), key=lambda c: c.address))
    desired = [item for _, item in found if item is not None]
    plan = Plan(
        environment=options.environment,
        endpoint=options.endpoint,
        lineage=world.state.lineage,
        serial=world.state.serial,
        account=options.account,
        changes=changes,
        fingerprint=fingerprint(changes, world.digests),
        targets=options.targets,
        definitions=len(world.state.bindings),
        bound=len(world.state.bindings),
    )
    return plan, replace(world, desired=desired)


def _undone(image: Image, world: World, options: Options) -> _Undone:
    if image.status in _WITHOUT_EFFECT:
        return None, None
    if image.status not in _EFFECTIVE:
        return _conflict(image, "that run did not see what became of it"), None
    match image.action:
        case Action.CREATE:
            return _uncreated(image, world, options), None
        case Action.DELETE:
            return _undeleted(image, world)
        case _:
            return _unedited(image, world)


def _conflict(image: Image, reason: str) -> Change:
    return Change(image.address, Action.CONFLICT, id=image.id, reason=reason)


def _live(image: Image, world: World) -> Live | str:
    """The persona of an image; in words where it is not there any more."""
    bound = world.state.bindings.get(image.address)
    if bound is None or bound.id != image.id:
        return "it is not bound to that persona any more"
    live = world.live.get(image.id)
    return "it was deleted since" if live is None else live


def _uncreated(image: Image, world: World, options: Options) -> Change:
    live = _live(image, world)
    if isinstance(live, str):
        return _conflict(image, live)
    change = Change(image.address, Action.ORPHAN, id=image.id, name=live.name)
    if not options.prune:
        return replace(change, reason="created by that run; kept, --prune deletes it")
    protected = world.state.bindings[image.address].protect
    reason = "created by that run"
    return replace(change, action=Action.DELETE, reason=reason, protected=protected)


def _undeleted(image: Image, world: World) -> _Undone:
    document = canonical(image.before or {})
    wanted = {path: value for path, value in owned(document) if not is_unset(value)}
    name = str(document.get("persona_name") or image.address.key)
    if image.address in world.state.bindings:
        return _conflict(image, "it was deleted by that run, and is bound again"), None
    if masked := [path for path, value in wanted.items() if _has_mask(value)]:
        text = f"its secrets are not kept ({_names(masked)}); put its definition back and apply"
        return _conflict(image, text), None
    taken = [live.id for live in world.live.values() if name_key(live.name) == name_key(name)]
    if taken:
        return _conflict(image, f"{', '.join(taken)} has its name"), None
    body: Object = {"persona_name": name}
    for path, value in wanted.items():
        body = with_value(body, path, value)
    reason = "deleted by that run; created again it gets a new id"
    desired = Desired(image.address, body, Place(""))
    fields = creation(canonical(body))
    change = Change(
        image.address, Action.CREATE, name=name, body=body, fields=fields, reason=reason
    )
    return change, desired


def _unedited(image: Image, world: World) -> _Undone:
    live = _live(image, world)
    if isinstance(live, str):
        return _conflict(image, live), None
    before, after = canonical(image.before or {}), canonical(image.after or {})
    now = canonical(live.document)
    stands_for = defaults(world.profile)
    hidden, moved = [], []
    fields: list[FieldChange] = []
    wanted: Object = {}
    for path in image.fields:
        was, made, is_now = (get(side, path) for side in (before, after, now))
        if _is_secret(path, was, made, world.state, image.address):
            hidden.append(path)
        elif same(path, was, is_now, now, stands_for):
            continue
        elif not same(path, made, is_now, now, stands_for):
            moved.append(path)
        else:
            back = ABSENT if is_unset(was) else was
            fields.append(FieldChange(path, is_now, back, Attribution.GIT))
            wanted = with_value(wanted, path, None if back is ABSENT else back)
    if hidden or moved:
        reasons = [f"changed since: {_names(moved)}"] if moved else []
        reasons += [f"secret, its former value is not kept: {_names(hidden)}"] if hidden else []
        return _conflict(image, "; ".join(reasons)), None
    if not fields:
        return None, None
    bound = world.state.bindings[image.address]
    desired = Desired(
        image.address, wanted, Place(bound.source), reserved=Reserved(protect=bound.protect)
    )
    patches = build_patches(live.document, fields, world.form)
    change = Change(
        image.address,
        Action.UPDATE,
        id=image.id,
        name=live.name,
        fields=tuple(fields),
        patches=patches,
        protected=bound.protect,
    )
    return change, desired


def _is_secret(
    path: Path, was: Json | Absent, made: Json | Absent, state: StateDocument, address: Address
) -> bool:
    record = state.bindings[address].paths.get(path)
    recorded = record is not None and record.sensitive
    return recorded or is_sensitive(path, was) or _has_mask(was) or _has_mask(made)


def _has_mask(value: Json | Absent) -> bool:
    if isinstance(value, dict):
        return any(map(_has_mask, value.values()))
    if isinstance(value, list):
        return any(map(_has_mask, value))
    return bool(value == MASK)


def _names(paths: list[Path]) -> str:
    return ", ".join(map(dotted, sorted(paths)))
