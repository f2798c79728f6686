"""`reconcile.extends`: bases below a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from composing import SMALL, extending, load, one, told
from definition_cases import shown

from reconciler.core.resource import How, Use
from reconciler.core.secret import Secret
from reconciler.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    import pathlib

COACH = """\
system_prompt: Coach.
greeting: Hello.
layers:
  llm: {model: tavus-gemma-4, extra_body: {temperature: 0.5, top_p: 1}}
  stt: {hotwords: one}
"""


def test_a_definition_is_laid_over_its_base_member_by_member(tmp_path: pathlib.Path) -> None:
    own = "persona_name: A\nlayers: {llm: {extra_body: {temperature: 1}}}\n"
    desired = one(tmp_path, {
        "bases/coach.yaml": COACH, "a.yaml": own + extending("bases/coach.yaml"),
    })  # fmt: skip
    assert desired.document == {
        "system_prompt": "Coach.",
        "greeting": "Hello.",
        "layers": {
            "llm": {"model": "tavus-gemma-4", "extra_body": {"temperature": 1, "top_p": 1}},
            "stt": {"hotwords": "one"},
        },
        "persona_name": "A",
    }
    assert str(desired.place) == "personas/a.yaml"


def test_of_several_bases_a_later_one_wins_and_lists_are_replaced_whole(
    tmp_path: pathlib.Path,
) -> None:
    desired = one(tmp_path, {
        "bases/a.yaml": "greeting: a\ncontext: a\nlanguages: [en, de]\n",
        "bases/b.yaml": "context: b\nlanguages: [fr]\n",
        "x.yaml": SMALL + extending("bases/a.yaml", "bases/b.yaml"),
    })  # fmt: skip
    document = desired.document
    assert (document["greeting"], document["context"]) == ("a", "b")
    assert document["languages"] == ["fr"]


def test_bases_extend_bases_and_each_counts_once_where_it_is_needed_first(
    tmp_path: pathlib.Path,
) -> None:
    files: dict[str, str | bytes] = {
        "bases/root.yaml": "greeting: root\ncontext: root\n",
        "bases/left.yaml": "greeting: left\n" + extending("bases/root.yaml"),
        "bases/right.yaml": "verbal_disclosure: right\n" + extending("bases/root.yaml"),
        "x.yaml": SMALL + extending("bases/left.yaml", "bases/right.yaml"),
    }
    desired = one(tmp_path, files)
    assert desired.document["greeting"] == "left"
    assert desired.document["context"] == "root"
    assert set(desired.uses) == {
        Use("personas/x.yaml", How.EXTENDS, "personas/bases/left.yaml"),
        Use("personas/x.yaml", How.EXTENDS, "personas/bases/right.yaml"),
        Use("personas/bases/left.yaml", How.EXTENDS, "personas/bases/root.yaml"),
        Use("personas/bases/right.yaml", How.EXTENDS, "personas/bases/root.yaml"),
    }
    assert desired.sources[0] == "personas/x.yaml"
    assert len(desired.sources) == 4


def test_a_markdown_base_gives_its_body_as_the_prompt_and_may_be_overruled(
    tmp_path: pathlib.Path,
) -> None:
    desired = one(tmp_path, {
        "bases/host.md": "---\ngreeting: Hi.\n---\n\nYou host.\n",
        "a.yaml": "persona_name: A\n" + extending("bases/host.md"),
    })  # fmt: skip
    assert desired.document["system_prompt"] == "\nYou host."
    assert str(desired.places["system_prompt",]) == "personas/bases/host.md:4:1"
    desired = one(tmp_path, {
        "a.yaml": "persona_name: A\nsystem_prompt: Mine.\n" + extending("bases/host.md"),
    })  # fmt: skip
    assert desired.document["system_prompt"] == "Mine."


def test_null_over_a_base_empties_the_field_as_it_does_everywhere(tmp_path: pathlib.Path) -> None:
    own = "persona_name: A\ngreeting: null\nlayers: {stt: null}\n"
    desired = one(tmp_path, {
        "bases/coach.yaml": COACH, "a.yaml": own + extending("bases/coach.yaml"),
    })  # fmt: skip
    assert desired.document["greeting"] is None
    assert desired.document["layers"]["stt"] is None
    assert str(desired.places["greeting",]) == "personas/a.yaml:2:1"


def test_an_ignored_member_of_a_base_is_left_alone(tmp_path: pathlib.Path) -> None:
    own = SMALL + "reconcile: {extends: [bases/coach.yaml], ignore: [/greeting]}\n"
    desired = one(tmp_path, {"bases/coach.yaml": COACH, "a.yaml": own})
    assert "greeting" not in desired.document


def test_labels_are_merged_and_the_lists_of_the_block_are_replaced(tmp_path: pathlib.Path) -> None:
    base = (
        "reconcile: {protect: true, labels: {team: care, tier: gold}, environments: [prod],"
        " ignore: [/nowhere]}\n"
    )
    own = "reconcile: {extends: [bases/b.yaml], labels: {tier: null, by: me}, environments: []}\n"
    desired = one(tmp_path, {"bases/b.yaml": base + "context: x\n", "a.yaml": SMALL + own})
    assert desired.reserved.labels == {"team": "care", "by": "me"}
    assert desired.reserved.environments == ()
    assert desired.reserved.protect
    assert desired.reserved.ignore == (("nowhere",),)


def test_a_base_says_for_which_environments_its_definitions_are(tmp_path: pathlib.Path) -> None:
    files: dict[str, str | bytes] = {
        "bases/b.yaml": "context: x\nreconcile: {environments: [prod]}\n",
        "a.yaml": SMALL + extending("bases/b.yaml"),
    }
    assert load(tmp_path, files).require().desired == ()
    assert len(load(tmp_path, files, environment="prod").require().desired) == 1


def test_a_null_in_the_block_that_takes_nothing_away_is_an_error(tmp_path: pathlib.Path) -> None:
    assert told(tmp_path, {"a.yaml": SMALL + "reconcile: {protect: null}\n"}) == [
        "personas/a.yaml:3:22 error: Wrong type (reconcile.protect: true or false is expected)"
    ]


def test_each_file_speaks_its_own_vocabulary_and_the_definition_gives_the_words(
    tmp_path: pathlib.Path,
) -> None:
    base = (
        "default_replica_id: r1\nlayers: {conversational_flow: {replica_interruptibility: low}}\n"
    )
    own = "pal_name: A\nsystem_prompt: x\ndefault_face_id: r2\n"
    desired = one(tmp_path, {"bases/b.yaml": base, "a.yaml": own + extending("bases/b.yaml")})
    assert desired.document["default_replica_id"] == "r2"
    assert desired.vocabulary is Vocabulary.PAL
    assert desired.spellings == {
        ("default_replica_id",): ("default_face_id",),
        ("persona_name",): ("pal_name",),
    }
    assert str(desired.places["default_replica_id",]) == "personas/a.yaml:3:1"


def test_a_definition_without_such_words_speaks_those_of_its_base(tmp_path: pathlib.Path) -> None:
    base = "pal_name: A\ndefault_face_id: r1\n"
    own = "system_prompt: x\n" + extending("bases/b.yaml")
    desired = one(tmp_path, {"bases/b.yaml": base, "a.yaml": own})
    assert desired.vocabulary is Vocabulary.PAL
    assert desired.spellings["persona_name",] == ("pal_name",)


def test_a_secret_of_a_base_is_one_of_the_definition(tmp_path: pathlib.Path) -> None:
    base = "layers: {tts: {api_key: {$env: KEY}}}\n"
    files: dict[str, str | bytes] = {
        "bases/b.yaml": base, "a.yaml": SMALL + extending("bases/b.yaml"),
    }  # fmt: skip
    loaded = load(tmp_path, files)
    assert loaded.secrets == (Secret("CANARY-from-the-environment"),)
    assert loaded.desired[0].variables == {("layers", "tts", "api_key"): "KEY"}
    files["a.yaml"] = SMALL + "layers: {tts: {api_key: null}}\n" + extending("bases/b.yaml")
    assert load(tmp_path, files).desired[0].variables == {}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"a.yaml": SMALL + extending("bases/b.yml"), "bases/b.yaml": "context: x\n"},
            [(
                "personas/a.yaml:3:23 error: The file to extend does not exist "
                "(«bases/b.yml», looked for in personas) [Did you mean bases/b.yaml?]"
            )],
        ),
        (
            {"a.yaml": SMALL + extending("../b.yaml", "prompts/x.txt"), "prompts/x.txt": "x"},
            [
                (
                    "personas/a.yaml:3:23 error: The path leads out of the definitions directory "
                    "(«../b.yaml») [Write a path relative to the definitions directory, with "
                    "forward slashes and no ..]"
                ),
                (
                    "personas/a.yaml:3:34 error: This file cannot be extended («prompts/x.txt») "
                    "[A base is a .yaml, .json or .md file; text is included with {$file: …}]"
                ),
            ],
        ),
        (
            {
                "a.yaml": SMALL + extending("bases/b.yaml"),
                "bases/b.yaml": "context: b\n" + extending("bases/c.yaml"),
                "bases/c.yaml": "context: c\n" + extending("bases/b.yaml"),
            },
            [(
                "personas/bases/c.yaml:2:23 error: A file extends itself (personas/bases/b.yaml "
                "→ personas/bases/c.yaml → personas/bases/b.yaml) "
                "via personas/bases/b.yaml:2:23 via personas/a.yaml:3:23"
            )],
        ),
        (
            {"a.yaml": SMALL + "reconcile: {extends: bases/b.yaml}\n", "bases/b.yaml": "x"},
            [(
                "personas/a.yaml:3:22 error: Wrong type (reconcile.extends: a list is expected) "
                "[Write [bases/x.yaml]]"
            )],
        ),
        (
            {"a.yaml": SMALL + extending("1"), "bases/b.yaml": "x"},
            ["personas/a.yaml:3:23 error: Wrong type (reconcile.extends[0]: text is expected)"],
        ),
        (
            {"a.yaml": SMALL + extending("bases/b.yaml"), "bases/b.yaml": ""},
            [(
                "personas/bases/b.yaml:1:1 error: The base is empty [Write field: value] "
                "via personas/a.yaml:3:23"
            )],
        ),
        (
            {
                "a.yaml": SMALL + extending("bases/b.yaml"),
                "bases/b.yaml": "greting: x\nlanguages: en\nreconcile: {key: b, protct: true}\n",
            },
            [
                (
                    "personas/bases/b.yaml:1:1 error: No such field (greting is not a field of a "
                    "definition) [Did you mean greeting?] via personas/a.yaml:3:23"
                ),
                (
                    "personas/bases/b.yaml:2:12 error: Wrong type (languages takes a list, found "
                    "text) [Write a list, each entry on a line of its own after «- »] "
                    "via personas/a.yaml:3:23"
                ),
                (
                    "personas/bases/b.yaml:3:13 error: This setting cannot stand in a base "
                    "(reconcile.key) [Move it into the definition] via personas/a.yaml:3:23"
                ),
                (
                    "personas/bases/b.yaml:3:21 error: Unknown setting (reconcile.protct) "
                    "[Did you mean protect?] via personas/a.yaml:3:23"
                ),
            ],
        ),
        (
            {
                "a.yaml": SMALL + extending("bases/b.yaml"),
                "bases/b.yaml": "context: {$file: prompts/c.yaml}\n",
                "prompts/c.yaml": "{$file: prompts/no.md}",
            },
            [(
                "personas/prompts/c.yaml:1:1 error: The file to include does not exist "
                "(«prompts/no.md», looked for in personas) "
                "via personas/bases/b.yaml:1:10 via personas/a.yaml:3:23"
            )],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_bases_is_told_with_the_way_there(
    tmp_path: pathlib.Path, files: dict[str, str | bytes], expected: list[str]
) -> None:
    assert told(tmp_path, files) == expected


def test_beside_a_missing_base_only_what_is_certain_is_told(tmp_path: pathlib.Path) -> None:
    own = "reconcile: {extends: [bases/no.yaml], protct: true}\n"
    assert [
        line.split(" error: ")[1].split(" (")[0] for line in told(tmp_path, {"a.yaml": own})
    ] == [
        "The file to extend does not exist",
        "Unknown setting",
    ]


def test_a_problem_of_a_base_is_told_once_however_many_extend_it(tmp_path: pathlib.Path) -> None:
    files: dict[str, str | bytes] = {
        f"{key}.yaml": f"persona_name: {key}\nsystem_prompt: x\n" + extending("bases/b.yaml")
        for key in "abc"
    }
    (line,) = told(tmp_path, {**files, "bases/b.yaml": "greting: x\n"})
    assert line.startswith("personas/bases/b.yaml:1:1 error: No such field")
    assert line.endswith("via personas/a.yaml:3:23")


def test_an_extended_file_is_no_definition_wherever_it_stands(tmp_path: pathlib.Path) -> None:
    loaded = load(tmp_path, {
        "host.yaml": "greeting: only a part\n",
        "a.yaml": SMALL + extending("host.yaml"),
        "bases/deep/idle.yaml": "broken: [",
    })  # fmt: skip
    assert [str(desired.address) for desired in loaded.desired] == ["persona/a"]
    assert [shown(found) for found in loaded.diagnostics] == [
        (
            "personas/bases/deep/idle.yaml warning: No definition includes this file "
            "[Include it with {$file: …}, extend it, or delete it]"
        ),
        (
            "personas/host.yaml warning: This file is extended, so it is no definition "
            "(personas/a.yaml extends it) "
            "[Move it into a folder named bases, so that its place says so]"
        ),
    ]


def test_a_chain_of_bases_has_an_end(tmp_path: pathlib.Path) -> None:
    files: dict[str, str | bytes] = {
        f"bases/{n}.yaml": f"context: x\n{extending(f'bases/{n + 1}.yaml')}" for n in range(20)
    }
    files |= {"bases/20.yaml": "context: x\n", "a.yaml": SMALL + extending("bases/0.yaml")}
    (found,) = load(tmp_path, files).diagnostics
    assert found.summary == "Too many files extend one another"
    assert len(found.via) == 16
