"""The page around the cards: one file, nothing loaded from elsewhere, nothing run but its script.

The only user of jinja2. Templates make every element; text from a plan is escaped by autoescape,
and what has no shape is made visible before that, whatever the template.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reconciler.report.html.text import pieces
from reconciler.report.phrasing import printable_lines
from reconciler.report.tags import ATTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.guards import Refusal
    from reconciler.core.sides import Attribution
    from reconciler.report.html.cards import Card

MOST_OPEN: Final = 30
"""Cards up to which all are open at first."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A folded list of what needs no card."""

    title: str
    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, in order."""

    title: str
    headline: str
    facts: Sequence[tuple[str, str]]
    refusals: Sequence[Refusal] = ()
    diagnostics: Sequence[Diagnostic] = ()
    problem: str = ""
    notes: Sequence[str] = ()
    cards: Sequence[Card] = ()
    quiet: Sequence[Quiet] = ()

    @property
    def is_open(self) -> bool:
        """Whether cards are open at first."""
        return len(self.cards) <= MOST_OPEN

    @property
    def kinds(self) -> dict[str, int]:
        """What cards can be filtered by → how many there are, in their order."""
        counts: dict[str, int] = {}
        for card in self.cards:
            counts[card.kind] = counts.get(card.kind, 0) + 1
        return counts

    @property
    def has_prose(self) -> bool:
        """Whether there is something to see side by side."""
        return any(field.told.prose for card in self.cards for field in card.fields)

    @property
    def labels(self) -> list[str]:
        """Every label of a card."""
        return sorted({label for card in self.cards for label in card.labels})

    @property
    def attributions(self) -> set[Attribution]:
        """Who moved, wherever it was."""
        return {one for card in self.cards for one in card.attributions}


def draw(page: Page) -> str:
    """The page as one HTML file; the same bytes for equal input."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    template = _environment().get_template("page.html.j2")
    words = {"policy": policy, "style": style, "script": script, "attributions": ATTRIBUTION}
    return template.render(page=page, **words) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__ or ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["pieces"] = pieces
    return environment


def _shown(value: object) -> object:
    """What an expression gives, with escapes for what has no shape; markup is what we made."""
    return value if isinstance(value, Markup) else printable_lines(str(value))


@cache
def _asset(name: str) -> str:
    return resources.files(__package__ or "").joinpath("assets", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """A source of a Content-Security-Policy: what has this hash may be used, and nothing else."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
