"""The canonical layout: what it normalises, what it keeps, and the laws it obeys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import PERSONAS

from reconciler.core.errors import DefinitionError
from reconciler.desired.export import definition_files
from reconciler.desired.formatting import formatted_markdown, formatted_yaml
from reconciler.desired.laying_out import new_layout
from reconciler.desired.markdown import read_markdown
from reconciler.desired.yaml_source import read_yaml

if TYPE_CHECKING:
    from reconciler.desired.source import Source

EXAMPLES: Final = sorted((Path(__file__).parents[2] / "personas").glob("*.*"))
CASES: Final = Path(__file__).parent / "cases" / "valid"
VALID: Final = sorted([*CASES.glob("*.md"), *CASES.glob("*.y*ml")])


def shown(text: str) -> str:
    return formatted_yaml(text, "a.yaml")


def meaning(source: Source) -> str:
    return json.dumps(source.value, sort_keys=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("greeting: a\npersona_name: b\n", "persona_name: b\ngreeting: a\n"),
        (
            "reconcile: {key: x}\nodd: 1\ndefault_face_id: r1\npal_name: b\n",
            "pal_name: b\ndefault_face_id: r1\nodd: 1\nreconcile: {key: x}\n",
        ),
        ("layers:\n    llm:\n        model: m\n", "layers:\n  llm:\n    model: m\n"),
        ("languages:\n- en\n- fr\n", "languages:\n  - en\n  - fr\n"),
        ("persona_name: a   \nlayers:   \n  llm: {}  \n", "persona_name: a\nlayers:\n  llm: {}\n"),
        ("\n\npersona_name: a\n\n\n", "persona_name: a\n"),
        ("persona_name: a", "persona_name: a\n"),
        ("persona_name: a\r\ngreeting: b\r\n", "persona_name: a\ngreeting: b\n"),
        ("persona_name:    a\n", "persona_name: a\n"),
        ('system_prompt: "a\\n\\nb"\n', "system_prompt: |-\n  a\n\n  b\n"),
        (f"system_prompt: {'word ' * 50}x\n", f"system_prompt: |-\n  {'word ' * 50}x\n"),
        (
            f"languages: [{', '.join(['english'] * 20)}]\n",
            "languages:\n" + "  - english\n" * 20,
        ),
    ],
)  # fmt: skip
def test_one_layout(before: str, after: str) -> None:
    assert shown(before) == after
    assert shown(after) == after


@pytest.mark.parametrize(
    "text",
    [
        "persona_name: 'It''s me'\ngreeting: \"hello\"\n",
        "persona_name: a # here\n# above\ngreeting: b\n",
        "system_prompt: >\n  folded\n  text\n\n  more  \n",
        "system_prompt: |+\n  kept\n\n",
        "layers:\n  llm: &a {model: m}\n  tts: *a\n",
        "layers:\n  llm: &unused\n    model: m\n",
        "layers:\n  llm:\n    <<: {model: m}\n    model: n\n",
        "system_prompt: |\n  spaces at an end  \n  # no comment\n",
        "# yaml-language-server: $schema=x.json\npersona_name: a\n",
    ],
)
def test_comments_anchors_quotes_and_texts_stay(text: str) -> None:
    assert shown(text) == text


def test_comments_move_with_the_member_below_and_the_first_lines_stay() -> None:
    before = (
        "# yaml-language-server: $schema=x.json\n# About us.\n\n"
        "# how it starts\ngreeting: a # short\n"
        "# its name\npersona_name: b\n"
    )
    assert shown(before) == (
        "# yaml-language-server: $schema=x.json\n# About us.\n\n# its name\npersona_name: b\n"
        "# how it starts\ngreeting: a # short\n"
    )


def test_an_alias_never_comes_before_its_anchor() -> None:
    text = "greeting: &a hello\npersona_name: *a\n"
    assert shown(text) == text


def test_front_matter_is_laid_out_and_the_body_is_not() -> None:
    before = "---  \r\ngreeting: a  \r\npersona_name: b\r\n---\r\n\r\n* odd   list  \r\n\r\nend"
    after = "---\npersona_name: b\ngreeting: a\n---\n\n* odd   list  \n\nend\n"
    assert formatted_markdown(before, "a.md") == after
    assert formatted_markdown(after, "a.md") == after


@pytest.mark.parametrize(
    "text", ["a: [", "a: 1\na: 2\n", "a: 0o17\nb: 012\n", "- a\n---\n- b\n", "%TAG\n"]
)
def test_a_file_with_an_error_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        shown(text)
    assert refused.value.diagnostics[0].place is not None


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.name)
def test_every_valid_case_keeps_its_meaning(file: Path) -> None:
    is_markdown = file.suffix == ".md"
    read = read_markdown if is_markdown else read_yaml
    lay_out = formatted_markdown if is_markdown else formatted_yaml
    with file.open(encoding="utf-8-sig", newline="") as opened:
        text = opened.read()
    after = lay_out(text, file.name)
    assert meaning(read(after, "")) == meaning(read(text, ""))
    assert lay_out(after, file.name) == after


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_the_examples_are_laid_out(file: Path) -> None:
    assert new_layout(file, file.name) is None


@st.composite
def untidy(draw: st.DrawFn) -> str:
    """A persona as YAML in some layout, with comments, blank lines and blanks at ends of lines."""
    document: dict[str, Any] = draw(PERSONAS)
    members = draw(st.permutations(list(document.items())))
    text = yaml.safe_dump(
        dict(members),
        sort_keys=False,
        allow_unicode=draw(st.booleans()),
        indent=draw(st.integers(2, 6)),
        width=draw(st.sampled_from([20, 80, 10_000])),
        default_flow_style=draw(st.sampled_from([False, None, True])),
        default_style=draw(st.sampled_from([None, None, '"', "'"])),
    )
    lines = text.split("\n")
    for number in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        extra = draw(st.sampled_from(["# note {}", "    # note {}", "", "  "])).format(number)
        lines.insert(at, extra)
    if draw(st.booleans()):
        at = draw(st.integers(0, len(lines) - 1))
        lines[at] += draw(st.sampled_from([" # note 9", "  "]))
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines)


def sound(text: str) -> Source | None:
    """What a text says; None where there is anything wrong with it."""
    try:
        source = read_yaml(text, "")
    except DefinitionError:
        return None
    return None if source.problems else source


@settings(max_examples=150, deadline=None)
@given(untidy())
def test_a_layout_is_final_and_changes_nothing_that_is_said(text: str) -> None:
    before = sound(text)
    assume(before is not None)
    assert before is not None
    after = shown(text)
    assert meaning(read_yaml(after, "")) == meaning(before)
    assert after.count("# note") == text.count("# note")
    assert "\r" not in after
    assert shown(after) == after


@settings(max_examples=60, deadline=None)
@given(PERSONAS)
def test_what_import_writes_is_laid_out_already(document: dict[str, Any]) -> None:
    suffix, text, _ = definition_files(document, "key", schema="../schemas/persona.schema.json")
    lay_out = formatted_markdown if suffix == ".md" else formatted_yaml
    assert lay_out(text, "") == text
