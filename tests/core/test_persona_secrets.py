from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from persona_checking import told

from reconciler.core.document import with_value
from reconciler.core.persona.check import check
from reconciler.core.persona.misplaced import CONVERSATION_SETTINGS, MISPLACED
from reconciler.core.persona.shape import fields
from reconciler.core.secret import Secret
from reconciler.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object

CANARY = "canary-4711-do-not-tell"

PLACES = st.sampled_from(
    [
        *(path for path in fields() if path != ("layers",)),
        *MISPLACED,
        *((name,) for name in CONVERSATION_SETTINGS),
        ("layers", "llm", "headers", "Authorization"),
        ("layers", "llm", "headers", "X-Anything"),
        ("layers", "llm", "api_kee"),
        ("layers", "tts", "voice_settings", "unknown"),
        ("nonsense",),
    ]
)

VALUES: st.SearchStrategy[Json] = st.sampled_from(
    [
        Secret(CANARY),
        Secret("tavus-" + CANARY),
        [Secret(CANARY)],
        {"function": {"name": Secret(CANARY)}},
        [{"type": Secret(CANARY), "function": {"name": Secret(CANARY)}}] * 2,
        [{"name": Secret(CANARY)}],
        {"deep": [{"er": Secret(CANARY)}]},
    ]
)

OTHERS: st.SearchStrategy[Json] = st.sampled_from([None, "", "off", 5, True, [], {}, ["x"]])


@given(
    st.dictionaries(PLACES, st.one_of(VALUES, OTHERS), min_size=1, max_size=6),
    st.sampled_from(Vocabulary),
)
def test_no_problem_ever_tells_a_value_from_the_environment(
    members: dict[tuple[str, ...], Json], vocabulary: Vocabulary
) -> None:
    document: Object = {}
    for path, value in members.items():
        document = with_value(document, path, value)
    found = check(document, vocabulary)

    assert [p for p in found if CANARY in told(p) or CANARY in repr(p)] == []


@given(st.sampled_from(["api_key", "headers"]), st.sampled_from(["llm", "tts"]))
def test_no_problem_ever_tells_a_secret_written_into_the_file(name: str, layer: str) -> None:
    value: Json = CANARY if name == "api_key" else {"X-Key": CANARY, "Other": [CANARY]}
    found = check({"layers": {layer: {name: value}}}, Vocabulary.PERSONA)

    assert found
    assert [p for p in found if CANARY in told(p)] == []
