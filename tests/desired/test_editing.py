"""A value set in the text of a definition: the right lines change, and no other."""

from __future__ import annotations

import difflib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.document import ABSENT, equal
from reconciler.desired.editing import edited_yaml
from reconciler.desired.splicing import NotEditableError
from reconciler.desired.yaml_source import read_yaml

TEXT = """\
# A coach.
persona_name: 'Anna'   # as in the brochure
system_prompt: |
  You coach.

  Be kind.

layers:   # all of them
  llm: {model: tavus-gemma-4, temperature: 0.5}
  perception:
    perception_model: "raven-1"
    visual_awareness_queries:
      - Is anyone there?   # always
      - Do they smile?
# The end.
greeting: Hello
"""


def changed(text: str, new: str) -> list[str]:
    """The lines that went and came."""
    lines = difflib.ndiff(text.splitlines(), new.splitlines())
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("at", "value", "lines"),
    [
        (("greeting",), "Hi", ["- greeting: Hello", "+ greeting: Hi"]),
        (
            ("persona_name",),
            "Ann's",
            [
                "- persona_name: 'Anna'   # as in the brochure",
                "+ persona_name: 'Ann''s'   # as in the brochure",
            ],
        ),
        (
            ("layers", "llm", "model"),
            "gpt-4o",
            [
                "-   llm: {model: tavus-gemma-4, temperature: 0.5}",
                "+   llm: {model: gpt-4o, temperature: 0.5}",
            ],
        ),
        (
            ("layers", "perception", "perception_model"),
            "raven-0",
            ['-     perception_model: "raven-1"', '+     perception_model: "raven-0"'],
        ),
        (("system_prompt",), "You coach.\n\nBe brief.\n", ["-   Be kind.", "+   Be brief."]),
        (
            ("layers", "perception", "visual_awareness_queries"),
            ["Is anyone there?", "Are they tired?", "Do they smile?"],
            ["+       - Are they tired?"],
        ),
        (
            ("layers", "perception", "visual_awareness_queries"),
            ["Is anyone there?"],
            ["-       - Do they smile?"],
        ),
        (
            ("layers", "tts"),
            {"tts_engine": "cartesia"},
            ["+   tts:", "+     tts_engine: cartesia"],
        ),
        (
            ("layers", "llm", "speculative_inference"),
            True,
            [
                "-   llm: {model: tavus-gemma-4, temperature: 0.5}",
                "+   llm: {model: tavus-gemma-4, temperature: 0.5, speculative_inference: true}",
            ],
        ),
        (("greeting",), ABSENT, ["- greeting: Hello"]),
        (
            ("layers", "llm"),
            ABSENT,
            ["-   llm: {model: tavus-gemma-4, temperature: 0.5}"],
        ),
        (("document_tags",), ["a", "b"], ["+ document_tags:", "+   - a", "+   - b"]),
        (("greeting",), None, ["- greeting: Hello", "+ greeting: null"]),
        (("greeting",), "no", ["- greeting: Hello", '+ greeting: "no"']),
    ],
)
def test_only_the_lines_of_the_value_change(
    at: tuple[str, ...], value: object, lines: list[str]
) -> None:
    assert changed(TEXT, edited_yaml(TEXT, at, value)) == lines


def test_line_ends_stay() -> None:
    text = TEXT.replace("\n", "\r\n")
    new = edited_yaml(text, ("greeting",), "Hi")
    assert new == text.replace("Hello", "Hi")


def test_json_stays_json() -> None:
    text = '{\n  "persona_name": "Anna",\n  "layers": {}\n}\n'
    new = edited_yaml(text, ("layers", "llm", "model"), "m")
    assert new == '{\n  "persona_name": "Anna",\n  "layers": {"llm": {"model": "m"}}\n}\n'
    assert edited_yaml(text, ("greeting",), "Hi") == text.replace(
        "{}\n", '{},\n  "greeting": "Hi"\n'
    )


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a: &x {b: 1}\nc: *x\n", ("a", "b")),
        ("a: &x {b: 1, d: 2}\nc: *x\n", ("c", "b")),
        ("a: &x 1\nc: *x\n", ("a",)),
    ],
)
def test_what_others_take_over_is_left_to_a_person(text: str, at: tuple[str, ...]) -> None:
    with pytest.raises(NotEditableError):
        edited_yaml(text, at, 2)


def test_an_alias_can_be_replaced_and_an_anchor_stays() -> None:
    assert edited_yaml("a: &x 1\nc: *x\n", ("c",), 2) == "a: &x 1\nc: 2\n"
    assert edited_yaml("a: &x 1\nc: 3\n", ("a",), 2) == "a: &x 2\nc: 3\n"


def test_an_empty_text_and_a_comment_alone_take_a_first_member() -> None:
    assert edited_yaml("", ("a", "b"), 1) == "a:\n  b: 1\n"
    assert edited_yaml("# Notes\n", ("a",), 1) == "# Notes\na: 1\n"


def test_the_last_member_takes_its_object_along() -> None:
    assert edited_yaml("a: 1\nb:\n  c:\n    d: 1\n", ("b", "c", "d"), ABSENT) == "a: 1\n"


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.text(alphabet="ab: #'\"\n-{}[],&*éé\t", max_size=12),
)
names = st.sampled_from(["a", "b", "c", "greeting"])
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=6,
)
documents = st.dictionaries(names, values, min_size=1, max_size=4)


@given(documents, st.lists(names, min_size=1, max_size=3), values, st.booleans())
def test_what_comes_back_reads_as_asked(
    document: dict[str, object], at: list[str], value: object, flow: bool
) -> None:
    text = yaml.safe_dump(document, default_flow_style=flow, sort_keys=False, allow_unicode=True)
    try:
        before = read_yaml(text, "").value
        new = edited_yaml(text, tuple(at), value)
    except NotEditableError:
        return
    after = read_yaml(new, "").value
    for step in at:
        after = after[step]
    assert equal(after, value)
    assert before is not None


def test_the_first_member_behind_a_dash_goes_without_the_dash() -> None:
    text = "tools:\n  - type: function # one\n    name: a\n  - name: b\n"
    assert edited_yaml(text, ("tools", 0, "type"), ABSENT) == ("tools:\n  - name: a\n  - name: b\n")
