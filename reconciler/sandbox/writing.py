"""The operations that write: create, patch, delete, publish."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from reconciler.core.document import ABSENT, get, is_unset, pointer, walk, without
from reconciler.sandbox import clock, patching, replies
from reconciler.sandbox.calls import Reply, decode
from reconciler.sandbox.checks import UNKNOWN, Check
from reconciler.sandbox.reading import publish_url
from reconciler.sandbox.schema import SERVER_OWNED
from reconciler.sandbox.showing import part, same_effect, shown
from reconciler.sandbox.storing import absorbed, mangled, normalised
from reconciler.sandbox.words import from_route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.document import Json, Object
    from reconciler.sandbox.handling import Call
    from reconciler.sandbox.rows import Row

_USERNAME = ("layers", "conferencing", "username")


def create(call: Call) -> Reply:
    """POST (persona-api 5.3). The body is checked before the key, as measured."""
    record = _checked(call, _heeded(call, _body(call)), before={})
    call.authorise()
    persona_id = call.session.new_id()
    sent = {name: value for name, value in record.items() if name not in SERVER_OWNED}
    made = {
        "persona_id": persona_id,
        **sent,
        "created_at": clock.created_at(persona_id),
        "updated_at": clock.updated_at(persona_id),
    }
    seen = shown(made, call.switches)
    call.session.insert(made)
    names = ("persona_id", "persona_name", "persona_description", "created_at", "tool_ids")
    short = {"persona_description": "", "tool_ids": [], **seen}
    email = {k: v for k, v in seen.items() if k == "conferencing_email"}
    return replies.ok(call.routed({name: short[name] for name in names} | email))


def _body(call: Call) -> Object:
    try:
        body = decode(call.asked.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise replies.Refusal(replies.invalid({"_schema": ["Invalid input type."]}))
    if call.asked.path == "/v2/pals" and is_unset(body.get("default_face_id")):
        # Measured: the check comes alone, and the legacy name does not satisfy it (4.1).
        reason = "default_face_id is required when creating a pal."
        raise replies.Refusal(replies.invalid({"default_face_id": [reason]}))
    return body


def _heeded(call: Call, body: Object) -> Object:
    """The body without the members that a fault makes the service overlook."""
    for path, _ in walk(body) if call.conditions.ignored else ():
        for depth in range(1, len(path) + 1):
            if _is_ignored(call, pointer(path[:depth])):
                body = without(body, path[:depth])
    return body


def _checked(call: Call, routed: Object, *, before: Object) -> Object:
    """A record in route words, checked whole and normalised, in persona words."""
    vocabulary, switches = call.asked.vocabulary, call.switches
    both = switches.both_interruptibility
    record, foreign = from_route(routed, vocabulary, before=before, both=both)
    if foreign:
        raise replies.Refusal(replies.invalid(foreign))
    check = Check(record, before, switches)
    if check.errors:
        raise replies.Refusal(replies.invalid(call.routed(check.errors)))
    if check.unknown:
        _, layer, member = check.unknown[0]
        named = replies.invalid({"layers": {layer: {member: [UNKNOWN]}}})
        raise replies.Refusal({400: named, 500: replies.server_error()}[switches.unknown_member])
    record = normalised(record, switches)
    _free_username(call, record, before)
    name = record.get("persona_name")
    if isinstance(name, str) and name != before.get("persona_name"):
        record["persona_name"] = mangled(name, vocabulary, switches)
    return record


def _free_username(call: Call, record: Object, before: Object) -> None:
    username = get(record, _USERNAME)
    persona_id = str(before.get("persona_id", ""))
    if isinstance(username, str) and call.session.username_taken(username, besides=persona_id):
        reason: Json = {"conferencing": {"username": ["Username is already taken."]}}
        raise replies.Refusal(replies.invalid({"layers": reason}))


def patch(call: Call, persona_id: str) -> Reply:
    """PATCH (persona-api 5.4 and 6)."""
    operations = patching.parsed(call.asked.body)
    row = call.find_own(persona_id)
    call.authorise()
    patching.allow(operations, call.switches)
    conferencing = patching.is_conferencing(operations, call.switches)
    parameters = call.asked.parameters
    in_maker = row.draft is not None and not conferencing
    model = call.switches.edit_model
    if model == "draft_routed" and in_maker and parameters.get("target") != "live":
        return _patch_draft(call, row, operations)
    discards = model == "editing_lifecycle" and in_maker
    if discards and parameters.get("force", "").lower() != "true":
        return replies.maker_changes()
    new = _patched(call, row.record, operations)
    if new is None:
        return _unchanged(call, row.record)
    call.session.write(new)
    if discards:
        call.session.write_draft(persona_id, None)
    return _summary(call, new, {"discarded_maker_changes": True} if discards else {})


def _patch_draft(call: Call, row: Row, operations: Sequence[Object]) -> Reply:
    draft = row.draft or row.record
    new = _patched(call, draft, operations)
    if new is None:
        return _unchanged(call, draft)
    call.session.write_draft(row.id, new)
    return _summary(call, new, {"publish_url": publish_url(row.id)})


def _patched(call: Call, stored: Object, operations: Sequence[Object]) -> Object | None:
    """The record after the patch, or None where the service would see no change."""
    before = shown(stored, call.switches)
    kept = [operation for operation in operations if not _is_ignored(call, operation["path"])]
    try:
        strict = call.switches.strict_replace
        routed = patching.applied(call.routed(before), kept, strict=strict)
    except ValueError as misfit:
        raise replies.Refusal(replies.failed(400, f"Bad Request. {misfit}")) from None
    after = _checked(call, routed, before=before)
    new = absorbed(stored, before, after, call.switches)
    if same_effect(stored, new, call.switches):
        return None
    return {**new, "updated_at": clock.updated_at(stored["persona_id"])}


def _is_ignored(call: Call, at: str) -> bool:
    return any(fnmatchcase(at, pattern) for pattern in call.conditions.ignored)


def _unchanged(call: Call, record: Object) -> Reply:
    return _summary(call, record, {}) if call.conditions.ignored else Reply(304)


def _summary(call: Call, record: Object, extra: Object) -> Reply:
    names = ("persona_id", "persona_name", "updated_at")
    return replies.ok(call.routed({name: record.get(name, "") for name in names}) | extra)


def delete(call: Call, persona_id: str) -> Reply:
    """DELETE (persona-api 5.5)."""
    call.authorise()
    call.find_own(persona_id)
    call.session.remove(persona_id)
    return Reply(204)


def publish(call: Call, persona_id: str) -> Reply:
    """POST to publish the draft (persona-api 5.6); without a draft it changes nothing."""
    call.authorise()
    row = call.find_own(persona_id)
    record = row.record
    if row.draft is not None:
        record = _published(row.record, row.draft)
        call.session.write(record)
        keeps = call.switches.edit_model == "draft_routed"
        call.session.write_draft(persona_id, record if keeps else None)
    names = ("persona_id", "persona_name", "system_prompt")
    body = {name: record.get(name, "") for name in names}
    answer = {"status": "success", **call.routed(body), "updated_at": clock.without_zone()}
    return replies.ok(answer)


def _published(live: Object, draft: Object) -> Object:
    """The draft as the new live record; live owns layers.conferencing."""
    layers = without(part(draft, "layers"), ("conferencing",))
    if (owned := get(live, ("layers", "conferencing"))) is not ABSENT:
        layers = {**layers, "conferencing": owned}
    return {**draft, "layers": layers, "updated_at": clock.updated_at(live["persona_id"])}
