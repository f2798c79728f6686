"""What is known of each field, held against the tables it is put together from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.document import ABSENT, dotted, pointer
from reconciler.core.explain.explaining import explain, provenance_of
from reconciler.core.explain.finding import parse_field, suggestions
from reconciler.core.explain.serving import CONCERNS
from reconciler.core.fields import FIELDS, READ_ONLY, Compare
from reconciler.core.persona.known import DEPRECATED_FIELDS, KNOWN
from reconciler.core.persona.misplaced import MISPLACED
from reconciler.core.persona.shape import fields, model_at
from reconciler.core.persona.sources import OF_TOOLS, PROVENANCE, SOURCES, UNPROVEN
from reconciler.core.persona.tools import Function, Tool
from reconciler.core.service.behaviour import SHIPPED_DEFAULTS
from reconciler.core.service.defaults import DEFAULTS, NOT_KNOWN
from reconciler.core.service.profile import SHIPPED, Answer
from reconciler.core.service.question import Confidence
from reconciler.core.service.questions import QUESTIONS
from reconciler.core.vocabulary import Vocabulary, other_spellings, spelled

TOOLS = tuple(path for path in fields() if model_at(path) is Tool)
OF_RECORDS = frozenset({
    "documented_get_wrapper", "not_found", "page_zero", "max_limit", "over_limit", "reorder_keys",
    "empty_defaults", "strict_replace", "unknown_member", "accept_null", "patch_test",
    "refuse_ops", "edit_model",
    "guardrail_first_page", "objectives_name", "unchanged_resource", "tool_not_found",
    "tool_name_taken", "tool_secrets", "tool_patch", "mask_sent_back", "unchanged_tool",
})  # fmt: skip
"""Questions that are about records, lists, patches or other kinds, and about no field."""


def in_tools() -> list[tuple[str, ...]]:
    """The members of the functions in every list of tools."""
    inner: list[tuple[str, ...]] = [(name,) for name in Tool.model_fields]
    inner += [("function", name) for name in Function.model_fields]
    return [(*path, *member) for path in TOOLS for member in inner]


EVERY = (*fields(), *in_tools(), *sorted(READ_ONLY))


def answering(question: str, value: object) -> object:
    answer = Answer(value, Confidence.SEEN, "2026-11-26")  # type: ignore[arg-type]
    return replace(SHIPPED, name="ours", answers={question: answer})


def test_every_field_has_a_row_that_says_how_it_is_known_and_no_row_is_for_nothing() -> None:
    assert set(PROVENANCE) == {*fields(), *READ_ONLY}
    assert set(OF_TOOLS) == {path[len(TOOLS[0]) :] for path in in_tools() if path[:3] == TOOLS[0]}


def test_every_source_is_named_in_words_and_used() -> None:
    used = {
        name for row in (*PROVENANCE.values(), *OF_TOOLS.values()) for name in row.sources.split()
    }
    assert used == set(SOURCES)


@pytest.mark.parametrize("path", EVERY, ids=dotted)
def test_every_field_is_explained(path: tuple[str, ...]) -> None:
    found = explain(path, SHIPPED)
    assert found is not None
    assert found.path == path
    assert found.description
    assert found.type
    assert found.provenance == provenance_of(path) is not None
    assert found.patch.startswith("yes: " if found.is_patchable else "never: ")
    assert found.is_patchable is (path not in READ_ONLY)
    assert found.values == KNOWN.get(path)
    assert found.replaced == DEPRECATED_FIELDS.get(path)
    assert found.is_sensitive is (path in FIELDS and FIELDS[path].sensitive)


@pytest.mark.parametrize("path", FIELDS, ids=dotted)
def test_the_default_is_the_one_that_is_compared_with(path: tuple[str, ...]) -> None:
    found = explain(path, SHIPPED)
    assert found is not None
    assert found.default.value == SHIPPED_DEFAULTS.get(path, ABSENT)
    dated = path in SHIPPED_DEFAULTS and DEFAULTS[path].date
    assert found.default.since == (dated or "")
    in_flow = "conversational_flow" in path and found.default.value is not ABSENT
    assert bool(found.default.condition) is in_flow


def test_the_members_of_an_object_are_those_of_its_model() -> None:
    for path in ((), *fields()):
        found, model = explain(path, SHIPPED), model_at(path)
        assert found is not None
        assert [member.name for member in found.members] == list(
            model.model_fields if model else ()
        )


@pytest.mark.parametrize("path", fields(), ids=dotted)
def test_a_field_is_found_in_every_spelling_dotted_and_as_a_pointer(path: tuple[str, ...]) -> None:
    for spelling in (path, spelled(path, Vocabulary.PAL), *other_spellings(path)):
        assert parse_field(dotted(spelling)) == path
        assert parse_field(pointer(spelling)) == path


@pytest.mark.parametrize(
    "text",
    [
        "layers.llm.tools.function.name",
        "layers.llm.tools[].function.name",
        "layers.llm.tools[3].function.name",
        "layers.llm.tools.0.function.name",
        "/layers/llm/tools/0/function/name",
        "/layers/llm/tools/-/function/name",
        "layers.llm.tools.*.function.name",
    ],
)
def test_positions_in_lists_do_not_matter(text: str) -> None:
    assert parse_field(text) == ("layers", "llm", "tools", "function", "name")


@pytest.mark.parametrize("text", ["layers..llm", ".", "layers.", "//"])
def test_a_name_that_is_empty_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        parse_field(text)


@given(st.text(max_size=40))
def test_no_text_makes_the_search_fail(text: str) -> None:
    try:
        path = parse_field(text)
    except ValueError:
        return
    if explain(path, SHIPPED) is None:
        assert all(explain(at, SHIPPED) for at in suggestions(path))


@pytest.mark.parametrize("path", MISPLACED, ids=dotted)
def test_names_that_people_invent_lead_to_the_right_place(path: tuple[str, ...]) -> None:
    right = MISPLACED[path].right
    if explain(path, SHIPPED) is None and right:
        assert suggestions(path) == right
        assert all(explain(at, SHIPPED) for at in right)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("layers.llm.modle", "layers.llm.model"),
        ("tts_engine", "layers.tts.tts_engine"),
        ("llm.model", "layers.llm.model"),
        ("llm.api_key", "layers.llm.api_key"),
        ("greting", "greeting"),
        ("ambient_awareness_queries", "layers.perception.visual_awareness_queries"),
        ("pal_interruptibility", "layers.conversational_flow.replica_interruptibility"),
        ("created", "created_at"),
    ],
)
def test_what_was_meant_is_guessed(text: str, meant: str) -> None:
    assert [dotted(at) for at in suggestions(parse_field(text))] == [meant]


def test_every_question_about_the_service_is_about_some_field_or_about_records() -> None:
    assert set(QUESTIONS) == OF_RECORDS | set(CONCERNS)
    assert OF_RECORDS.isdisjoint(CONCERNS)
    assert {at for paths in CONCERNS.values() for at in paths} <= {*fields()}


def test_the_profile_answers_what_the_service_does() -> None:
    ours = answering("mangle_names", "none")
    found = explain(("persona_name",), ours)  # type: ignore[arg-type]
    assert found is not None
    answers = {one.question.id: one.answer.value for one in found.findings}
    assert answers == {"mangle_names": "none", "max_name_length": 0}


def test_the_profile_decides_a_dated_default() -> None:
    older = answering("/layers/llm/model", "tavus-glm-4.7")
    found = explain(("layers", "llm", "model"), older)  # type: ignore[arg-type]
    assert found is not None
    assert (found.default.value, found.default.since) == ("tavus-glm-4.7", "")
    none = answering("/layers/llm/model", NOT_KNOWN)
    found = explain(("layers", "llm", "model"), none)  # type: ignore[arg-type]
    assert found is not None
    assert found.default.value is ABSENT


@pytest.mark.parametrize(("refused", "words"), [(("test",), "sent whole"), ((), "by position")])
def test_the_profile_decides_how_lists_are_sent(refused: tuple[str, ...], words: str) -> None:
    profile = answering("refuse_ops", refused)
    for path in (path for path, field in FIELDS.items() if field.compare is Compare.TOOLS):
        found = explain(path, profile)  # type: ignore[arg-type]
        assert found is not None
        assert words in found.patch


def test_conferencing_is_patched_alone_and_nothing_else_is() -> None:
    for path in fields():
        found = explain(path, SHIPPED)
        assert found is not None
        alone = path[:2] == ("layers", "conferencing")
        assert ("patch of its own" in found.patch) is alone


def test_a_patch_that_nobody_has_proved_is_said_to_be_so() -> None:
    for path in fields():
        found = explain(path, SHIPPED)
        assert found is not None
        assert ("expected to work" in found.patch) is (path in UNPROVEN)
    assert set(UNPROVEN) <= {*fields()}


def test_members_whose_names_are_free_are_explained_by_what_holds_them() -> None:
    header = explain(("layers", "llm", "headers", "X-Auth"), SHIPPED)
    assert header is not None
    assert header.is_sensitive
    assert [one.question.id for one in header.findings] == ["list_detail", "mask_headers"]
    assert explain(("layers", "sts", "deep", "er"), SHIPPED)
    assert explain(("layers", "llm", "nothing"), SHIPPED) is None
    assert explain(("layers", "llm", "model", "x"), SHIPPED) is None
