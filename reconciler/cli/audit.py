"""The audit log: one JSON object a line, appended and flushed at once, never rewritten."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

    from reconciler.cli.session import Session
    from reconciler.core.document import Json
    from reconciler.workflow.leasing import Terms


class AuditLog:
    """What one run does, line by line. No field values, and no secrets."""

    def __init__(self, file: TextIO, session: Session, terms: Terms) -> None:
        self._file = file
        self._mask = session.place.console.mask_value
        origin = terms.origin
        self._always: dict[str, Json] = {
            "run": terms.run,
            "environment": session.settings.name,
            "who": origin.who,
            "host": origin.host,
            "commit": origin.commit,
            "ci": str(origin.ci) if origin.ci else "",
        }

    def note(self, event: str, **facts: Json) -> None:
        """Write one event, at once."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "event": event, **self._always, **facts}
        self._file.write(json.dumps(self._mask(line), ensure_ascii=False) + "\n")
        self._file.flush()


@contextmanager
def audit_to(file: Path | None, session: Session, terms: Terms) -> Iterator[AuditLog | None]:
    """The audit log of a run, or None where none is wanted. Raises OSError before anything else."""
    if file is None:
        yield None
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as opened:
        log = AuditLog(opened, session, terms)
        log.note("begin")
        try:
            yield log
        finally:
            log.note("end")
