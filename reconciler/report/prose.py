"""A changed text in words and lines: what a report says of it, and the pieces that it draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from reconciler.core.prose.diff import prose_diff
from reconciler.core.prose.passage import Fate, Mark
from reconciler.core.tokens import window_of
from reconciler.report.phrasing import count, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.core.diff import FieldChange
    from reconciler.core.prose.passage import Passage, ProseDiff, Span

LONG: Final = 80
"""Characters of a text from which it is told as prose; a text of several lines always is."""

CONTEXT: Final = 60
"""Characters of unchanged words shown on each side of a change."""

_SLACK: Final = 20
"""Characters that are not worth an ellipsis."""

GLIMPSE: Final = 60
"""Characters of a passage that is only named."""

_UNSEEN: Final = frozenset({Fate.REWRAPPED, Fate.INVISIBLE})
_PROMPT: Final = ("system_prompt",)
_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring passages of one fate that are told together."""

    fate: Fate
    passages: tuple[Passage, ...]

    @property
    def first(self) -> Passage:
        """The first of them."""
        return self.passages[0]

    @property
    def line(self) -> int:
        """Where it stands: in the new text, or in the old one where it is gone."""
        return self.first.after_line or self.first.before_line


def prose_of(change: FieldChange, model: str = "") -> ProseDiff | None:
    """The difference of a text that is long enough to be told as prose; else None.

    A prompt is measured against the window of the model.
    """
    before, after = change.before, change.after
    if change.sensitive or not isinstance(before, str) or not isinstance(after, str):
        return None
    if "\n" not in before + after and max(len(before), len(after)) <= LONG:
        return None
    window = window_of(model) if change.path == _PROMPT else None
    return _compared(before, after, window)


@lru_cache(maxsize=64)
def _compared(before: str, after: str, window: int | None) -> ProseDiff:
    """One comparison for the several forms and lengths in which a change is told."""
    return prose_diff(before, after, window=window)


def prose_headline(diff: ProseDiff) -> str:
    """«3 of 41 sections changed, +120 words, about +160 tokens (18 % of the model's window)»."""
    fates = {passage.fate for passage in diff.passages} - {Fate.SAME}
    if fates <= _UNSEEN:
        return "only the line breaks differ" if fates == {Fate.REWRAPPED} else "white space only"
    parts = []
    if diff.sections > 1:
        parts.append(f"{diff.changed_sections:,} of {diff.sections:,} sections changed")
    moved = sum(passage.fate is Fate.MOVED for passage in diff.passages)
    if moved:
        parts.append(f"{count(moved, 'paragraph')} moved")
    parts.append(_words(diff))
    if diff.tokens or diff.share:
        parts.append(_tokens(diff))
    return ", ".join(parts)


def _words(diff: ProseDiff) -> str:
    signed = [
        f"{sign}{number:,}"
        for sign, number in (("+", diff.words_added), ("-", diff.words_removed))
        if number
    ]
    number = max(diff.words_added, diff.words_removed)
    return f"{' '.join(signed)} {'word' if number == 1 else 'words'}" if signed else "no new words"


def _tokens(diff: ProseDiff) -> str:
    noun = "token" if abs(diff.tokens) == 1 else "tokens"
    text = f"about {diff.tokens:+,} {noun}" if diff.tokens else "as many tokens"
    return f"{text} ({_share(diff.share)} of the model's window)" if diff.share else text


def _share(share: float) -> str:
    percent = round(share * _PERCENT)
    return f"{percent:,} %" if percent else "under 1 %"


def runs(diff: ProseDiff) -> Iterator[tuple[str, list[Run]]]:
    """(section, what happened in it), in reading order; what stayed is left out."""
    changed = [run for run in _runs(diff.passages) if run.fate is not Fate.SAME]
    for section, told in groupby(changed, key=lambda run: run.first.section):
        yield section, list(told)


def _runs(passages: Iterable[Passage]) -> Iterator[Run]:
    """Neighbours that can be told in one line; others stand alone."""
    for (fate, *_), group in groupby(passages, key=_alike):
        together = tuple(group)
        if fate in {Fate.CHANGED, Fate.ADDED, Fate.REMOVED} or together[0].spans:
            yield from (Run(fate, (passage,)) for passage in together)
        else:
            yield Run(fate, together)


def _alike(passage: Passage) -> tuple[Fate, str, str, bool]:
    note = passage.note if passage.fate is Fate.INVISIBLE else ""
    return passage.fate, passage.other_section, note, bool(passage.spans)


def run_words(run: Run) -> str:
    """What is said of a run instead of showing it; empty where it is to be shown."""
    number, first = count(len(run.passages), "paragraph"), run.first
    there = f"line {first.other_line:,}"
    if first.other_section and first.other_section != first.section:
        there += f", § {printable(first.other_section)}"
    match run.fate:
        case Fate.MOVED:
            changed = ", changed on the way" if first.spans else ""
            return f"{number} moved here from {there}{changed}: {glimpse(first.after)}"
        case Fate.MOVED_AWAY:
            return f"{number} moved to {there}: {glimpse(first.before)}"
        case Fate.DUPLICATED:
            return f"{number} copied from {there}: {glimpse(first.after)}"
        case Fate.REWRAPPED:
            return f"{number} wrapped anew, the words stay"
        case Fate.INVISIBLE:
            return f"{number} changed where nobody sees it: {first.note}"
        case _:
            return ""


def glimpse(text: str) -> str:
    """The first words of a passage, in quotes."""
    words = printable(" ".join(text.split()))
    return f"“{words}”" if len(words) <= GLIMPSE else f"“{words[: GLIMPSE - 1].rstrip()}…”"


def windowed(spans: Iterable[Span], context: int = CONTEXT) -> list[tuple[str, Mark]]:
    """The spans on one line, what stayed cut to its words next to a change."""
    flat = [(_flat(span.text), span.mark) for span in spans]
    shown = [(text, mark) for text, mark in flat if text.strip() or mark is Mark.SAME]
    last = len(shown) - 1
    return [
        (_cut(text, context, left=at > 0, right=at < last) if mark is Mark.SAME else text, mark)
        for at, (text, mark) in enumerate(shown)
    ]


def _flat(text: str) -> str:
    words = " ".join(text.split())
    left = " " if text[:1].isspace() else ""
    return printable(f"{left}{words}{' ' if text[-1:].isspace() and words else ''}")


def _cut(text: str, context: int, *, left: bool, right: bool) -> str:
    """What stayed, cut to its start after a change on the left, and its end before one."""
    if len(text) <= (left + right) * context + _SLACK:
        return text
    start = _whole_words(text[: context + 1], from_end=False) if left else ""
    end = _whole_words(text[-context - 1 :], from_end=True) if right else ""
    return f"{start}…{end}"


def _whole_words(text: str, *, from_end: bool) -> str:
    at = text.find(" ") if from_end else text.rfind(" ")
    if at < 0:
        return text[1:] if from_end else text[:-1]
    return text[at:] if from_end else text[: at + 1]
