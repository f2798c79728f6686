"""The two streams: results on standard output, conversation on standard error; colour; masking."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.core.document import Json
    from reconciler.core.masking import Mask
    from reconciler.core.secret import Secret

_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "add": {"fg": "green"},
    "remove": {"fg": "red"},
    "change": {"fg": "yellow"},
    "warn": {"fg": "yellow"},
    "error": {"fg": "red", "bold": True},
    "dim": {"dim": True},
    "strong": {"bold": True},
}

PIPED: Final = 100
"""Columns that paragraphs are wrapped to where nobody looks at a terminal."""


@dataclass(slots=True)
class Console:
    """What a command prints with. Knows the secrets of the run, and lets none through."""

    color: str = "auto"
    debug: bool = False
    secrets: list[Secret] = field(default_factory=list, repr=False)

    @property
    def mask(self) -> Mask:
        """The mask for everything that is printed."""
        from reconciler.core.masking import Mask

        return Mask.of(self.secrets)

    def mask_value(self, value: Json) -> Json:
        """A value in which no secret known by now is left."""
        return self.mask.value(value)

    def know(self, secrets: Iterable[Secret]) -> None:
        """Add to the values that must never be printed."""
        self.secrets += [secret for secret in secrets if secret not in self.secrets]

    def print(self, text: str) -> None:
        """A result, complete, on standard output."""
        click.echo(self.mask.text(text), nl=False, color=True)

    def say(self, text: str) -> None:
        """A line of conversation on standard error."""
        click.echo(self.mask.text(text), err=True, color=True)

    def say_lines(self, lines: Iterable[str]) -> None:
        """Several lines of conversation."""
        for line in lines:
            self.say(line)

    def paint(self, text: str, role: str) -> str:
        """The report.Paint of standard output."""
        return click.style(text, **_STYLES[role]) if text and self._colored(sys.stdout) else text

    def paint_err(self, text: str, role: str) -> str:
        """The report.Paint of standard error."""
        return click.style(text, **_STYLES[role]) if text and self._colored(sys.stderr) else text

    def _colored(self, stream: Any) -> bool:  # noqa: ANN401 - a text stream or a test's stand-in
        # The option wins over NO_COLOR, that over FORCE_COLOR, that over the terminal.
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"

    @contextmanager
    def uncoloured(self) -> Iterator[None]:
        """Within it nothing is painted: for what goes into files."""
        before, self.color = self.color, "never"
        try:
            yield
        finally:
            self.color = before

    @property
    def width(self) -> int:
        """Columns of the terminal that results go to; where they are piped, 100."""
        return get_terminal_size((PIPED, 0)).columns if sys.stdout.isatty() else PIPED

    @property
    def is_terminal(self) -> bool:
        """Whether a person can be asked: input and standard error are a terminal."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def confirm(self, question: str) -> bool:
        """Ask for «yes», on standard error. Only where is_terminal."""
        self.say(question)
        return (
            click.prompt("", prompt_suffix="> ", err=True, default="", show_default=False) == "yes"
        )
