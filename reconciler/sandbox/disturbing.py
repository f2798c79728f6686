"""Faults around an answer: what is delayed, replaced, lost, or happens later."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reconciler.sandbox import replies
from reconciler.sandbox.answering import answer
from reconciler.sandbox.calls import Dropped, Reply
from reconciler.sandbox.faults import LIST_KINDS
from reconciler.sandbox.handling import Conditions
from reconciler.sandbox.rows import Request

if TYPE_CHECKING:
    from reconciler.sandbox.calls import Asked
    from reconciler.sandbox.database import Session
    from reconciler.sandbox.faults import Fault, Hit
    from reconciler.sandbox.store import Store

_REPLACING: Final = {"status", "drop", "html", "late_write"}
_MESSAGES: Final = {
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_PAGE: Final = "<html>\n<head><title>{0}</title></head>\n<body><h1>{0}</h1></body>\n</html>\n"


@dataclass(slots=True)
class Service:
    """The service on its store, with the requests that were lost on the way but will arrive."""

    store: Store
    late: list[tuple[float, Asked]] = field(default_factory=list)

    async def respond(self, asked: Asked, path: str) -> Reply | Dropped:
        """The answer to a request, disturbed by the faults that hit it.

        `path` is the path as it came, for the log.
        """
        with self.store.transaction() as session:
            self._deliver(session)
            hits = session.hits(asked)
            wait = _delay(hits, after_store=False)
            reply = None if wait else self._work(session, asked, hits, path)
        if reply is None:
            await asyncio.sleep(wait)
            with self.store.transaction() as session:
                reply = self._work(session, asked, hits, path)
        if wait := _delay(hits, after_store=True):
            await asyncio.sleep(wait)
        return reply

    def _deliver(self, session: Session) -> None:
        now = time.monotonic()
        due = [asked for at, asked in self.late if at <= now]
        self.late = [(at, asked) for at, asked in self.late if at > now]
        for asked in due:
            answer(session, asked, Conditions())

    def _work(
        self, session: Session, asked: Asked, hits: tuple[Hit, ...], path: str
    ) -> Reply | Dropped:
        fault = next((hit.fault for hit in hits if hit.fault.kind in _REPLACING), None)
        reply: Reply | Dropped
        if fault is None:
            reply = answer(session, asked, _conditions(hits))
        else:
            if fault.after_store:
                answer(session, asked, _conditions(hits))
            elif fault.kind == "late_write":
                self.late.append((time.monotonic() + fault.delay, asked))
            reply = _replacement(fault)
        session.log(Request(asked.method, path, asked.query, reply.status))
        return reply


def _delay(hits: tuple[Hit, ...], *, after_store: bool) -> float:
    return sum(
        hit.fault.delay
        for hit in hits
        if hit.fault.kind == "latency" and hit.fault.after_store is after_store
    )


def _conditions(hits: tuple[Hit, ...]) -> Conditions:
    faults = [hit.fault for hit in hits]
    now = time.time()
    stale = [now - f.delay if f.delay else 0.0 for f in faults if f.kind == "stale_read"]
    return Conditions(
        since=min(stale, default=Conditions().since),
        ignored=tuple(fault.pointer for fault in faults if fault.kind == "ignore_path"),
        page=tuple(hit for hit in hits if hit.fault.kind in LIST_KINDS),
    )


def _replacement(fault: Fault) -> Reply | Dropped:
    if fault.kind in {"drop", "late_write"}:
        return Dropped()
    headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
    if fault.kind == "html":
        status = fault.status or 502
        title = f"{status} {_MESSAGES.get(status, 'Error')}"
        page = fault.body or _PAGE.format(title)
        return Reply(status, page.encode(), headers, media_type="text/html")
    status = fault.status or 500
    told = replies.told(status, _MESSAGES.get(status, "Error"))
    content = fault.body.encode() if fault.body else told.content
    return Reply(status, content, headers)
