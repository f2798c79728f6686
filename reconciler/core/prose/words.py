"""The words of a passage: how many, how alike two passages are, and which of them changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from reconciler.core.prose.passage import Mark, Span
from reconciler.core.sequences import common_pairs

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

# Scripts that are written without spaces are compared character by character.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_TOKEN: Final = re.compile(
    rf"\s+|[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+(?:['\u2019](?:(?![{_UNSPACED}])\w)+)*|."
)
_MANY: Final = 20_000
"""Words and spaces of a passage from which only its two ends are compared: it is no prose."""

_FARTHEST: Final = 400
"""Characters that a change is slid at most."""

_WORD: Final = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+(?:['\u2019]\w+)*")


def words(text: str) -> list[str]:
    """The words of a text, without white space and punctuation."""
    return _WORD.findall(text)


def likeness(before: Counter[str], after: Counter[str]) -> float:
    """How much two bags of words share: 0 for nothing, 1 for all."""
    total = before.total() + after.total()
    return 2 * (before & after).total() / total if total else 0.0


def word_spans(before: str, after: str) -> tuple[Span, ...]:
    """One text with the other's words in it: what was removed, what was added, what stayed.

    SAME and ADDED joined are after. SAME and REMOVED joined are before but for white space, which
    counts as equal whatever its length, so that other line breaks disturb nothing.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    keys = [_key(token) for token in old], [_key(token) for token in new]
    pairs = common_pairs(*keys, thorough=max(len(old), len(new)) <= _MANY)
    return tuple(_spans(_slid(_merged(_steps(old, new, pairs)))))


def _key(token: str) -> str:
    return " " if token.isspace() else token


@dataclass(slots=True)
class _Step:
    """A change, and what stayed after it."""

    removed: str
    added: str
    same: str

    @property
    def weight(self) -> int:
        return max(len(self.removed), len(self.added))


def _steps(old: list[str], new: list[str], pairs: list[tuple[int, int]]) -> list[_Step]:
    steps = [_Step("", "", "")]
    i = j = 0
    for i_same, j_same in pairs:
        if (i, j) != (i_same, j_same):
            steps.append(_Step("".join(old[i:i_same]), "".join(new[j:j_same]), ""))
        steps[-1].same += new[j_same]
        i, j = i_same + 1, j_same + 1
    if i < len(old) or j < len(new):
        steps.append(_Step("".join(old[i:]), "".join(new[j:]), ""))
    return steps


def _merged(steps: list[_Step]) -> list[_Step]:
    """The steps, where little that stayed between much that changed counts as changed, too."""
    kept: list[_Step] = []
    for step in steps:
        kept.append(step)
        while len(kept) > 1 and _belong_together(*kept[-2:]):
            right, left = kept.pop(), kept.pop()
            removed = left.removed + left.same + right.removed
            kept.append(_Step(removed, left.added + left.same + right.added, right.same))
    return kept


def _belong_together(left: _Step, right: _Step) -> bool:
    replaces = (left.removed or right.removed) and (left.added or right.added)
    return bool(replaces) and len(left.same.strip()) <= min(left.weight, right.weight)


def _slid(steps: list[_Step]) -> list[_Step]:
    """The steps, where what was only added or only removed starts with a sentence or a word.

    «Never [speak. Never] promise» says the same as «[Never speak.] Never promise».
    """
    for left, step in pairwise(steps):
        if bool(step.removed) == bool(step.added):
            continue
        change = step.removed or step.added
        text = left.same + change + step.same
        start, end = len(left.same), len(left.same) + len(change)
        way = _best_slide(text, start, end)
        changed = text[start + way : end + way]
        left.same, step.same = text[: start + way], text[end + way :]
        step.removed, step.added = (changed, "") if step.removed else ("", changed)
    return steps


def _best_slide(text: str, start: int, end: int) -> int:
    """How far to slide text[start:end] so that nothing else changes and it starts best."""
    ways = [0]
    while len(ways) < _FARTHEST and start + ways[-1] > 0 and _fits(text, start, end, ways[-1] - 1):
        ways.append(ways[-1] - 1)
    way = 0
    while way < _FARTHEST and end + way < len(text) and text[start + way] == text[end + way]:
        way += 1
        ways.append(way)
    return max(ways, key=lambda way: (_start_value(text[: start + way]), -abs(way)))


def _fits(text: str, start: int, end: int, way: int) -> bool:
    return text[start + way] == text[end + way]


def _start_value(before: str) -> int:
    """How good a place for a start is, by what stands before it."""
    if not before or before.endswith("\n"):
        return 3
    if not before[-1].isspace():
        return 0
    return 2 if before.rstrip()[-1:] in {".", "!", "?", ":", ""} else 1


def _spans(steps: Iterable[_Step]) -> Iterator[Span]:
    for step in steps:
        texts = (Mark.REMOVED, step.removed), (Mark.ADDED, step.added), (Mark.SAME, step.same)
        yield from (Span(mark, text) for mark, text in texts if text)
