"""Progress on standard error for long work: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

    from reconciler.cli.console import Console


@dataclass(slots=True)
class Bar:
    """A bar that can be moved; without a terminal moving it does nothing."""

    progress: Progress | None = None
    task: TaskID | None = None

    def move(self, done: int, total: int) -> None:
        """Set how much is done, and of how much."""
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, completed=done, total=total, visible=True)

    def hide(self) -> None:
        """Take the bar away before something else is shown."""
        if self.progress is not None:
            self.progress.stop()

    def step(self) -> None:
        """One more is done."""
        if self.progress is not None and self.task is not None:
            self.progress.advance(self.task)


@contextmanager
def bar(console: Console, title: str, total: int | None = None) -> Iterator[Bar]:
    """Show a bar while the block runs, where standard error is a terminal; leave nothing behind."""
    if not sys.stderr.isatty() or console.debug:
        yield Bar()
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    rich = RichConsole(stderr=True, no_color=console.color == "never")
    with Progress(*columns, console=rich, transient=True) as progress:
        yield Bar(progress, progress.add_task(title, total=total))
