"""The words of a passage: how many, how alike two passages are, and which of them changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
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
    return tuple(_spans(_merged(_steps(old, new, pairs))))


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


def _spans(steps: Iterable[_Step]) -> Iterator[Span]:
    for step in steps:
        texts = (Mark.REMOVED, step.removed), (Mark.ADDED, step.added), (Mark.SAME, step.same)
        yield from (Span(mark, text) for mark, text in texts if text)
