from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.canonical import canonical
from reconciler.core.document import ABSENT, get, with_value
from reconciler.core.resource import KEY_PATTERN
from reconciler.core.secret import Secret
from reconciler.core.vocabulary import Vocabulary, canonical_path
from reconciler.desired.export import definition_files, key_from_name, name_of
from reconciler.desired.markdown import read_markdown
from reconciler.desired.yaml_source import read_yaml
from reconciler.desired.yaml_writer import yaml_text

if TYPE_CHECKING:
    from reconciler.core.document import Json, Object, Path

LONG: Final = "You are Mara.\n" * 20

MAKER_BUILT: Final[Object] = {
    "pal_id": "p0123456789a",
    "pal_name": "Mara",
    "pipeline_mode": "full",
    "system_prompt": "You are Mara.",
    "context": "",
    "layers": {
        "tts": {
            "voice_settings": {},
            "external_voice_id": "",
            "tts_engine": "tavus-auto",
            "api_key": "",
            "tts_emotion_control": True,
            "pronunciation_dictionary_id": None,
        },
        "conversational_flow": {
            "turn_detection_model": "sparrow-1",
            "turn_taking_patience": "medium",
            "pal_interruptibility": "high",
            "wake_phrase": None,
        },
        "conferencing": None,
    },
    "default_face_id": "r0123456789a",
    "document_tags": [],
    "guardrail_ids": ["g1", "g2"],
    "skills": {"magic_canvas": {"config": {}}},
    "created_at": "2026-08-19T15:20:23.875122Z",
    "disclosure_type": "auto",
    "verbal_disclosure": "",
}


def read_back(suffix: str, text: str) -> Object:
    """What the loader makes of an exported file, in canonical names and values."""
    source = (read_markdown if suffix == ".md" else read_yaml)(text, "file")
    assert source.problems == ()
    assert isinstance(source.value, dict)
    return canonical(renamed(source.value))


def renamed(document: Object, path: Path = ()) -> Object:
    """With canonical member names."""
    return {
        canonical_path((*path, name))[-1]: renamed(value, (*path, name))
        if isinstance(value, dict)
        else value
        for name, value in document.items()
    }


def exported(document: Object, **variables: str) -> tuple[Object, list[str]]:
    """What an exported file says, in canonical names, and the notes."""
    suffix, text, notes = definition_files(document, "mara", variables=variables)
    assert suffix == ".yaml"
    found = read_yaml(text, "file").value
    assert isinstance(found, dict)
    return found, notes


class TestWhatIsWritten:
    def test_only_what_says_something_is_kept_in_the_order_of_the_model(self) -> None:
        tidy, notes = exported(MAKER_BUILT)

        assert notes == []
        assert list(tidy.items()) == [
            ("persona_name", "Mara"),
            ("system_prompt", "You are Mara."),
            ("default_replica_id", "r0123456789a"),
            ("guardrail_ids", ["g1", "g2"]),
            (
                "layers",
                {
                    "tts": {"tts_engine": "tavus-auto"},
                    "conversational_flow": {
                        "turn_detection_model": "sparrow-1",
                        "replica_interruptibility": "high",
                    },
                },
            ),
        ]

    def test_the_documented_wrapper_is_taken_off(self) -> None:
        assert exported({"data": [MAKER_BUILT]}) == exported(MAKER_BUILT)
        assert name_of({"data": [MAKER_BUILT]}) == "Mara"

    def test_a_tidy_definition_stays_as_it_is(self) -> None:
        tidy, _ = exported(MAKER_BUILT)

        assert exported(tidy) == (tidy, [])

    def test_a_mask_is_never_written_wherever_it_stands(self) -> None:
        tidy, notes = exported({"layers": {"mcp": {"connectors": [{"token": "********"}]}}})

        assert tidy == {}
        assert notes == ["layers.mcp.connectors holds a secret and was left out"]

    def test_unknown_members_are_left_out_with_a_note_unless_they_are_empty(self) -> None:
        tidy, notes = exported({"new_thing": 1, "empty": [], "layers": {"smell": {"a": 1}}})

        assert tidy == {}
        assert notes == [
            "new_thing is not known to this version and was left out",
            "layers.smell is not known to this version and was left out",
        ]

    def test_old_perception_names_become_the_current_ones(self) -> None:
        old = {"ambient_awareness_queries": ["Who?"], "visual_awareness_queries": []}
        tidy, _ = exported({"layers": {"perception": old}})

        assert tidy == {"layers": {"perception": {"visual_awareness_queries": ["Who?"]}}}

    def test_false_and_zero_say_something(self) -> None:
        live = {"is_template": True, "layers": {"llm": {"speculative_inference": False}}}
        zero = with_value(live, ("layers", "tts", "voice_settings", "speed"), 0)

        assert exported(zero)[0] == zero


KEYED: Final[Object] = {
    "layers": {"llm": {"model": "m", "base_url": "https://a.example", "api_key": "********"}}
}
HEADERS: Final[Object] = {"layers": {"llm": {"model": "m", "headers": {"X-A": "1", "X-B": "2"}}}}


class TestSecrets:
    @pytest.mark.parametrize("value", ["********", "sk-echoed-by-the-server", Secret("sk")])
    def test_where_no_variable_is_set_the_placeholder_waits_at_its_place(self, value: Json) -> None:
        live = with_value(KEYED, ("layers", "llm", "api_key"), value)
        _, text, notes = definition_files(live, "hotel.desk-2")

        assert text == (
            "layers:\n"
            "  llm:\n"
            "    model: m\n"
            '    base_url: "https://a.example"\n'
            "    # A secret is stored here. Set the variable, then uncomment:\n"
            "    # api_key: {$env: HOTEL_DESK_2_LLM_API_KEY}\n"
        )
        (note,) = notes
        assert note.startswith(
            "layers.llm.api_key holds a secret; {$env: HOTEL_DESK_2_LLM_API_KEY}"
        )
        assert note.endswith(" stands for it as a comment")

    def test_a_variable_that_is_set_is_taken_to_hold_what_is_masked(self) -> None:
        tidy, notes = exported(KEYED, MARA_LLM_API_KEY="sk-1")

        assert get(tidy, ("layers", "llm", "api_key")) == {"$env": "MARA_LLM_API_KEY"}
        assert notes == [
            "layers.llm.api_key holds a secret; {$env: MARA_LLM_API_KEY} stands for it"
        ]

    def test_what_the_server_echoes_is_compared_with_the_variable(self) -> None:
        tidy, _ = exported(HEADERS, MARA_LLM_X_A="1", MARA_LLM_X_B="another")

        assert get(tidy, ("layers", "llm", "headers")) == {"X-A": {"$env": "MARA_LLM_X_A"}}

    def test_where_all_of_an_object_waits_the_object_waits(self) -> None:
        _, text, _ = definition_files(HEADERS, "mara")

        assert text.endswith(
            "    model: m\n"
            "    # A secret is stored here. Set the variable, then uncomment:\n"
            "    # headers:\n"
            "    #   X-A: {$env: MARA_LLM_X_A}\n"
            "    #   X-B: {$env: MARA_LLM_X_B}\n"
        )

    @pytest.mark.parametrize("live", [KEYED, HEADERS])
    def test_uncommented_it_is_the_definition_with_the_placeholders(self, live: Object) -> None:
        _, text, _ = definition_files(live, "a")
        held = {"A_LLM_API_KEY": "k", "A_LLM_X_A": "1", "A_LLM_X_B": "2"}
        _, in_force, _ = definition_files(live, "a", variables=held)

        lines = [line for line in text.splitlines(keepends=True) if "# A secret" not in line]
        assert "".join(lines).replace("# ", "") == in_force


class TestFiles:
    def test_a_short_prompt_stays_in_yaml(self) -> None:
        suffix, text, _ = definition_files(MAKER_BUILT, "mara", vocabulary=Vocabulary.PAL)

        assert suffix == ".yaml"
        assert text == (
            "pal_name: Mara\n"
            "system_prompt: You are Mara.\n"
            "default_face_id: r0123456789a\n"
            "guardrail_ids:\n"
            "  - g1\n"
            "  - g2\n"
            "layers:\n"
            "  tts:\n"
            "    tts_engine: tavus-auto\n"
            "  conversational_flow:\n"
            "    turn_detection_model: sparrow-1\n"
            "    pal_interruptibility: high\n"
        )

    @pytest.mark.parametrize("prompt", [LONG, "x" * 201, "1\n2\n3\n4"])
    def test_a_long_prompt_is_the_body_of_a_markdown_file(self, prompt: str) -> None:
        live = {"persona_name": "Mara", "system_prompt": prompt}

        assert definition_files(live, "mara") == (
            ".md",
            f"---\npersona_name: Mara\n---\n{prompt}\n",
            [],
        )

    def test_a_prompt_alone_has_an_empty_front_matter(self) -> None:
        text = f"---\n---\n{LONG}\n"
        assert definition_files({"system_prompt": LONG}, "a") == (".md", text, [])

    def test_the_schema_is_named_first_and_then_what_was_left_out(self) -> None:
        live = {"system_prompt": LONG, "new_thing": 1, "greeting": "Hi"}
        _, text, _ = definition_files(live, "a", schema="../schemas/p.json")

        assert text.splitlines()[:4] == [
            "---",
            "# yaml-language-server: $schema=../schemas/p.json",
            "# new_thing is not known to this version and was left out.",
            "greeting: Hi",
        ]

    def test_long_texts_elsewhere_are_blocks(self) -> None:
        _, text, _ = definition_files({"greeting": "Hello.\nWelcome."}, "a")

        assert text == "greeting: |-\n  Hello.\n  Welcome.\n"

    @pytest.mark.parametrize(
        "word", ["no", "off", "yes", "on", "y", "012", "1e3", "~", "null", "0x1F", "1_000"]
    )
    def test_words_that_some_reader_takes_for_something_else_are_quoted(self, word: str) -> None:
        assert yaml_text({"a": word}) == f'a: "{word}"\n'

    def test_an_invisible_character_keeps_the_prompt_out_of_markdown(self) -> None:
        prompt = LONG + "\x07"
        suffix, text, _ = definition_files({"system_prompt": prompt}, "a")

        assert suffix == ".yaml"
        assert read_back(suffix, text) == {"system_prompt": prompt}


class TestKeys:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("Coach Rook (chess puzzles)", "coach-rook-chess-puzzles"),
            ("Zoë Müller, v2.1", "zoe-muller-v2-1"),
            ("  ", "persona"),
            ("日本語", "persona"),
            ("mara", "mara-3"),
        ],
    )
    def test_a_key_is_made_of_the_name(self, name: str, key: str) -> None:
        assert key_from_name(name, {"mara", "mara-2"}) == key

    @given(st.text(), st.sets(st.sampled_from(["persona", "a", "a-2", "0"])))
    def test_a_key_is_valid_and_free(self, name: str, taken: set[str]) -> None:
        key = key_from_name(name, taken)

        assert re.fullmatch(KEY_PATTERN, key)
        assert key not in taken


ODD: Final = st.sampled_from(
    [
        *("no", "off", "012", "1e3", "~", "2026-01-01", "12:30", "a: b", "a #b", "- a", "? a"),
        *(" lead", "trail ", "tab\t", "\tx", "---", "--- a", "...", "%TAG", "", "\n", "=", "<<"),
        *("&a", "*b", "!c", "|", ">", "{", "[", "@", "`", "'", '"', "\\", "#", "{{name}}"),
        *("é", "😀", "\u2028", "\x85", "\ufeff", "\xa0", "a\r\nb", "x" * 150, "word " * 40 + "."),
    ]
)
TEXTS: Final = st.one_of(st.text(max_size=20), st.lists(ODD, max_size=6).map("\n".join))
NUMBERS: Final = st.one_of(
    st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False), st.booleans()
)
ANYTHING: Final = st.recursive(
    st.one_of(TEXTS, NUMBERS, st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(TEXTS.filter(lambda name: name[:1] != "$"), inner, max_size=3),
    ),
    max_leaves=6,
)
LIVE: Final = st.fixed_dictionaries(
    {},
    optional={
        "persona_name": TEXTS,
        "system_prompt": st.one_of(TEXTS, TEXTS.map(lambda text: text * 30)),
        "greeting": TEXTS,
        "document_tags": st.lists(TEXTS, unique=True, max_size=3),
        "persona_id": TEXTS,
        "layers": st.fixed_dictionaries(
            {},
            optional={
                "llm": st.fixed_dictionaries(
                    {}, optional={"extra_body": st.dictionaries(TEXTS, ANYTHING, max_size=3)}
                ),
                "sts": st.dictionaries(st.sampled_from("abc"), ANYTHING),
                "tts": st.fixed_dictionaries({"api_key": TEXTS, "tts_engine": TEXTS}),
                "conversational_flow": st.fixed_dictionaries({"replica_interruptibility": TEXTS}),
            },
        ),
    },
)


@given(LIVE, st.sampled_from(Vocabulary))
def test_a_file_says_the_same_in_both_vocabularies_and_says_it_again_when_exported(
    live: Object, vocabulary: Vocabulary
) -> None:
    says = read_back(*definition_files(live, "a", vocabulary=vocabulary, schema="s.json")[:2])

    assert says == read_back(*definition_files(live, "a")[:2])
    assert says == read_back(*definition_files(says, "a")[:2])
    assert says.get("system_prompt", "") == canonical(live).get("system_prompt", "")
    assert get(says, ("layers", "tts", "api_key")) is ABSENT


@given(st.dictionaries(TEXTS, ANYTHING, max_size=4))
def test_readers_of_yaml_1_1_read_the_same(document: Object) -> None:
    assert yaml.safe_load(yaml_text(document)) == document
