"""What a reviewer is told of a changed prompt."""

from __future__ import annotations

import textwrap
from typing import Final

import pytest

from reconciler.core.prose.diff import prose_diff
from reconciler.core.prose.passage import Fate, Mark, Passage, ProseDiff

PROMPT: Final = """\
You are the concierge of a small hotel in Lisbon.

# Tone

Speak calmly and in short sentences, as one does with tired guests.

- Never promise what the house cannot keep.
- Offer help twice, never three times.

# Rooms

There are twelve rooms, and the one under the roof has no lift.
Guests with heavy luggage get a room on the first floor.

# Fees

Ask for the deposit only when the guest asks for the key.
"""


def told(diff: ProseDiff) -> list[Passage]:
    return [passage for passage in diff.passages if passage.fate is not Fate.SAME]


def fates(diff: ProseDiff) -> list[Fate]:
    return [passage.fate for passage in told(diff)]


def marked(passage: Passage, mark: Mark) -> list[str]:
    return [" ".join(span.text.split()) for span in passage.spans if span.mark is mark]


def test_equal_texts_have_nothing_to_tell() -> None:
    diff = prose_diff(PROMPT, PROMPT)
    assert told(diff) == []
    assert (diff.sections, diff.changed_sections, diff.words, diff.tokens) == (4, 0, 0, 0)


def test_a_changed_word_is_told_within_its_paragraph_and_section() -> None:
    diff = prose_diff(PROMPT, PROMPT.replace("twelve rooms", "fourteen rooms"))
    (passage,) = told(diff)
    assert passage.fate is Fate.CHANGED
    assert passage.section == "Rooms"
    assert (passage.before_line, passage.after_line) == (12, 12)
    assert marked(passage, Mark.REMOVED) == ["twelve"]
    assert marked(passage, Mark.ADDED) == ["fourteen"]
    assert (diff.changed_sections, diff.words_added, diff.words_removed) == (1, 1, 1)


def test_sections_are_named_with_the_headings_above_them() -> None:
    text = "# House\n\n## Rooms\n\nTwelve.\n\n### Beds\n\nSoft ones.\n\n## Fees\n\nNone at all.\n"
    diff = prose_diff(text, text.replace("Soft", "Hard").replace("None", "Few"))
    assert [passage.section for passage in told(diff)] == ["House > Rooms > Beds", "House > Fees"]


@pytest.mark.parametrize(
    "heading", ["Rooms\n=====", "Rooms\n---", "**Rooms**", "**Rooms:**", "# Rooms #"]
)
def test_what_looks_like_a_heading_heads_a_section(heading: str) -> None:
    text = f"Hello there.\n\n{heading}\n\nThere are twelve of them.\n"
    diff = prose_diff(text, text.replace("twelve", "ten"))
    assert told(diff)[0].section == "Rooms"
    assert diff.sections == 2


def test_a_hash_inside_a_fence_is_no_heading() -> None:
    text = "# One\n\n```sh\n# not a heading\n\nls\n```\n\nAfter it.\n"
    diff = prose_diff(text, text.replace("After it", "Behind it"))
    assert diff.sections == 1
    assert told(diff)[0].section == "One"


def test_a_moved_section_is_moved_and_no_word_of_it_is_new() -> None:
    tone = PROMPT[PROMPT.index("# Tone") : PROMPT.index("# Rooms")]
    diff = prose_diff(PROMPT, PROMPT.replace(tone, "") + "\n" + tone)
    assert set(fates(diff)) <= {Fate.MOVED, Fate.MOVED_AWAY, Fate.INVISIBLE}
    assert (diff.words_added, diff.words_removed, diff.words) == (0, 0, 0)
    came = [passage for passage in told(diff) if passage.fate is Fate.MOVED]
    left = [passage for passage in told(diff) if passage.fate is Fate.MOVED_AWAY]
    assert len(came) == len(left)
    assert {(p.other_line, p.after_line) for p in came} == {
        (p.before_line, p.other_line) for p in left
    }


def test_a_paragraph_that_moved_and_changed_tells_both() -> None:
    old = "Ask for the deposit only when the guest asks for the key."
    new = "Ask for the deposit only when the guest wants the key."
    text = PROMPT.replace(f"{old}\n", "Nothing is free.\n").replace(
        "# Tone\n\n", f"# Tone\n\n{new}\n\n"
    )
    moved = [p for p in told(prose_diff(PROMPT, text)) if p.fate is Fate.MOVED]
    assert len(moved) == 1
    assert (moved[0].section, moved[0].other_section) == ("Tone", "Fees")
    assert marked(moved[0], Mark.ADDED) == ["wants"]


def test_a_paragraph_pasted_twice_is_a_copy_of_the_first() -> None:
    again = "Speak calmly and in short sentences, as one does with tired guests.\n"
    diff = prose_diff(PROMPT, PROMPT + "\n" + again)
    copies = [passage for passage in told(diff) if passage.fate is Fate.DUPLICATED]
    assert [(p.other_line, p.other_section) for p in copies] == [(5, "Tone")]
    assert diff.words_added == 12


def test_other_line_breaks_are_a_rewrap_and_change_no_word() -> None:
    text = PROMPT.replace("lift.\nGuests", "lift. Guests")
    diff = prose_diff(PROMPT, text)
    assert fates(diff) == [Fate.REWRAPPED]
    assert (diff.words_added, diff.words_removed, diff.words) == (0, 0, 0)


def test_words_are_found_in_a_paragraph_that_was_wrapped_anew() -> None:
    long = " ".join(f"word{number}" for number in range(60))
    before = textwrap.fill(long, 80)
    after = textwrap.fill(
        long.replace("word7 ", "word7 and twelve more words that move every line break "), 60
    )
    (passage,) = told(prose_diff(before, after))
    assert marked(passage, Mark.REMOVED) == []
    assert marked(passage, Mark.ADDED) == ["and twelve more words that move every line break"]


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("A word.", "A word. ", "line ends with spaces: 0 → 1"),
        ("A word.", "A  word.", "runs of spaces: 0 → 1"),
        ("A word.", "A\u00a0word.", "\\xa0 (no-break space): 0 → 1"),
        ("A word.", "A wo\u200brd.", "\\u200b (zero width space): 0 → 1"),
        ("A word.", "\ufeffA word.", "\\ufeff (zero width no-break space): 0 → 1"),
        ("A word.", "A \u202eword.", "\\u202e (right-to-left override): 0 → 1"),
        ("caf\u00e9", "cafe\u0301", "letters in decomposed form: 0 → 1"),
        ("A word.\n\nEnd.", "A word.\n\n\n\nEnd.", "line breaks after it: 2 → 4"),
        ("A\tword.", "A word.", "\\t: 1 → 0"),
        ("A word.\r\nEnd.", "A word.\nEnd.", "\\r: 1 → 0"),
    ],
)
def test_what_nobody_sees_is_named_with_escapes(before: str, after: str, note: str) -> None:
    (passage,) = told(prose_diff(before, after))
    assert passage.fate is Fate.INVISIBLE
    assert note in passage.note


def test_joiners_of_emoji_are_no_invisible_change() -> None:
    (passage,) = told(prose_diff("A 👩\u200d💻 helps.", "A 👩💻 helps."))
    assert passage.fate is Fate.CHANGED


def test_scripts_without_spaces_are_compared_by_character() -> None:
    (passage,) = told(
        prose_diff("お客様には静かに話してください。", "お客様には優しく話してください。")
    )
    assert marked(passage, Mark.REMOVED) == ["静かに"]
    assert marked(passage, Mark.ADDED) == ["優しく"]


def test_a_prompt_on_one_line_is_told_sentence_by_sentence() -> None:
    line = " ".join(
        f"Sentence number {number} says that the guest is right." for number in range(60)
    )
    diff = prose_diff(line, line.replace("number 40 says", "number 40 insists"))
    (passage,) = told(diff)
    assert passage.after.strip() == "Sentence number 40 insists that the guest is right."
    assert len(diff.passages) == 60


def test_little_that_stayed_between_much_that_changed_is_not_torn_apart() -> None:
    (passage,) = told(
        prose_diff(
            "We greet guests at the tall front door of the house, always.",
            "We greet guests near a small side gate of the house, always.",
        )
    )
    assert marked(passage, Mark.REMOVED) == ["at the tall front door"]
    assert marked(passage, Mark.ADDED) == ["near a small side gate"]


def test_a_new_sentence_is_marked_from_its_first_word() -> None:
    before = "Never promise an upgrade. Never quote a price."
    (passage,) = told(prose_diff(before, f"Never speak about guests. {before}"))
    assert marked(passage, Mark.ADDED) == ["Never speak about guests."]


def test_another_text_altogether_is_removed_and_added() -> None:
    diff = prose_diff("Speak about the weather in Lisbon.", "Nur noch Deutsch, bitte.")
    assert sorted(fates(diff)) == [Fate.ADDED, Fate.REMOVED]


def test_a_section_that_is_gone_counts_as_changed() -> None:
    diff = prose_diff(PROMPT, PROMPT[: PROMPT.index("# Fees")])
    assert [(p.fate, p.section) for p in told(diff)] == [(Fate.REMOVED, "Fees")] * 2
    assert (diff.sections, diff.changed_sections) == (4, 1)


def test_tokens_are_told_against_the_window() -> None:
    diff = prose_diff("x" * 400, "x" * 800, window=1_000)
    assert (diff.tokens, diff.tokens_after, diff.share) == (100, 200, 0.2)
    assert prose_diff("a", "b").share is None
