"""Tell a webhook what became of a run, where the project file wants that. Never fails the run."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.cli.exits import Exit, exit_code
from reconciler.cli.origin import origin_of
from reconciler.core.errors import ReconcilerError
from reconciler.core.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from reconciler.cli.session import Session
    from reconciler.core.outcome import Outcome
    from reconciler.core.plan import Plan
    from reconciler.report.notices import Notice


@dataclass(slots=True)
class Findings:
    """What a run came to, collected while it goes on."""

    exit: int = Exit.DONE
    statuses: dict[str, str] = field(default_factory=dict)
    """Address → what became of it."""
    problem: str = ""

    def take_outcome(self, outcome: Outcome) -> None:
        """What an apply came to."""
        self.statuses = {str(one.address): one.status.value for one in outcome.results}
        if outcome.interrupted:
            self.problem = "interrupted"
        elif outcome.halted:
            self.problem = "halted before the last wave"
        elif outcome.problem:
            self.problem = "the state could not be saved"

    def take_drift(self, plan: Plan) -> None:
        """What a drift check came to."""
        self.statuses = {str(address): "moved outside" for address in plan.drift}
        self.statuses |= {str(address): "deleted outside" for address in plan.vanished}

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.statuses or self.problem)


@contextmanager
def notifying(session: Session, event: Literal["drift", "apply"]) -> Iterator[Findings]:
    """Collect what a command finds and send it in the end, also where it ends with an error."""
    findings = Findings()
    try:
        yield findings
    except ReconcilerError as failed:
        findings.exit, findings.problem = exit_code(failed), failed.summary
        _send(session, event, findings)
        raise
    _send(session, event, findings)


def _send(session: Session, event: Literal["drift", "apply"], findings: Findings) -> None:
    wanted = session.settings.notify
    if not wanted.url or event not in wanted.events or findings.is_silent:
        return
    console = session.place.console
    url = os.environ.get(wanted.url, "").strip()
    if not url:
        console.say(f"Nobody was notified: the variable {wanted.url} is not set.")
        return
    from reconciler.live.webhook import post
    from reconciler.report.notices import notice_document, notice_text

    console.know([Secret(url)])
    notice = _notice(session, event, findings)
    body = notice_document(notice) if wanted.form == "json" else {"text": notice_text(notice)}
    text = json.dumps(console.mask_value(body), ensure_ascii=False)
    if why := asyncio.run(post(Secret(url), text.encode())):
        console.say(f"Nobody was notified: the webhook of {wanted.url}: {why}.")


def _notice(session: Session, event: Literal["drift", "apply"], findings: Findings) -> Notice:
    from reconciler.report.notices import Notice

    origin = origin_of(os.environ, session.directory)
    summary: dict[str, int] = {}
    for status in findings.statuses.values():
        summary[status] = summary.get(status, 0) + 1
    # What failed is what somebody looks for.
    fine = {"done", "unchanged"}
    first = sorted(findings.statuses.items(), key=lambda one: (one[1] in fine, one[0]))
    return Notice(
        event,
        session.settings.name,
        int(findings.exit),
        summary,
        first,
        findings.problem,
        origin.ci.url if origin.ci else "",
        origin.commit,
    )
