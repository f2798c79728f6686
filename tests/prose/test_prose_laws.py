"""What holds for every pair of texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.prose.diff import prose_diff
from reconciler.core.prose.passage import Fate, Mark
from reconciler.core.prose.words import words

WORDS = st.sampled_from(
    ["guest", "room", "the", "the", "key", "a", "Ask", "now.", "漢", "é", "\u200b"]
)
LINE = st.lists(WORDS, max_size=12).map(" ".join)
MARKED = st.tuples(st.sampled_from(["", "", "# ", "- ", "1. ", "| ", "```", "  ", "**"]), LINE).map(
    "".join
)
BREAK = st.sampled_from(["\n", "\n\n", "\n\n\n", " \n", "\r\n"])
PROSE = st.lists(st.tuples(MARKED, BREAK).map("".join), max_size=14).map("".join)
ANY = st.one_of(PROSE, st.text(max_size=80))


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same with lines dropped, doubled, moved and changed."""
    lines = draw(st.lists(MARKED, max_size=12))
    other = list(lines)
    for _ in range(draw(st.integers(0, 4))):
        if not other:
            break
        at, to = draw(st.integers(0, len(other) - 1)), draw(st.integers(0, len(other)))
        what = draw(st.sampled_from(["drop", "double", "move", "change"]))
        line = other[at] if what == "double" else other.pop(at)
        if what != "drop":
            other.insert(to, draw(MARKED) if what == "change" else line)
    return "\n\n".join(lines), "\n\n".join(other)


PAIRS = st.one_of(st.tuples(ANY, ANY), edits())


def squeezed(text: str) -> str:
    return " ".join(text.split())


@given(PAIRS)
def test_the_passages_joined_are_the_texts(pair: tuple[str, str]) -> None:
    before, after = pair
    passages = prose_diff(before, after).passages
    assert "".join(p.after for p in passages if p.fate is not Fate.MOVED_AWAY) == after
    assert "".join(p.before for p in passages if p.fate is not Fate.MOVED) == before


@given(PAIRS)
def test_the_spans_joined_are_the_passage(pair: tuple[str, str]) -> None:
    for passage in prose_diff(*pair).passages:
        if not passage.spans:
            assert passage.fate is not Fate.CHANGED
            continue
        new = "".join(span.text for span in passage.spans if span.mark is not Mark.REMOVED)
        old = "".join(span.text for span in passage.spans if span.mark is not Mark.ADDED)
        assert new == passage.after
        assert squeezed(old) == squeezed(passage.before)


@given(ANY)
def test_a_text_is_the_same_as_itself(text: str) -> None:
    diff = prose_diff(text, text)
    assert {passage.fate for passage in diff.passages} <= {Fate.SAME}
    assert diff.changed_sections == 0


@given(PAIRS)
def test_a_difference_is_never_passed_over(pair: tuple[str, str]) -> None:
    diff = prose_diff(*pair)
    assert (pair[0] == pair[1]) == all(p.fate is Fate.SAME for p in diff.passages)


@given(PAIRS)
def test_the_counts_fit_the_texts(pair: tuple[str, str]) -> None:
    diff = prose_diff(*pair)
    assert 0 <= diff.changed_sections <= diff.sections
    assert (diff.changed_sections == 0) == (pair[0] == pair[1])
    assert diff.words == len(words(pair[1])) - len(words(pair[0]))


@given(PAIRS)
def test_what_moved_has_two_ends(pair: tuple[str, str]) -> None:
    passages = prose_diff(*pair).passages
    came = sorted((p.other_line, p.after_line) for p in passages if p.fate is Fate.MOVED)
    left = sorted((p.before_line, p.other_line) for p in passages if p.fate is Fate.MOVED_AWAY)
    assert came == left


@given(PAIRS)
def test_lines_lead_to_where_the_passage_stands(pair: tuple[str, str]) -> None:
    for passage in prose_diff(*pair).passages:
        if passage.before_line:
            assert passage.before in pair[0].split("\n", passage.before_line - 1)[-1]
        if passage.after_line:
            assert passage.after in pair[1].split("\n", passage.after_line - 1)[-1]
