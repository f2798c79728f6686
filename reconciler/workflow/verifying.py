"""Read back what was sent, judge it, and record what that proves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from reconciler.core.document import dotted
from reconciler.core.errors import TavusError, TavusUnreachableError
from reconciler.core.outcome import Result, Status, Written
from reconciler.core.verify import verify
from reconciler.workflow.refreshing import binding
from reconciler.workflow.work import result_of

if TYPE_CHECKING:
    from reconciler.core.plan import Change
    from reconciler.core.resource import Live
    from reconciler.core.verify import Verified
    from reconciler.workflow.work import Work

IN_DRAFT: Final = (
    "the change went to a draft; conversations still use the old version",
    "Publish it in the PAL Builder, or set client.target_live in reconciler.yaml.",
)
"""What is said of a write that is not live, and what to do about it (persona-api 6.1)."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the patches of one change."""

    answers: tuple[Written, ...] = ()
    failed: TavusError | None = None

    @property
    def accepted(self) -> bool:
        """Whether the server said that nothing differs, and nothing else."""
        return self.failed is None and set(self.answers) == {Written.UNCHANGED}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a change, and what the read after it showed."""

    result: Result
    sent: Sent
    live: Live | None = None


async def read_back(work: Work, change: Change, sent: Sent) -> Attempt:
    """Read a persona after it was written to, and record what is there."""
    try:
        live = await _shown(work, change, sent)
    except TavusError as unread:
        text = f"sent, but it could not be read back: {unread}"
        hint = "Run plan again to see what is live."
        return Attempt(result_of(change, Status.UNKNOWN, text, hint), sent)
    if live is None:
        text = f"{change.id} cannot be found any more"
        return Attempt(result_of(change, Status.UNKNOWN, text, "Run plan again."), sent)
    if Written.DRAFT in sent.answers or await _compared_with_draft(work, change, live, sent):
        return Attempt(result_of(change, Status.NOT_LIVE, *IN_DRAFT), sent, live)
    return Attempt(record(work, change, live, sent), sent, live)


async def _shown(work: Work, change: Change, sent: Sent) -> Live | None:
    """The persona as it reads; again after a pause where a read may still give the old one."""
    live = await work.client.get(change.id)
    if sent.failed is not None or sent.accepted or Written.DRAFT in sent.answers:
        return live
    for pause in work.rereads:
        if live is not None and not _verified(work, change, live, sent).residual:
            break
        await work.ledger.clock.sleep(pause)
        live = await work.client.get(change.id)
    return live


async def _compared_with_draft(work: Work, change: Change, live: Live, sent: Sent) -> bool:
    """Whether «nothing differs» was said of a draft: live reads as before, and there is one."""
    if not sent.accepted or not _verified(work, change, live, Sent()).residual:
        return False
    return await work.client.has_draft(change.id)


def _verified(work: Work, change: Change, live: Live, sent: Sent) -> Verified:
    return verify(work.sides(change.address, live), change.fields, accepted=sent.accepted)


def record(work: Work, change: Change, live: Live, sent: Sent) -> Result:
    """Bind the address with what is proven, and judge the change."""
    verified = _verified(work, change, live, sent)
    before = work.records(change.address) if work.is_partial else {}
    records = {**before, **verified.records}
    bound = binding(work.desired[change.address], change.id, records)
    work.ledger.bind(change.address, bound)
    return _judged(change, sent, verified)


def _judged(change: Change, sent: Sent, verified: Verified) -> Result:
    """The verdict on a change that was read back."""
    result = replace(result_of(change, Status.DONE), normalised=verified.normalised)
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
