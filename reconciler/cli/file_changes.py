"""What becomes of files, as a diff that git users know."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from reconciler.report.phrasing import printable

if TYPE_CHECKING:
    from reconciler.cli.console import Console
    from reconciler.desired.promoting import FileChange


def file_diff(console: Console, change: FileChange) -> str:
    """The unified diff of one file."""
    before, after = (f"a/{change.file}", f"b/{change.file}")
    names = (before if change.before else "/dev/null", after if change.after else "/dev/null")
    lines = unified_diff(change.before.splitlines(), change.after.splitlines(), *names, lineterm="")
    roles = {"+": "add", "-": "remove", "@": "dim"}
    painted = (
        console.paint(printable(line), roles[line[0]]) if line[:1] in roles else line
        for line in lines
    )
    return "".join(f"{line}\n" for line in painted)
