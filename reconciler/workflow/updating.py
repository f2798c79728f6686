"""Send the patches of a change; where they are not taken, the same in a coarser form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.core.errors import TavusError
from reconciler.core.patch import Form
from reconciler.workflow.resending import coarser, has_positions, may_be_the_form
from reconciler.workflow.verifying import Attempt, Sent, read_back, record
from reconciler.workflow.work import LOST

if TYPE_CHECKING:
    from reconciler.core.document import Object
    from reconciler.core.outcome import Result, Written
    from reconciler.core.plan import Change
    from reconciler.workflow.work import Work


async def update(work: Work, change: Change) -> Result:
    """Update or adopt. Raises TavusError where nothing of it can have taken effect."""
    if not change.patches:
        live = work.world.live[change.id]
        return work.finish(record(work, change, live, Sent()), live)
    form = work.world.form
    tried = [form]
    attempt = await _attempt(work, change, form)
    by_position = has_positions(change.patches, change.fields)
    while (following := _following(change, attempt, form)) is not None:
        form, patches = following
        tried.append(form)
        change = replace(change, patches=patches)
        try:
            attempt = await _attempt(work, change, form)
        except TavusError:
            break
    if len(tried) == 1:
        return work.finish(attempt.result, attempt.live)
    if attempt.result.status.succeeded and by_position:
        work.ledger.remember_form(Form.WHOLE_LIST)
    result = replace(attempt.result, forms=tuple(one.value for one in tried))
    return work.finish(result, attempt.live)


async def send(work: Work, change: Change) -> Sent:
    """Every patch in order; the first failure ends it."""
    answers: list[Written] = []
    force = change.address in work.force
    for patch in change.patches:
        try:
            answers.append(await work.client.patch(change.id, patch, force=force))
        except TavusError as failed:
            return Sent(tuple(answers), failed)
    return Sent(tuple(answers))


async def _attempt(work: Work, change: Change, form: Form) -> Attempt:
    """Send and read back. Raises what refused the patch where no other form is left."""
    sent = await send(work, change)
    failed = sent.failed
    if failed is not None and not sent.answers and not isinstance(failed, LOST):
        known = work.world.live[change.id].document
        others = coarser(known, change.fields, form, change.patches)
        if not (may_be_the_form(failed) and others):
            raise failed
    return await read_back(work, change, sent)


def _following(
    change: Change, attempt: Attempt, form: Form
) -> tuple[Form, tuple[tuple[Object, ...], ...]] | None:
    """What to send next: the fields that read as before, in a coarser form, if that may do."""
    result, failed = attempt.result, attempt.sent.failed
    if attempt.live is None or not result.residual:
        return None
    if failed is not None and not may_be_the_form(failed):
        return None
    left = [field for field in change.fields if field.path in result.residual]
    return coarser(attempt.live.document, left, form, change.patches)
