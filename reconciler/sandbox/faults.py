"""Faults: what can go wrong between a client and the service, as values."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from reconciler.sandbox.calls import Asked

Kind: TypeAlias = Literal[
    "latency",
    "status",
    "drop",
    "html",
    "late_write",
    "stale_read",
    "ignore_path",
    "short_page",
    "wrong_total",
    "duplicate_row",
    "empty_list",
]
"""What happens.

latency        the work (after_store: the answer) waits for `delay` seconds
status         `status` is answered, with `retry_after` and `body`
drop           the connection dies without a complete answer
html           a gateway's HTML page is answered, 502 unless `status` says otherwise
late_write     the connection dies, and the request is carried out `delay` seconds later
stale_read     reads answer with the state before the last write, if that is younger than `delay`
               seconds (0: however old)
ignore_path    the operations of a PATCH at `pointer` are dropped, and 200 is answered; with
               method POST the members of a new record there
short_page     a list page lacks its last row
wrong_total    total_count is `body`; without it too high by one, by two the next time, and so on
duplicate_row  every list page but the first starts with the last row of the page before
empty_list     a list page has no rows, and the right total_count
"""

LIST_KINDS: Final = frozenset({"short_page", "wrong_total", "duplicate_row", "empty_list"})
"""Kinds that disturb list pages only."""


class ConnectionDropped(ConnectionResetError):  # noqa: N818 -- says what happened
    """The connection died before the answer was complete; raised out of the app in process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault, and which requests it hits. Raises ValueError where it makes no sense."""

    kind: Kind
    method: str = "*"
    """A pattern with wildcards for the method."""
    path: str = "*"
    """A pattern with wildcards for the path alone, or for path?query (so *page=2 is a page)."""
    after_store: bool = False
    """Whether the request takes effect before the fault; for latency, status, drop and html."""
    status: int = 0
    """The status answered; 0 for 500, and for html 502."""
    retry_after: int | None = None
    """Seconds in the Retry-After header; None for no header."""
    times: int = 1
    """How many requests are hit; 0 for every one."""
    skip: int = 0
    """How many matching requests pass before the first is hit."""
    delay: float = 0.0
    """Seconds."""
    body: str = ""
    """The text answered in place of the usual one; for wrong_total the number."""
    pointer: str = "*"
    """For ignore_path: a pattern with wildcards for the JSON Pointer of what is ignored."""

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            kinds = ", ".join(get_args(Kind))
            raise ValueError(f"There is no fault «{self.kind}». The faults are: {kinds}.")
        if self.kind == "wrong_total" and self.body and not self.body.isdecimal():
            raise ValueError("The body of the fault wrong_total is the number it answers.")

    def concerns(self, asked: Asked) -> bool:
        """Whether the fault can hit the request at all."""
        if self.kind in LIST_KINDS and not asked.is_list:
            return False
        if self.kind == "stale_read" and asked.method != "GET":
            return False
        if self.kind == "ignore_path" and asked.method not in {"PATCH", self.method}:
            return False
        places = (asked.path, f"{asked.path}?{asked.query}")
        return fnmatchcase(asked.method, self.method) and any(
            fnmatchcase(place, self.path) for place in places
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A fault that hits a request, for the count-th time (from 1)."""

    fault: Fault
    count: int
