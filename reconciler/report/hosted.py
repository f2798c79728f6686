"""What is put on a code host: a report between a hidden head and a footer, never too long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.report.fence import fenced
from reconciler.report.phrasing import printable, printable_lines

if TYPE_CHECKING:
    from reconciler.core.sticky import Sticky

MOST: Final = 65_536
"""Bytes of UTF-8. GitHub's limit is as many characters, however it counts those."""

QUOTED: Final = 60_000
"""Bytes of a quotation, where nobody says otherwise."""

_HEX: Final = re.compile(r"[0-9a-f]{7,64}")


def body(sticky: Sticky, report: str, footer: str) -> str:
    """The whole text. A report that is too long is quoted from its beginning, and that is said."""
    frame = len((sticky.head + footer).encode()) + 2
    if frame + len(report.encode()) > MOST:
        report = quoted(report, MOST - frame)
    return f"{sticky.head}{report.rstrip()}\n\n{footer}"


def quoted(text: str, most: int = QUOTED) -> str:
    """A text of strangers as Markdown that only shows it: one block of code, at most so long.

    Nothing in it is obeyed: no Markdown, HTML, mention or link, and no control character.
    """
    lines = printable_lines(text.replace("\r\n", "\n")).rstrip().split("\n")
    shown = "\n".join(line.rstrip() for line in lines)
    whole = fenced(shown.split("\n")) + "\n"
    if len(whole.encode()) <= most:
        return whole
    told = f"\n*Cut here: this is the beginning of {len(shown.encode()):,} bytes.*\n"
    frame = len(whole.encode()) - len(shown.encode()) + len(told.encode())
    if frame > most:
        return "*The text cannot be shown: it is nothing but backticks.*\n"
    cut = shown.encode()[: most - frame].decode(errors="ignore")
    return fenced(cut.split("\n")) + "\n" + told


def footer(*, commit: str, fingerprint: str, time: str, run_url: str) -> str:
    """What a text was made from, and when; what is no hash is left out."""
    parts = [f"commit {commit[:10]}"] if _HEX.fullmatch(commit) else []
    parts += [f"fingerprint `{fingerprint}`"] if _HEX.fullmatch(fingerprint) else []
    parts.append(time)
    if run_url.startswith("https://") and not re.search(r"[\s()<>]", run_url):
        parts.append(f"[run]({printable(run_url)})")
    return f"<sub>{', '.join(parts)}</sub>\n"
