"""One change on the wire: send it, read it back, record what that proves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from reconciler.core.canonical import canonical
from reconciler.core.document import dotted, get
from reconciler.core.errors import (
    TavusError,
    TavusProtocolError,
    TavusServerError,
    TavusUnreachableError,
)
from reconciler.core.hiding import hide_recorded
from reconciler.core.outcome import Result, Status, Written
from reconciler.core.patch import Form
from reconciler.core.plan import Action
from reconciler.core.sides import Sides, has_moved
from reconciler.core.verify import Verified, verify
from reconciler.workflow.refreshing import binding
from reconciler.workflow.resending import coarser, has_positions, may_be_the_form

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.core.plan import Change
    from reconciler.core.planning import World
    from reconciler.core.resource import Address, Desired, Live
    from reconciler.workflow.ledger import Ledger
    from reconciler.workflow.ports import PersonaClient

LOST = (TavusUnreachableError, TavusServerError, TavusProtocolError)
"""After one of these, a write may or may not have taken effect."""


IN_DRAFT = (
    "the change went to a draft; conversations still use the old version",
    "Publish it in the PAL Builder, or set client.target_live in reconciler.yaml.",
)
"""What is said of a write that is not live, and what to do about it (persona-api 6.1)."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """What became of the patches of one change."""

    answers: tuple[Written, ...] = ()
    failed: TavusError | None = None

    @property
    def accepted(self) -> bool:
        """Whether the server said that nothing differs, and nothing else."""
        return self.failed is None and set(self.answers) == {Written.UNCHANGED}


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One sending of a change, and what the read after it showed."""

    result: Result
    sent: _Sent
    live: Live | None = None


class Writing:
    """Performs changes of one plan, one request at a time per persona."""

    def __init__(
        self, world: World, client: PersonaClient, ledger: Ledger, force: frozenset[Address]
    ) -> None:
        self._world = world
        self._desired = {desired.address: desired for desired in world.desired}
        self._client = client
        self._ledger = ledger
        self._force = force

    async def perform(self, change: Change) -> Result:
        """Do one change. Raises TavusError where nothing of it can have taken effect."""
        match change.action:
            case Action.CREATE:
                return await self._create(change)
            case Action.ADOPT | Action.UPDATE:
                return await self._update(change)
            case Action.DELETE:
                return await self._delete(change)
            case Action.NO_OP | Action.ORPHAN | Action.CONFLICT:
                raise AssertionError(f"{change.action} has nothing to send")
            case _:
                assert_never(change.action)

    async def _create(self, change: Change) -> Result:
        desired = self._desired[change.address]
        try:
            persona_id = await self._client.create(change.body or {})
        except LOST as lost:
            hint = "Run plan again: if it exists by now, it is found by its name."
            return _result(change, Status.UNKNOWN, f"it may have been created: {lost}", hint)
        change = replace(change, id=persona_id)
        self._ledger.bind(change.address, binding(desired, persona_id, {}))
        return (await self._verify(change, _Sent((Written.CHANGED,)))).result

    async def _update(self, change: Change) -> Result:
        if not change.patches:
            live = self._world.live[change.id]
            return self._record(change, live, _Sent())
        form = Form(self._ledger.document.patch_form)
        tried = [form]
        attempt = await self._attempt(change, form)
        by_position = has_positions(change.patches, change.fields)
        while (following := _following(change, attempt, form)) is not None:
            form, patches = following
            tried.append(form)
            change = replace(change, patches=patches)
            try:
                attempt = await self._attempt(change, form)
            except TavusError:
                break
        if len(tried) == 1:
            return attempt.result
        if attempt.result.status.succeeded and by_position:
            self._ledger.remember_form(Form.WHOLE_LIST)
        return replace(attempt.result, forms=tuple(one.value for one in tried))

    async def _attempt(self, change: Change, form: Form) -> _Attempt:
        """Send and read back. Raises what refused the patch where no other form is left."""
        sent = await self._send(change)
        failed = sent.failed
        if failed is not None and not sent.answers and not isinstance(failed, LOST):
            known = self._world.live[change.id].document
            others = coarser(known, change.fields, form, change.patches)
            if not (may_be_the_form(failed) and others):
                raise failed
        return await self._verify(change, sent)

    async def _send(self, change: Change) -> _Sent:
        """Every patch in order; the first failure ends it."""
        answers: list[Written] = []
        for patch in change.patches:
            force = change.address in self._force
            try:
                answers.append(await self._client.patch(change.id, patch, force=force))
            except TavusError as failed:
                return _Sent(tuple(answers), failed)
        return _Sent(tuple(answers))

    async def _verify(self, change: Change, sent: _Sent) -> _Attempt:
        try:
            live = await self._client.get(change.id)
        except TavusError as unread:
            text = f"sent, but it could not be read back: {unread}"
            hint = "Run plan again to see what is live."
            return _Attempt(_result(change, Status.UNKNOWN, text, hint), sent)
        if live is None:
            text = f"{change.id} cannot be found any more"
            return _Attempt(_result(change, Status.UNKNOWN, text, "Run plan again."), sent)
        if Written.DRAFT in sent.answers or await self._compared_with_draft(change, live, sent):
            return _Attempt(_result(change, Status.NOT_LIVE, *IN_DRAFT), sent, live)
        return _Attempt(self._record(change, live, sent), sent, live)

    async def _compared_with_draft(self, change: Change, live: Live, sent: _Sent) -> bool:
        """Whether «nothing differs» was said of a draft: live reads as before, and there is one."""
        if not sent.accepted:
            return False
        sides = self._sides(self._desired[change.address], live)
        if not verify(sides, change.fields).residual:
            return False
        return await self._client.has_draft(change.id)

    def _record(self, change: Change, live: Live, sent: _Sent) -> Result:
        desired = self._desired[change.address]
        verified = verify(self._sides(desired, live), change.fields, accepted=sent.accepted)
        self._ledger.bind(change.address, binding(desired, change.id, verified.records))
        return _judge(change, sent, verified)

    def _sides(self, desired: Desired, live: Live) -> Sides:
        known = self._ledger.document.bindings.get(desired.address)
        records = known.paths if known else {}
        return Sides.of(desired, live.document, records, self._ledger.digests)

    async def _delete(self, change: Change) -> Result:
        live = await self._client.get(change.id)
        if live is not None:
            self._refuse_if_moved(change, live)
            records = self._ledger.document.bindings[change.address].paths
            copy = hide_recorded(live.document, records)
            self._ledger.keep_copy(f"deleted-{change.address.key}-{change.id}", copy)
            try:
                await self._client.delete(change.id)
            except LOST as lost:
                return _result(change, Status.UNKNOWN, f"it may have been deleted: {lost}")
        self._ledger.forget(change.address)
        return _result(change, Status.DONE)

    def _refuse_if_moved(self, change: Change, live: Live) -> None:
        records = self._ledger.document.bindings[change.address].paths
        document = canonical(live.document)
        moved = [
            path
            for path, record in records.items()
            if has_moved(path, get(document, path), record, self._ledger.digests)
        ]
        if moved:
            fields = ", ".join(map(dotted, sorted(moved)))
            raise TavusError(
                "Not deleted, because someone changed it since the last apply",
                fields,
                "Look at it with `reconciler show`, then delete it by hand or forget it with"
                f" `reconciler state forget {change.address}`.",
            )


def _following(
    change: Change, attempt: _Attempt, form: Form
) -> tuple[Form, tuple[tuple[Object, ...], ...]] | None:
    """What to send next: the fields that read as before, in a coarser form, if that may do."""
    result, failed = attempt.result, attempt.sent.failed
    if attempt.live is None or not result.residual:
        return None
    if failed is not None and not may_be_the_form(failed):
        return None
    left = [field for field in change.fields if field.path in result.residual]
    return coarser(attempt.live.document, left, form, change.patches)


def _judge(change: Change, sent: _Sent, verified: Verified) -> Result:
    """The verdict on a change that was read back."""
    result = replace(_result(change, Status.DONE), normalised=verified.normalised)
    if not verified.residual:
        if sent.failed is not None:
            return replace(result, detail="the answer was lost, but the change is there")
        return replace(result, status=Status.UNCHANGED) if sent.accepted else result
    if sent.failed is None:
        text = f"accepted, but reads as before: {', '.join(map(dotted, verified.residual))}"
        return replace(result, status=Status.NOT_CONVERGED, detail=text, residual=verified.residual)
    status, detail = Status.FAILED, str(sent.failed)
    if isinstance(sent.failed, TavusUnreachableError):
        status = Status.UNKNOWN
    elif sent.answers:
        status, detail = Status.NOT_CONVERGED, f"only a part went through; then: {sent.failed}"
    hint = sent.failed.hint
    return replace(result, status=status, detail=detail, hint=hint, residual=verified.residual)


def _result(change: Change, status: Status, detail: str = "", hint: str = "") -> Result:
    return Result(change.address, change.action, status, change.id, detail, hint)
