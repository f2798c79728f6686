from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.fields import FIELDS, READ_ONLY
from reconciler.core.vocabulary import (
    OTHER_SPELLINGS,
    PAL_WORDS,
    Vocabulary,
    canonical_path,
    other_spellings,
    spelled,
    vocabulary_of,
)

FLOW = ("layers", "conversational_flow")
PERCEPTION = ("layers", "perception")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        (("pal_id",), ("persona_id",)),
        (("pal_name",), ("persona_name",)),
        (("pal_description",), ("persona_description",)),
        (("pal_type",), ("persona_type",)),
        (("default_face_id",), ("default_replica_id",)),
        ((*FLOW, "pal_interruptibility"), (*FLOW, "replica_interruptibility")),
        ((*FLOW, "face_interruptibility"), (*FLOW, "replica_interruptibility")),
        ((*PERCEPTION, "ambient_awareness_queries"), (*PERCEPTION, "visual_awareness_queries")),
        ((*PERCEPTION, "perception_tool_prompt"), (*PERCEPTION, "visual_tool_prompt")),
        ((*PERCEPTION, "perception_tools"), (*PERCEPTION, "visual_tools")),
        ((*PERCEPTION, "perception_tools", "x"), (*PERCEPTION, "visual_tools", "x")),
    ],
)
def test_every_spelling_has_one_canonical_path(
    written: tuple[str, ...], canonical: tuple[str, ...]
) -> None:
    assert canonical_path(written) == canonical


@pytest.mark.parametrize(
    "path", [("system_prompt",), ("layers", "pal_name"), ("x", "default_face_id"), ()]
)
def test_a_path_without_another_name_stays(path: tuple[str, ...]) -> None:
    assert canonical_path(path) == path


@pytest.mark.parametrize("path", [*FIELDS, *READ_ONLY])
def test_the_fields_of_the_policy_table_are_canonical(path: tuple[str, ...]) -> None:
    assert canonical_path(path) == path


@pytest.mark.parametrize("path", PAL_WORDS)
def test_pal_words_there_and_back(path: tuple[str, ...]) -> None:
    assert canonical_path(spelled(path, Vocabulary.PAL)) == path
    assert spelled(path, Vocabulary.PERSONA) == path
    below = (*path, "deeper")
    assert spelled(below, Vocabulary.PAL) == (*spelled(path, Vocabulary.PAL), "deeper")


@given(st.sampled_from([*FIELDS, *PAL_WORDS]), st.sampled_from(Vocabulary))
def test_spelling_and_reading_is_the_identity(
    path: tuple[str, ...], vocabulary: Vocabulary
) -> None:
    assert canonical_path(spelled(path, vocabulary)) == path


@pytest.mark.parametrize(
    ("path", "vocabulary"),
    [
        (("persona_name",), Vocabulary.PERSONA),
        (("pal_name",), Vocabulary.PAL),
        (("default_replica_id",), Vocabulary.PERSONA),
        (("default_face_id",), Vocabulary.PAL),
        ((*FLOW, "replica_interruptibility"), Vocabulary.PERSONA),
        ((*FLOW, "pal_interruptibility"), Vocabulary.PAL),
        ((*FLOW, "face_interruptibility"), None),
        ((*PERCEPTION, "perception_tools"), None),
        (("system_prompt",), None),
    ],
)
def test_some_words_tell_the_vocabulary(
    path: tuple[str, ...], vocabulary: Vocabulary | None
) -> None:
    assert vocabulary_of(path) is vocabulary


def test_every_other_spelling_of_a_field_is_known() -> None:
    assert set(other_spellings((*FLOW, "replica_interruptibility"))) == {
        (*FLOW, "pal_interruptibility"),
        (*FLOW, "face_interruptibility"),
    }
    assert other_spellings((*PERCEPTION, "visual_tools")) == ((*PERCEPTION, "perception_tools"),)
    assert other_spellings(("system_prompt",)) == ()


@pytest.mark.parametrize("path", OTHER_SPELLINGS)
def test_an_old_name_is_no_field_of_its_own(path: tuple[str, ...]) -> None:
    assert path not in FIELDS
    assert canonical_path(path) in FIELDS
