"""The pages in docs/lint as values: what each says, and its two examples as files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.rulebook import Rule

PAGES: Final = Path(__file__).parents[1] / "docs" / "lint"

_FENCE: Final = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MANY: Final = re.compile("^(.*) \N{MULTIPLICATION SIGN} ([0-9]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    heading: str
    bad: Mapping[str, str]
    """File → text."""
    good: Mapping[str, str]


def page_of(rule: Rule) -> Page:
    """The page of a rule."""
    text = (PAGES / f"{rule.code}.md").read_text(encoding="utf-8")
    before, bad, good = re.split(r"^## (?:Bad|Good)$", text, flags=re.MULTILINE)
    return Page(before.partition("\n")[0], _files(bad), _files(good))


def _files(section: str) -> Mapping[str, str]:
    return {name: _spelled_out(text) for name, text in _FENCE.findall(section)}


def _spelled_out(text: str) -> str:
    """With what a page only hints at: a line that stands for many, and what cannot be seen."""
    return _MANY.sub(_many, text).replace("␇", "\a")


def _many(line: re.Match[str]) -> str:
    return "\n".join(f"{line[1]} {number}" for number in range(int(line[2])))
