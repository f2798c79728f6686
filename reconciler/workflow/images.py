"""How each persona looked before and after a run, kept beside the state for the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.core.document import pointer
from reconciler.core.hiding import hide_recorded
from reconciler.core.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.binding import PathRecord
    from reconciler.core.document import Object, Path
    from reconciler.core.outcome import Result
    from reconciler.core.plan import Change
    from reconciler.core.resource import Live

    Records = Mapping[Path, PathRecord]


class Images:
    """The images of one run: one value, kept whole. Secrets are hidden before they get in."""

    def __init__(self) -> None:
        self.value: dict[str, Any] = {"format_version": "1.0", "changes": {}}

    def before(self, change: Change, live: Live | None, records: Records) -> None:
        """How a persona looks before its change; live is None where it is to be created."""
        self.value["changes"][str(change.address)] = {
            "action": change.action.value,
            "id": change.id,
            "fields": [pointer(field.path) for field in change.fields],
            "status": Status.UNKNOWN.value,
            "before": _image(live, records),
            "after": None,
        }

    def after(self, result: Result, live: Live | None, records: Records) -> None:
        """What became of a change, and how the persona looks now, where that was read."""
        known = self.value["changes"].get(str(result.address))
        if known is not None:
            known["id"] = result.id or known["id"]
            known["status"] = result.status.value
            known["after"] = _image(live, records)


def _image(live: Live | None, records: Records) -> Object | None:
    return None if live is None else hide_recorded(live.document, records)
