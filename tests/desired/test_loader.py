"""The definitions directory as a whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from definition_cases import VARIABLES, load, shown, write

from reconciler.core.errors import DefinitionError
from reconciler.core.secret import MASK, Secret
from reconciler.desired.loader import load_definitions

if TYPE_CHECKING:
    import pathlib


def definition(name: str, reserved: str = "") -> str:
    return f"persona_name: {name}\nsystem_prompt: x\n" + (
        f"reconcile: {reserved}\n" if reserved else ""
    )


@pytest.fixture
def root(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "personas"


def addresses(directory: pathlib.Path, environment: str = "sandbox") -> list[str]:
    loaded = load(directory, environment=environment).require()
    return [str(desired.address) for desired in loaded.desired]


def told(directory: pathlib.Path) -> list[str]:
    return [shown(diagnostic) for diagnostic in load(directory).diagnostics]


def test_definitions_are_found_below_the_directory_in_order_of_address(root: pathlib.Path) -> None:
    write(root, {
        "zoe.md": "---\npersona_name: Zoe\n---\nHello.\n",
        "team/bo.yml": definition("Bo"),
        "team/deep/cy.json": '{"persona_name": "Cy", "system_prompt": "x"}',
        "al.yaml": definition("Al"),
    })  # fmt: skip
    assert addresses(root) == ["persona/al", "persona/bo", "persona/cy", "persona/zoe"]


def test_fragments_hidden_files_other_suffixes_and_the_readme_are_no_definitions(
    root: pathlib.Path,
) -> None:
    write(root, {
        "al.yaml": definition("Al"),
        "README.md": "# How we write personas",
        ".draft.yaml": "broken: [",
        ".git/x.yaml": "broken: [",
        "notes.txt": "x",
        "prompts/x.md": "x",
        "bases/x.yaml": "broken: [",
        "team/prompts/y.yaml": "broken: [",
    })  # fmt: skip
    assert addresses(root) == ["persona/al"]
    assert told(root) == []


def test_other_kinds_are_told_once_per_folder_unless_they_are_included(root: pathlib.Path) -> None:
    tools = "[{type: function, function: {name: x, description: x, parameters: {type: object}}}]"
    using = definition("Al") + "layers: {llm: {tools: {$file: tools/x.yaml}}}\n"
    write(root, {
        "al.yaml": using,
        "tools/x.yaml": tools,
        "objectives/a.yaml": "x: 1",
        "objectives/b.yaml": "x: 1",
    })  # fmt: skip
    assert told(root) == [
        (
            "personas/objectives warning: This kind of resource is not managed yet "
            "(2 files in it; only personas are managed) "
            "[Files that personas include with {$file: …} are fine there]"
        )
    ]


def test_two_definitions_with_one_key_are_an_error_that_names_both(root: pathlib.Path) -> None:
    write(root, {"a.yaml": definition("A"), "b.yaml": definition("B", "{key: a}")})
    assert told(root) == [
        (
            "personas/b.yaml error: Two definitions have the same key "
            "(persona/a is defined in personas/a.yaml and in personas/b.yaml) "
            "[Rename one of the files, or give it another reconcile.key]"
        )
    ]


def test_two_definitions_with_one_name_are_a_warning_that_names_both(root: pathlib.Path) -> None:
    write(root, {"a.yaml": definition("Life coach"), "b.yaml": definition("life-coach!")})
    assert told(root) == [
        (
            "personas/b.yaml:1:1 warning: Two definitions have the same persona name "
            "(«life-coach!» in personas/a.yaml:1:1 and in personas/b.yaml:1:1) "
            "[Tavus allows it, but people and adoption by name cannot tell them apart]"
        )
    ]


def test_definitions_for_different_environments_may_share_key_and_name(root: pathlib.Path) -> None:
    write(root, {
        "one/a.yaml": definition("A", "{environments: [sandbox]}"),
        "two/a.yaml": definition("A", "{environments: [prod]}"),
    })  # fmt: skip
    assert addresses(root) == ["persona/a"]


def test_a_definition_for_another_environment_is_left_out_but_checked(root: pathlib.Path) -> None:
    write(root, {
        "a.yaml": definition("A"),
        "b.yaml": definition("B", "{environments: [prod]}") + "nope: 1\n",
    })  # fmt: skip
    loaded = load(root)
    assert [str(desired.address) for desired in loaded.desired] == ["persona/a"]
    assert [found.summary for found in loaded.diagnostics] == ["No such field"]


def test_an_environment_without_a_definition_is_told(root: pathlib.Path) -> None:
    write(root, {"a.yaml": definition("A", "{environments: [prod]}")})
    assert told(root) == ["personas warning: No definition is for this environment"]


def test_a_missing_directory_is_an_error(root: pathlib.Path) -> None:
    assert told(root) == ["personas error: The definitions directory does not exist"]


def test_an_empty_directory_is_an_error(root: pathlib.Path) -> None:
    write(root, {"prompts/x.md": "x"})
    assert told(root) == [
        (
            "personas error: There is no definition "
            "[Definitions are files that end in .md, .yaml, .yml or .json]"
        )
    ]


def test_all_problems_of_all_files_are_told_in_order_of_place(root: pathlib.Path) -> None:
    write(root, {
        "b.yaml": "persona_name: [\n",
        "a.yaml": definition("A") + "greeting: no\nnope: 1\n",
        "c.md": "no front matter",
    })  # fmt: skip
    loaded = load(root)
    places = [str(found.place) for found in loaded.diagnostics]
    assert places == ["personas/a.yaml:3:11", "personas/a.yaml:4:1", "personas/b.yaml:2:1",
                      "personas/c.md:1:1"]  # fmt: skip
    assert loaded.desired == ()
    with pytest.raises(DefinitionError) as refused:
        loaded.require()
    assert refused.value.diagnostics == loaded.diagnostics


def test_a_problem_in_a_shared_file_is_told_once(root: pathlib.Path) -> None:
    using = "layers: {tts: {voice_settings: {$file: prompts/x.yaml}}}\n"
    files = {f"{key}.yaml": definition(key) + using for key in "abc"}
    write(root, {**files, "prompts/x.yaml": "speed: no\n"})
    (line,) = told(root)
    assert line.startswith("personas/prompts/x.yaml:1:8 error: «no» without quotes is ambiguous")
    assert line.endswith("via personas/a.yaml:3:32")


def test_links_out_of_the_directory_are_refused(root: pathlib.Path) -> None:
    write(root.parent / "elsewhere", {"x.yaml": definition("X"), "y/z.yaml": definition("Z")})
    write(root, {"a.yaml": definition("A") + "greeting: {$file: prompts/out.txt}\n"})
    (root / "prompts").mkdir()
    for link, target in (("b.yaml", "x.yaml"), ("team", "y"), ("prompts/out.txt", "x.yaml")):
        (root / link).symlink_to(root.parent / "elsewhere" / target)
    assert [line.partition(" [")[0] for line in told(root)] == [
        (
            "personas/a.yaml:3:11 error: The path leads out of the definitions directory "
            "(«prompts/out.txt» is a symbolic link, or below one)"
        ),
        "personas/b.yaml error: A symbolic link leads out of the definitions directory",
        "personas/team error: A symbolic link leads out of the definitions directory",
    ]


def test_links_inside_the_directory_are_followed_once_and_never_in_circles(
    root: pathlib.Path,
) -> None:
    write(root, {"team/a.yaml": definition("A")})
    (root / "team" / "again").symlink_to(root / "team")
    (root / "same").symlink_to(root / "team")
    assert addresses(root) == ["persona/a"]


def test_a_circle_of_links_is_refused(root: pathlib.Path) -> None:
    write(root, {"a.yaml": definition("A")})
    (root / "b.yaml").symlink_to(root / "c.yaml")
    (root / "c.yaml").symlink_to(root / "b.yaml")
    assert {found.is_error for found in load(root).diagnostics} == {True}


def test_only_restricts_the_run(root: pathlib.Path) -> None:
    write(root, {"a.yaml": definition("A"), "b.yaml": "broken: [", "team/c.yaml": definition("C")})
    loaded = load_definitions(
        root, environment="x", variables={}, only=[root / "a.yaml", root / "team"]
    ).require()
    assert [desired.address.key for desired in loaded.desired] == ["a", "c"]


@pytest.mark.parametrize("name", ["prompts/x.md", "missing.yaml", "../outside.yaml"])
def test_only_with_a_path_that_holds_no_definition_is_an_error(
    root: pathlib.Path, name: str
) -> None:
    write(root, {"a.yaml": definition("A"), "prompts/x.md": "x"})
    loaded = load_definitions(root, environment="x", variables={}, only=[root / name])
    assert "There is no definition" in {found.summary for found in loaded.diagnostics}
    assert any(found.is_error for found in loaded.diagnostics)


def test_secrets_are_collected_once_and_hidden(root: pathlib.Path) -> None:
    layers = (
        "layers: {tts: {api_key: {$env: KEY}}, llm: {api_key: CANARY-two, base_url: https://x.y}}\n"
    )
    write(root, {"a.yaml": definition("A") + layers, "b.yaml": definition("B") + layers})
    loaded = load(root)
    assert set(loaded.secrets) == {Secret(VARIABLES["KEY"]), Secret("CANARY-two")}
    assert len(loaded.secrets) == 2
    assert "CANARY" not in repr(loaded) + "".join(map(shown, loaded.diagnostics))
    assert loaded.desired[0].document["layers"]["tts"]["api_key"] == Secret(VARIABLES["KEY"])


def test_a_variable_that_is_not_set_may_be_a_warning_and_is_then_not_checked(
    root: pathlib.Path,
) -> None:
    write(root, {"a.yaml": "persona_name: A\nsystem_prompt: x\npipeline_mode: {$env: MODE}\n"})
    loaded = load(root, require_env=False)
    assert [shown(found) for found in loaded.diagnostics] == [
        (
            "personas/a.yaml:3:16 warning: The environment variable is not set, or is empty "
            "(«MODE») [Set it where this runs]"
        )
    ]
    assert loaded.desired[0].document["pipeline_mode"] == Secret(MASK)
    assert loaded.secrets == ()


def test_places_are_relative_to_the_base(root: pathlib.Path) -> None:
    write(root / "deep", {"a.yaml": definition("A")})
    loaded = load_definitions(root / "deep", environment="x", variables={}, base=root.parent)
    assert str(loaded.desired[0].place) == "personas/deep/a.yaml"


def test_a_relative_root_is_as_good(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, {"a.yaml": definition("A") + "greeting: {$file: hi.txt}\n", "hi.txt": "Hi.\n"})
    monkeypatch.chdir(root.parent)
    loaded = load(root.relative_to(root.parent)).require()
    assert str(loaded.desired[0].places["greeting",]) == "personas/hi.txt:1:1"


@pytest.mark.skipif(os.name != "posix", reason="such names exist on POSIX systems only")
def test_a_file_name_that_cannot_be_printed_is_shown_escaped(root: pathlib.Path) -> None:
    write(root, {"a\nb.yaml": definition("A")})
    assert told(root)[0].startswith(
        "personas/a\\nb.yaml error: The name of the file cannot be a key"
    )


def test_ignoring_the_only_member_of_a_layer_leaves_no_empty_layer(root: pathlib.Path) -> None:
    text = definition("A", "{ignore: [/layers/tts/voice_settings/speed]}")
    write(root, {"a.yaml": text + "layers: {tts: {voice_settings: {speed: 1}}}\n"})
    assert load(root).require().desired[0].document == {"persona_name": "A", "system_prompt": "x"}
