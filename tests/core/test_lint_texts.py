"""The rules that read texts: what they find, where, and what they leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persona_checking import persona

from reconciler.core.lint.check import lint
from reconciler.core.lint.fragments import unused_fragments
from reconciler.core.rulebook import Rule
from reconciler.core.secret import Secret
from reconciler.core.tokens import estimated_tokens, window_of
from reconciler.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    from reconciler.core.document import Json
    from reconciler.core.persona.problem import Problem

KEY: Final = "sk-CANARY0123456789abcdef"


def findings(rule: Rule, **members: Json) -> list[Problem]:
    """What one rule finds in `persona(**members)`."""
    found = lint(persona(**members), Vocabulary.PERSONA, {}, lambda _: True)
    return [problem for problem in found if problem.rule is rule]


def tool(name: str, **parameters: Json) -> Json:
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


class TestPlaceholders:
    @pytest.mark.parametrize(
        "shown",
        ["{{name}}", "{{ user.name }}", "{name}", "${NAME}", "<NAME>", "<your name>", "[COMPANY]",
         "[Company Name]", "[insert price]", "FIXME", "TBD", "Lorem ipsum"],
    )  # fmt: skip
    def test_what_looks_unfilled_is_found_where_it_stands(self, shown: str) -> None:
        prompt = f"You are Mara.\nYou work for {shown} in Lyon."
        (problem,) = findings(Rule.PLACEHOLDER, system_prompt=prompt)
        assert problem.offset == prompt.index(shown)
        assert f"«{shown}»" in problem.detail

    @pytest.mark.parametrize("text", ["TODO: prices", "Prices\n- TODO", "TODO", "a (TODO)"])
    def test_a_note_to_oneself_is_found(self, text: str) -> None:
        (problem,) = findings(Rule.PLACEHOLDER, system_prompt=text)
        assert problem.offset == text.index("TODO")

    @pytest.mark.parametrize(
        "text",
        [
            '{"name": "Mara"}',
            '{ "a": {"b": 1} }',
            "{}",
            "```\n{{name}} TODO: x\n```",
            "~~~\n<NAME>\n~~~",
            "```json\n{{name}}",
            "Write `{{name}}` as it is.",
            "<RULES>\nBe brief.\n</RULES>",
            "<b>bold</b>",
            "[see here](https://example.com)",
            "[PERSONALITY]\nCalm.",
            "## [RULES]\nBe brief.",
            "Take a breath [PAUSE] and go on.",
            "a < b and b > c",
            "Help with the TODO list.",
            "[1] is a note, [x] a box",
        ],
    )
    def test_code_json_tags_links_and_headings_are_left_alone(self, text: str) -> None:
        assert findings(Rule.PLACEHOLDER, system_prompt=text) == []

    def test_each_is_told_once_per_text_in_order(self) -> None:
        found = findings(Rule.PLACEHOLDER, system_prompt="{{b}} {{a}} {{b}}", greeting="{{a}}")
        assert [(p.path, p.offset) for p in found] == [
            (("system_prompt",), 0),
            (("system_prompt",), 6),
            (("greeting",), 0),
        ]

    def test_texts_inside_lists_are_read(self) -> None:
        layers = {"layers__perception__visual_awareness_queries": ["Is it you?", "Is it {{name}}?"]}
        (problem,) = findings(Rule.PLACEHOLDER, **layers)
        assert problem.path == ("layers", "perception", "visual_awareness_queries", 1)

    def test_a_text_from_the_environment_is_never_quoted(self) -> None:
        assert findings(Rule.PLACEHOLDER, greeting=Secret("{{name}}")) == []


class TestRepetition:
    LINES: Final = [f"Sentence number {number}, which says something." for number in range(9)]

    def test_a_prompt_pasted_twice_is_found_at_the_second_start(self) -> None:
        once = "\n".join(self.LINES)
        (problem,) = findings(Rule.PASTED_TWICE, system_prompt=f"{once}\n\n{once}")
        assert problem.offset == len(once) + 2
        assert "line 1" in problem.detail

    def test_one_long_line_is_taken_sentence_by_sentence(self) -> None:
        once = " ".join(self.LINES)
        (problem,) = findings(Rule.PASTED_TWICE, system_prompt=f"Hello. {once} {once}")
        assert problem.offset == len(f"Hello. {once} ")

    def test_a_refrain_is_none(self) -> None:
        refrain = [line for each in self.LINES for line in (each, "Wait for the answer.", "")]
        assert findings(Rule.PASTED_TWICE, system_prompt="\n".join(refrain)) == []

    @given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("xyz")))
    def test_what_is_told_stands_there_twice(self, left: list[str], right: list[str]) -> None:
        words = {letter: f"{letter} " * 40 for letter in "abcxyz"}
        prompt = "\n".join(words[letter].strip() for letter in [*left, *right, *left])
        for problem in findings(Rule.PASTED_TWICE, system_prompt=prompt or "x"):
            assert problem.offset is not None
            line = prompt[problem.offset :].partition("\n")[0]
            assert prompt.count(line) > 1


class TestSpeech:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("# Hello", "a heading"),
            ("Choose:\n- one\n- two", "a list"),
            ("1. First", "a list"),
            ("| a | b |", "a table"),
            ("See [us](https://example.com).", "a link"),
            ("Say `help`.", "code"),
            ("A **big** welcome", "emphasis"),
            ("A *big* welcome", "emphasis"),
            ("A _big_ welcome", "emphasis"),
        ],
    )
    def test_signs_are_found_in_what_is_spoken_and_nowhere_else(self, text: str, kind: str) -> None:
        (problem,) = findings(Rule.SPOKEN_MARKDOWN, greeting=text)
        assert kind in problem.detail
        assert findings(Rule.SPOKEN_MARKDOWN, system_prompt=text) == []

    @pytest.mark.parametrize(
        "text", ["I'm Mara - hello!", "Two * three", "snake_case_name", "Room #4", "5. May is good"]
    )
    def test_ordinary_signs_are_left_alone(self, text: str) -> None:
        assert findings(Rule.SPOKEN_MARKDOWN, greeting=text.removeprefix("5. ")) == []


class TestTools:
    def test_a_near_name_is_suggested(self) -> None:
        (problem,) = findings(
            Rule.TOOL_NOT_ATTACHED,
            system_prompt="Then call book_tabel.",
            layers__llm__tools=[tool("book_table")],
        )
        assert problem.hint == "Did you mean book_table?"

    @pytest.mark.parametrize(
        "text",
        ["Call `search`.", "the `search` tool", "use find_order to look", "find_order(id)",
         "trigger the find_order function", "the tool find_order"],
    )  # fmt: skip
    def test_names_are_recognised_by_how_they_are_used(self, text: str) -> None:
        assert len(findings(Rule.TOOL_NOT_ATTACHED, system_prompt=text)) == 1

    @pytest.mark.parametrize(
        "text",
        ["Write `bold` words.", "Fill in first_name and last_name.", "use first_name in the answer",
         "user_id(s)", "call end_call", "Call your manager."],
    )  # fmt: skip
    def test_other_words_are_no_tools(self, text: str) -> None:
        assert findings(Rule.TOOL_NOT_ATTACHED, system_prompt=text) == []

    def test_arguments_of_attached_tools_are_no_tools(self) -> None:
        attached = tool("book", type="object", properties={"start_time": {"type": "string"}})
        prompt = "Call `book`. Run start_time through the calendar."
        members = {"system_prompt": prompt, "layers__llm__tools": [attached]}
        assert findings(Rule.TOOL_NOT_ATTACHED, **members) == []

    @pytest.mark.parametrize(
        "members", [{"tool_ids": ["t1"]}, {"layers__capabilities__mcp_enabled": True}]
    )
    def test_tools_attached_by_id_may_have_any_name(self, members: dict[str, Json]) -> None:
        prompt = {"system_prompt": "Call `search`."}
        assert findings(Rule.TOOL_NOT_ATTACHED, **prompt, **members) == []
        off = {name: False for name, value in members.items() if value is True}
        assert len(findings(Rule.TOOL_NOT_ATTACHED, **prompt, **off)) == 1

    @pytest.mark.parametrize("prompt", ["Call BOOK_TABLE.", "Book them a table."])
    def test_a_tool_is_mentioned_by_its_name_or_by_its_words(self, prompt: str) -> None:
        members = {"system_prompt": prompt, "layers__llm__tools": [tool("book_table")]}
        assert findings(Rule.TOOL_NOT_MENTIONED, **members) == []


class TestSecrets:
    @pytest.mark.parametrize(
        "text",
        [KEY, "ghp_" + "CANARY" * 6, "AKIACANARY0123456789", "Bearer CANARY0123456789abcdef",
         "https://user:CANARY@example.com", "api_key: CANARY0123456789abc",
         "-----BEGIN PRIVATE KEY-----",
         'token = "CANARY0123456789abc"', "xoxb-CANARY0123456"],
    )  # fmt: skip
    def test_a_secret_is_told_by_its_kind_and_never_shown(self, text: str) -> None:
        for members in (
            {"system_prompt": f"Remember {text} well."},
            {"layers__llm__tools": [tool("a", description=text)]},
        ):
            (problem,) = findings(Rule.SECRET_IN_TEXT, **members)
            assert "CANARY" not in repr(problem)

    @pytest.mark.parametrize(
        "text",
        ["task-oriented and risk-averse-in-all-circumstances", "Your token: the blue one",
         "password: ask-the-guest-for-it-politely", "https://example.com:8080/a@b", "r90bbd427f71"],
    )  # fmt: skip
    def test_ordinary_words_are_none(self, text: str) -> None:
        assert findings(Rule.SECRET_IN_TEXT, system_prompt=text) == []

    def test_fields_made_for_secrets_have_their_own_rule(self) -> None:
        assert findings(Rule.SECRET_IN_TEXT, layers__llm__api_key=KEY) == []
        assert findings(Rule.SECRET_IN_TEXT, greeting=Secret(KEY)) == []


class TestSize:
    @pytest.mark.parametrize(
        ("text", "tokens"), [("", 0), ("abcd", 1), ("abcde", 2), ("äöüß", 2), ("日本語", 3)]
    )
    def test_the_estimate_is_the_documented_one(self, text: str, tokens: int) -> None:
        assert estimated_tokens(text) == tokens

    @given(st.text(), st.text())
    def test_an_estimate_grows_with_the_text_and_is_never_more_than_its_characters(
        self, left: str, right: str
    ) -> None:
        both = estimated_tokens(left + right)
        assert max(estimated_tokens(left), estimated_tokens(right)) <= both <= len(left + right)

    def test_only_the_windows_of_hosted_models_are_known(self) -> None:
        windows = [window_of(model) for model in ("", "tavus-gemma-4", "tavus-glm-4.7", "house-7b")]
        assert windows == [32_000, 32_000, 200_000, None]

    def test_context_and_tools_count_as_well(self) -> None:
        members = {
            "system_prompt": "x" * 50_000,
            "context": "x" * 50_000,
            "layers__llm__tools": [tool("a", description="x" * 50_000)],
        }
        (problem,) = findings(Rule.PROMPT_OVER_WINDOW, **members)
        assert "about 37," in problem.detail
        assert findings(Rule.LONG_PROMPT, **members) == []

    def test_a_model_of_ones_own_has_no_window_but_a_long_prompt_is_long(self) -> None:
        members = {"system_prompt": "x" * 200_000, "layers__llm__model": "house-7b"}
        assert findings(Rule.PROMPT_OVER_WINDOW, **members) == []
        assert len(findings(Rule.LONG_PROMPT, **members)) == 1


def test_fragments_that_nobody_uses_are_told_by_name() -> None:
    found = unused_fragments(["a.md", "b.md"], {"b.md", "c.md"})
    assert [str(diagnostic.place) for diagnostic in found] == ["a.md"]


@given(st.recursive(st.text() | st.none() | st.integers(), st.lists, max_leaves=6))
def test_odd_documents_are_read_without_a_fault(value: Json) -> None:
    for path in ("system_prompt", "layers", "tool_ids", "guardrail_ids", "greeting"):
        lint({"system_prompt": "x", path: value}, Vocabulary.PERSONA, {}, lambda _: True)
