"""Two texts → what a reviewer is told: passages in reading order, and how much they change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.core.prose.blocks import has_long_paragraph, in_blocks, in_one_block
from reconciler.core.prose.invisible import collapsed, invisible_note, is_rewrapped, visible
from reconciler.core.prose.matching import Blocks, in_order, moved, original_of
from reconciler.core.prose.passage import Fate, Mark, Passage, ProseDiff
from reconciler.core.prose.words import word_spans, words
from reconciler.core.tokens import estimated_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.core.prose.blocks import Text


def prose_diff(before: str, after: str, *, window: int | None = None) -> ProseDiff:
    """The difference of two texts; window is what the persona's model takes in all, in tokens.

    The `after` of all passages but those MOVED_AWAY, joined, is the new text; the `before` of all
    but those MOVED is the old one. 400 KB take a fraction of a second.
    """
    texts = _in_blocks(before, after)
    matched = _match(*texts)
    passages = tuple(_passage(step, matched) for step in matched.steps)
    tokens = estimated_tokens(after)
    return ProseDiff(
        passages=passages,
        sections=texts[1].sections + len(matched.gone_sections),
        changed_sections=len(_changed_sections(passages, matched)),
        words_added=sum(_words(passage, Mark.ADDED) for passage in passages),
        words_removed=sum(_words(passage, Mark.REMOVED) for passage in passages),
        words=sum(map(_more_words, passages)),
        tokens=tokens - estimated_tokens(before),
        tokens_after=tokens,
        window=window,
    )


def _in_blocks(before: str, after: str) -> tuple[Text, Text]:
    by_sentence = has_long_paragraph(before) or has_long_paragraph(after)
    old, new = (in_blocks(text, by_sentence=by_sentence) for text in (before, after))
    if visible(before) == visible(after) and _seen(old) != _seen(new):
        # Paragraphs were only joined or parted: told as a whole, for no word changed.
        return in_one_block(before), in_one_block(after)
    return old, new


def _seen(text: Text) -> list[str]:
    return [visible(block.text) for block in text.blocks]


@dataclass(frozen=True, slots=True)
class _Step:
    """A block that stayed, one that is gone from its place (j < 0), or one that came (i < 0)."""

    i: int
    j: int


@dataclass(frozen=True, slots=True)
class _Matched:
    """Two texts in blocks, and which block is which."""

    old: Text
    new: Text
    steps: Sequence[_Step]
    """In the order of the new text; what is gone stands where it stood."""
    moved_to: Mapping[int, int]
    moved_from: Mapping[int, int]
    original: Mapping[int, int]
    """Copy → the block that it repeats, both of the new text."""
    section: Mapping[int, int]
    """Section of the old text → the same one in the new text; left out where it is gone."""

    @property
    def gone_sections(self) -> frozenset[int]:
        """The sections of the old text that the new one has no more."""
        return frozenset({block.section for block in self.old.blocks} - self.section.keys())


def _match(old: Text, new: Text) -> _Matched:
    before, after = Blocks(old.blocks), Blocks(new.blocks)
    stays = dict(in_order(before, after))
    kept = set(stays.values())
    gone = [i for i in range(len(before)) if i not in stays]
    come = [j for j in range(len(after)) if j not in kept]
    moved_to = dict(moved(before, after, gone, come))
    moved_from = {j: i for i, j in moved_to.items()}
    heads = {
        old.blocks[i].section: new.blocks[j].section
        for i, j in (stays | moved_to).items()
        if old.blocks[i].heads and new.blocks[j].heads
    }
    return _Matched(
        old,
        new,
        list(_steps(stays, len(before), len(after))),
        moved_to,
        moved_from,
        dict(original_of(after, [j for j in come if j not in moved_from])),
        heads | ({0: 0} if any(block.section == 0 for block in new.blocks) else {}),
    )


def _steps(stays: Mapping[int, int], old: int, new: int) -> Iterator[_Step]:
    came_from = {j: i for i, j in stays.items()}
    i = 0
    for j in range(new):
        source = came_from.get(j, -1)
        if source >= 0:
            yield from (_Step(gone, -1) for gone in range(i, source))
            i = source + 1
        yield _Step(source, j)
    yield from (_Step(gone, -1) for gone in range(i, old))


def _passage(step: _Step, matched: _Matched) -> Passage:
    if step.j < 0:
        return _gone(step.i, matched)
    return _stayed(step, matched) if step.i >= 0 else _come(step.j, matched)


def _gone(i: int, matched: _Matched) -> Passage:
    block, place = matched.old.blocks[i], matched.moved_to.get(i)
    line, section = _where(matched.new, place)
    return Passage(
        Fate.REMOVED if place is None else Fate.MOVED_AWAY,
        block.text,
        "",
        before_line=block.line,
        section=matched.old.titles[block.section],
        other_line=line,
        other_section=section,
    )


def _come(j: int, matched: _Matched) -> Passage:
    source = matched.moved_from.get(j)
    return _new(j, matched) if source is None else _moved(source, j, matched)


def _new(j: int, matched: _Matched) -> Passage:
    block, original = matched.new.blocks[j], matched.original.get(j)
    line, section = _where(matched.new, original)
    return Passage(
        Fate.ADDED if original is None else Fate.DUPLICATED,
        "",
        block.text,
        after_line=block.line,
        section=matched.new.titles[block.section],
        other_line=line,
        other_section=section,
    )


def _moved(i: int, j: int, matched: _Matched) -> Passage:
    old, new = matched.old.blocks[i], matched.new.blocks[j]
    line, section = _where(matched.old, i)
    stayed_equal = visible(old.text) == visible(new.text)
    return Passage(
        Fate.MOVED,
        old.text,
        new.text,
        after_line=new.line,
        section=matched.new.titles[new.section],
        other_line=line,
        other_section=section,
        spans=() if stayed_equal else word_spans(old.text, new.text),
    )


def _stayed(step: _Step, matched: _Matched) -> Passage:
    old, new = matched.old.blocks[step.i], matched.new.blocks[step.j]
    fate = _fate(old.text, new.text)
    is_hidden = fate in {Fate.INVISIBLE, Fate.REWRAPPED}
    return Passage(
        fate,
        old.text,
        new.text,
        before_line=old.line,
        after_line=new.line,
        section=matched.new.titles[new.section],
        spans=word_spans(old.text, new.text) if fate is Fate.CHANGED else (),
        note=invisible_note(old.text, new.text) if is_hidden else "",
    )


def _fate(before: str, after: str) -> Fate:
    if before == after:
        return Fate.SAME
    if visible(before) != visible(after):
        return Fate.CHANGED
    is_wrapped = collapsed(before) == collapsed(after) and is_rewrapped(before, after)
    return Fate.REWRAPPED if is_wrapped else Fate.INVISIBLE


def _where(text: Text, index: int | None) -> tuple[int, str]:
    if index is None:
        return 0, ""
    block = text.blocks[index]
    return block.line, text.titles[block.section]


def _changed_sections(passages: Sequence[Passage], matched: _Matched) -> set[tuple[bool, int]]:
    """(whether it is gone, its number) of every section in which something happened."""
    found = set()
    for step, passage in zip(matched.steps, passages, strict=True):
        if passage.fate is Fate.SAME:
            continue
        if step.j >= 0:
            found.add((False, matched.new.blocks[step.j].section))
        else:
            own = matched.old.blocks[step.i].section
            found.add((own not in matched.section, matched.section.get(own, own)))
    return found


def _more_words(passage: Passage) -> int:
    """Words of the new text less those of the old one, as far as they stand in this passage."""
    match passage.fate:
        case Fate.SAME:
            return 0
        case Fate.MOVED:
            return len(words(passage.after))
        case Fate.MOVED_AWAY:
            return -len(words(passage.before))
        case _:
            return len(words(passage.after)) - len(words(passage.before))


def _words(passage: Passage, mark: Mark) -> int:
    """How many words of a passage were removed, or added."""
    if passage.spans:
        return sum(len(words(span.text)) for span in passage.spans if span.mark is mark)
    if passage.fate is Fate.REMOVED and mark is Mark.REMOVED:
        return len(words(passage.before))
    if passage.fate in {Fate.ADDED, Fate.DUPLICATED} and mark is Mark.ADDED:
        return len(words(passage.after))
    return 0
