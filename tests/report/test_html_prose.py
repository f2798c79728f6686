"""How a prose diff becomes blocks of a page: built by hand, passage by passage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reconciler.core.prose.passage import Fate, Mark, Passage, ProseDiff, Span
from reconciler.report.html.prose import NEIGHBOUR, prose_view

if TYPE_CHECKING:
    from reconciler.report.html.prose import Block


def same(line: int, text: str = "Same.\n\n") -> Passage:
    return Passage(Fate.SAME, text, text, line, line, "A")


def changed(line: int) -> Passage:
    spans = (Span(Mark.SAME, "Be "), Span(Mark.REMOVED, "warm"), Span(Mark.ADDED, "calm\n\n"))
    return Passage(Fate.CHANGED, "Be warm\n\n", "Be calm\n\n", line, line, "A", spans=spans)


def passage(fate: Fate, before: str, after: str, **more: Any) -> Passage:
    return Passage(fate, before, after, 5 if before else 0, 9 if after else 0, "A", **more)


def blocks(*passages: Passage, whole: bool = True) -> tuple[Block, ...]:
    return prose_view(ProseDiff(passages, 3, 1, 9, 2, 7, 8, 100), whole=whole).blocks


def shape(*passages: Passage) -> list[tuple[int, bool]]:
    return [(len(block.rows), block.is_folded) for block in blocks(*passages)]


def test_unchanged_passages_are_folded_but_for_short_neighbours() -> None:
    run = [same(line) for line in range(1, 9)]
    assert shape(*run, changed(9), *run) == [
        (7, True),
        (1, False),
        (1, False),
        (1, False),
        (7, True),
    ]
    assert shape(*run) == [(8, True)]


def test_a_single_short_passage_between_neighbours_is_not_worth_a_fold() -> None:
    three = [same(line) for line in (2, 3, 4)]
    assert shape(changed(1), *three, changed(5)) == [(1, False), (2, False), (1, False), (1, False)]


def test_a_long_neighbour_is_folded_too() -> None:
    long = same(1, "x" * (NEIGHBOUR + 1))
    assert shape(long, changed(2), long) == [(1, True), (1, False), (1, True)]


def test_a_fold_says_how_many_and_where() -> None:
    (fold,) = blocks(same(3), same(5), same(1_200))
    assert fold.words == "3 unchanged passages, lines 3 to 1,200"
    (fold,) = blocks(same(3, "x" * 500))
    assert fold.words == "1 unchanged passage, from line 3"


def test_what_is_left_out_is_counted_and_what_changed_stays() -> None:
    run = [same(line) for line in range(1, 9)]
    fold, neighbour, change = blocks(*run, changed(9), whole=False)
    assert fold.rows == ()
    assert fold.words.endswith("lines 1 to 7; left out, the page would be too large")
    assert len(neighbour.rows) == len(change.rows) == 1


def test_line_ends_behind_the_last_word_are_not_shown() -> None:
    (block,) = blocks(changed(1))
    assert block.rows[0].spans[-1] == Span(Mark.ADDED, "calm")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (passage(Fate.ADDED, "", "New."), "added"),
        (passage(Fate.REMOVED, "Old.", ""), "removed"),
        (
            passage(Fate.DUPLICATED, "", "Again.", other_line=2, other_section="B"),
            "passage copied from line 2, B",
        ),
        (
            passage(Fate.MOVED, "It.", "It.", other_line=1_005, other_section="A"),
            "passage moved here from line 1,005",
        ),
        (
            passage(Fate.MOVED_AWAY, "It.", "", other_line=9, other_section="B"),
            "passage moved to line 9, B",
        ),
        (passage(Fate.REWRAPPED, "a\nb", "a b"), "wrapped anew, the words stay"),
        (passage(Fate.INVISIBLE, "a b", "a\xa0b", note="\\xa0: 0 → 1"), "sees: \\xa0: 0 → 1"),
    ],
)
def test_each_fate_has_its_words(told: Passage, words: str) -> None:
    (block,) = blocks(told)
    assert block.words.endswith(words)
    assert block.section == "A"


def test_passages_that_went_together_are_told_once() -> None:
    three = [
        Passage(Fate.MOVED, "x", "x", 0, line, "A", other_line=50 + line, other_section="B")
        for line in (1, 3, 5)
    ]
    (block,) = blocks(*three)
    assert block.words == "3 passages moved here from line 51, B"


def test_both_ends_of_a_move_are_linked() -> None:
    away = Passage(Fate.MOVED_AWAY, "x", "", 4, 0, "A", other_line=90)
    here = Passage(Fate.MOVED, "x", "x", 0, 90, "B", other_line=4)
    there, moved = blocks(away, here)
    assert (there.link, there.rows[0].anchor) == ("a90", "b4")
    assert (moved.link, moved.rows[0].anchor) == ("b4", "a90")
    assert there.is_folded


def test_nothing_links_to_what_is_left_out() -> None:
    run = [same(line) for line in range(1, 9)]
    copy = Passage(Fate.DUPLICATED, "", "x", 0, 9, "A", other_line=3)
    assert blocks(*run, copy)[-1].link == "a3"
    assert [block.link for block in blocks(*run, copy, whole=False)] == ["", "", ""]


def test_sentences_of_one_line_do_not_share_a_name() -> None:
    copy = Passage(Fate.DUPLICATED, "", "x", 0, 9, "A", other_line=1)
    rows = [row for block in blocks(same(1), same(1), copy) for row in block.rows]
    assert [row.anchor for row in rows] == ["a1", "", ""]


def test_how_a_rewrapped_passage_was_is_kept_for_the_left_side() -> None:
    (block,) = blocks(passage(Fate.REWRAPPED, "One\ntwo.\n", "One two.\n"))
    assert block.rows[0].old == "One\ntwo."
