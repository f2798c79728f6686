"""What became of a run as a message for a webhook: JSON, or a text for Slack and the like.

Names and counts only: no field value, no prompt, no word of a server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from reconciler import __version__
from reconciler.report.formats import FORMAT_VERSION, NoticeDocument

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST: Final = 50
"""Addresses that are told one by one."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a run came to."""

    event: Literal["drift", "apply"]
    environment: str
    exit: int
    summary: Mapping[str, int]
    """Status → number of addresses."""
    addresses: Sequence[tuple[str, str]]
    """Address and status, of what a person may want to look at first."""
    problem: str = ""
    """What went wrong as a whole, in a sentence without particulars."""
    link: str = ""
    """Where the run can be looked at."""
    commit: str = ""


def notice_document(notice: Notice) -> NoticeDocument:
    """The message as JSON."""
    told = notice.addresses[:MOST]
    return {
        "kind": "persona-reconciler/notice",
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "event": notice.event,
        "environment": notice.environment,
        "exit": notice.exit,
        "summary": dict(notice.summary),
        "addresses": [{"address": address, "status": status} for address, status in told],
        "more": len(notice.addresses) - len(told),
        "problem": notice.problem,
        "link": notice.link,
        "commit": notice.commit,
    }


def notice_text(notice: Notice) -> str:
    """The message as text, with Slack's three escapes."""
    counts = ", ".join(f"{number:,} {status}" for status, number in notice.summary.items())
    head = f"reconciler {notice.event}, {notice.environment}: "
    lines = [head + "; ".join(part for part in (counts, notice.problem) if part)]
    lines[0] += f" (exit {notice.exit})"
    lines += [f"• {address}: {status}" for address, status in notice.addresses[:MOST]]
    if more := len(notice.addresses) - MOST:
        lines += [f"… and {more:,} more"] if more > 0 else []
    lines += [notice.link] if notice.link else []
    text = "\n".join(lines)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
