"""The operations that read: list, get, and the check of a conferencing username."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.sandbox import replies
from reconciler.sandbox.checks import one_of
from reconciler.sandbox.rows import Owner, Page
from reconciler.sandbox.showing import same_effect, summary
from reconciler.sandbox.words import query_name

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.sandbox.calls import Reply
    from reconciler.sandbox.handling import Call

_LIMIT: Final = 10
_DIGITS: Final = 9
_OWNERS: Final = (Owner.USER.value, Owner.SYSTEM.value)
_ORDERS: Final = ("asc", "desc")


def publish_url(persona_id: str) -> str:
    """Where a person would publish a draft."""
    return f"https://maker.example/pals/{persona_id}"


def get(call: Call, persona_id: str) -> Reply:
    """GET of one persona (persona-api 5.2)."""
    call.authorise()
    row = call.find(persona_id)
    record, extra = row.record, {}
    if (
        call.switches.edit_model == "draft_routed"
        and call.asked.parameters.get("source") == "draft"
    ):
        record = row.draft or row.record
        extra = {
            "is_draft_view": row.draft is not None,
            "has_unpublished_changes": not same_effect(record, row.record, call.switches),
            "publish_url": publish_url(persona_id),
        }
    body = {**call.visible(record), **extra}
    return replies.ok({"data": [body]} if call.switches.documented_get_wrapper else body)


def check_username(call: Call) -> Reply:
    """GET /v2/pals/check-username (persona-api 5.7)."""
    call.authorise()
    username = call.asked.parameters.get("username")
    if not username:
        return replies.invalid({"username": ["Missing data for required field."]})
    if call.session.username_taken(username):
        return replies.ok({"available": False, "reason": "Username is already taken."})
    return replies.ok({"available": True})


def list_(call: Call) -> Reply:
    """GET of a list page (persona-api 5.1)."""
    call.authorise()
    page = _page(call)
    since = call.conditions.since
    total = call.session.count(page.owner, since)
    rows = [_row(call, record) for record in call.session.records(page, since)]
    return replies.ok(page_body(call, rows, total))


def page_body(call: Call, rows: list[Object], total: int) -> Object:
    """A list page, as disturbed as the conditions say."""
    hits = {hit.fault.kind: hit for hit in call.conditions.page}
    if "short_page" in hits:
        rows = rows[:-1]
    if "empty_list" in hits:
        rows = []
    if wrong := hits.get("wrong_total"):
        total = int(wrong.fault.body or total + wrong.count)
    return {"data": rows, "total_count": total}


def page_start(call: Call, offset: int) -> int:
    """Where a page starts that should start there, as disturbed as the conditions say."""
    shifted = any(hit.fault.kind == "duplicate_row" for hit in call.conditions.page)
    return max(0, offset - 1) if shifted else offset


def _row(call: Call, stored: Object) -> Object:
    row = call.visible(stored)
    return summary(row) if call.switches.list_detail == "summary" else row


def _page(call: Call) -> Page:
    parameters, switches = call.asked.parameters, call.switches
    limit = number(parameters, "limit", _LIMIT, least=1)
    page = number(parameters, "page", 1, least=0 if switches.page_zero else 1)
    if limit > switches.max_limit and switches.over_limit == "refuse":
        reason = f"Must be less than or equal to {switches.max_limit}."
        raise replies.Refusal(replies.invalid({"limit": [reason]}))
    limit = min(limit, switches.max_limit)
    owner = choice(parameters, query_name("persona_type", call.asked.vocabulary), _OWNERS)
    order = choice(parameters, "sort", _ORDERS)
    offset = page_start(call, limit * (max(page, 1) - 1))
    return Page(Owner(owner) if owner else None, limit, offset, newest_first=order == "desc")


def number(parameters: dict[str, str], name: str, default: int, *, least: int) -> int:
    """A whole number of the query. Refuses anything else with 400."""
    text = parameters.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise replies.Refusal(replies.invalid({name: ["Not a valid integer."]}))
    if int(text) < least:
        reason = f"Must be greater than or equal to {least}."
        raise replies.Refusal(replies.invalid({name: [reason]}))
    return int(text)


def choice(parameters: dict[str, str], name: str, values: tuple[str, ...]) -> str:
    """One of these words of the query, or nothing. Refuses anything else with 400."""
    value = parameters.get(name, "")
    if value and value not in values:
        raise replies.Refusal(replies.invalid({name: [one_of(values)]}))
    return value
