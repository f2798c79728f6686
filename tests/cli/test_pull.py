"""`reconciler pull`: what moved outside, in the files it belongs to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from project import ProjectDir

ANNA: Final = """\
# Who she is.
persona_name: Anna
system_prompt: You are Anna.   # short on purpose
default_replica_id: r90bbd427f71
greeting: 'Hello'    # quoted

layers:
    llm: {model: tavus-gemma-4}   # cheap
    conversational_flow:
        turn_taking_patience: low # eager
"""
FILE: Final = "personas/anna.yaml"


@pytest.fixture
def anna(project: ProjectDir) -> ProjectDir:
    """Anna, live."""
    project.write(FILE, ANNA)
    project.apply()
    return project


def put(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def text(project: ProjectDir, name: str = FILE) -> str:
    return (project.directory / name).read_bytes().decode()


def assert_in_sync(project: ProjectDir) -> None:
    assert project.run("plan", "--detailed-exitcode").code == 0
    assert "Nothing to pull." in project.ok("pull").err


def test_an_outside_change_is_a_diff_of_its_line_only(anna: ProjectDir) -> None:
    anna.edit("anna", [put("/greeting", "Good day"), put("/layers/llm/model", "tavus-gpt-oss")])
    anna.requests()
    ran = anna.ok("pull")
    assert text(anna) == ANNA.replace("'Hello'", "'Good day'").replace(
        "tavus-gemma-4", "tavus-gpt-oss"
    )
    assert "+greeting: 'Good day'    # quoted\n" in ran.out
    assert anna.writes() == []
    assert_in_sync(anna)


def test_a_dry_run_writes_nothing(anna: ProjectDir) -> None:
    anna.edit("anna", [put("/greeting", "Good day")])
    assert "+greeting: 'Good day'" in anna.ok("pull", "--dry-run").out
    assert text(anna) == ANNA


def test_what_was_removed_outside_goes(anna: ProjectDir) -> None:
    anna.edit("anna", [{"op": "remove", "path": "/greeting"}])
    anna.ok("pull")
    assert text(anna) == ANNA.replace("greeting: 'Hello'    # quoted\n", "")
    assert_in_sync(anna)


def test_both_moved_is_refused_until_theirs_is_chosen(anna: ProjectDir) -> None:
    anna.edit("anna", [put("/greeting", "Good day")])
    anna.replace(FILE, "'Hello'", "'Hi'")
    before = text(anna)
    ran = anna.run("pull")
    assert ran.code == 3
    assert "persona/anna greeting: changed in git and outside; --theirs" in ran.err
    assert text(anna) == before
    anna.ok("pull", "--theirs")
    assert_in_sync(anna)


def test_a_prompt_goes_back_into_the_markdown_body(project: ProjectDir) -> None:
    project.write("personas/b.md", "---\npersona_name: Bea # b\n---\nYou are Bea.\n\nBe kind.\n")
    project.apply()
    project.edit("b", [put("/system_prompt", "You are Bea.\n\nBe brief.")])
    project.ok("pull")
    expected = "---\npersona_name: Bea # b\n---\nYou are Bea.\n\nBe brief.\n"
    assert text(project, "personas/b.md") == expected
    assert_in_sync(project)


def test_a_text_fragment_is_written(project: ProjectDir) -> None:
    project.write("personas/texts/hello.txt", "Hello\n")
    project.write(FILE, ANNA.replace("'Hello'", "{$file: texts/hello.txt}"))
    project.apply()
    before = text(project)
    project.edit("anna", [put("/greeting", "Good day")])
    project.ok("pull")
    assert (text(project), text(project, "personas/texts/hello.txt")) == (before, "Good day\n")
    assert_in_sync(project)


@pytest.mark.parametrize(
    ("into", "file"),
    [
        ("overlay", "overlays/sandbox/persona/anna.yaml"),
        ("definition", FILE),
        ("base", "personas/bases/kind.yaml"),
    ],
)
def test_a_value_of_a_base_asks_where_to(project: ProjectDir, into: str, file: str) -> None:
    project.write("personas/bases/kind.yaml", "greeting: Hello # all\n")
    extends = "reconcile: {extends: [bases/kind.yaml]}\n"
    project.write(FILE, ANNA.replace("greeting: 'Hello'    # quoted\n", extends))
    project.apply()
    project.edit("anna", [put("/greeting", "Good day")])
    ran = project.run("pull")
    assert ran.code == 3
    assert "choose --into overlay, definition or base" in ran.err
    project.ok("pull", "--into", into)
    assert "greeting: Good day" in text(project, file)
    assert_in_sync(project)


def test_a_shared_variable_is_refused_with_what_to_do(project: ProjectDir) -> None:
    project.replace("reconciler.yaml", "{api: sandbox}", "{api: sandbox, vars: {hi: Hello}}")
    project.write(FILE, ANNA.replace("'Hello'", "{$var: hi}"))
    project.apply()
    project.edit("anna", [put("/greeting", "Good day")])
    for words in ((), ("--into", "base")):
        ran = project.run("pull", *words)
        assert (ran.code, "$var hi" in ran.err) == (3, True)
    project.ok("pull", "--into", "overlay")
    assert text(project, "overlays/sandbox/persona/anna.yaml") == "greeting: Good day\n"
    assert_in_sync(project)


TOOLS: Final = """\
    tools:
      # Looks up a guest.
      - function: {name: find_guest, description: 'Finds a guest', parameters: {type: object}}
      - {$file: tools/end.yaml}
"""


def test_a_tool_in_a_fragment_inside_a_list_is_written_there(project: ProjectDir) -> None:
    end = "function: {name: end, description: Ends the call, parameters: {type: object}} # all\n"
    project.write("personas/tools/end.yaml", end)
    llm = "    llm:\n        model: tavus-gemma-4\n        tools:\n" + "".join(
        f"    {line}\n" for line in TOOLS.splitlines()[1:]
    )
    project.write(FILE, ANNA.replace("    llm: {model: tavus-gemma-4}   # cheap\n", llm))
    project.apply()
    before = text(project)
    at = "/layers/llm/tools/1/function/parameters/type"
    project.edit("anna", [put(at, "string")])
    project.ok("pull")
    assert text(project) == before
    assert text(project, "personas/tools/end.yaml") == end.replace("object", "string")
    # This account lost the description on store; the file keeps it.
    assert_in_sync(project)
    project.edit("anna", [put(at, "array")])
    assert project.run("drift").code == 2
    project.ok("pull")
    assert_in_sync(project)


def test_a_member_that_a_tool_lost_goes_where_parts_are_merged_too(project: ProjectDir) -> None:
    """In a merge patch null takes a member away, but not inside a list: there it is a value."""
    tool = {
        "type": "function",
        "function": {
            "name": "book",
            "parameters": {
                "type": "object",
                "properties": {"a": {"type": "string"}, "b": {"type": "number"}},
            },
        },
    }
    project.write(FILE, ANNA)
    project.write(
        "overlays/sandbox/persona/anna.yaml", json.dumps({"layers": {"llm": {"tools": [tool]}}})
    )
    project.apply()
    project.edit(
        "anna", [{"op": "remove", "path": "/layers/llm/tools/0/function/parameters/properties/a"}]
    )
    project.ok("pull", "--into", "overlay")
    overlay = text(project, "overlays/sandbox/persona/anna.yaml")
    assert "null" not in overlay
    assert project.plan()["summary"]["no-op"] == 1


def test_an_environment_variable_is_left_alone(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELLO", "Hello there")
    project.write(FILE, ANNA.replace("'Hello'", "{$env: HELLO}"))
    project.apply()
    before = text(project)
    project.edit("anna", [put("/greeting", "Good day")])
    ran = project.ok("pull")
    assert "left alone: persona/anna greeting" in ran.err
    assert text(project) == before


def test_a_second_outside_edit_is_drift_and_no_conflict(anna: ProjectDir) -> None:
    anna.edit("anna", [put("/greeting", "Good day")])
    anna.ok("pull")
    anna.edit("anna", [put("/greeting", "Good night")])
    assert anna.run("drift").code == 2
    anna.ok("pull")
    assert "greeting: 'Good night'" in text(anna)
    assert_in_sync(anna)


def test_a_dry_run_leaves_the_drift_where_it_is(anna: ProjectDir) -> None:
    anna.edit("anna", [put("/greeting", "Good day")])
    anna.ok("pull", "--dry-run")
    assert anna.run("drift").code == 2


def test_a_persona_whose_definition_is_gone_is_refused_with_what_to_do(anna: ProjectDir) -> None:
    anna.write("personas/other.yaml", ANNA.replace("Anna", "Other"))
    anna.edit("anna", [put("/greeting", "Good day")])
    (anna.directory / FILE).unlink()
    ran = anna.run("pull", "anna")
    assert ran.code == 3
    assert "persona/anna: its definition is gone; restore it from git" in ran.err
    assert not (anna.directory / FILE).exists()


def test_drift_pull_does_the_same(anna: ProjectDir) -> None:
    anna.edit("anna", [put("/greeting", "Good day")])
    anna.ok("drift", "--pull")
    assert "greeting: 'Good day'    # quoted" in text(anna)


def test_drift_pull_takes_the_choices_of_pull(project: ProjectDir) -> None:
    project.write("personas/bases/kind.yaml", "greeting: Hello # all\n")
    extends = "reconcile: {extends: [bases/kind.yaml]}\n"
    project.write(FILE, ANNA.replace("greeting: 'Hello'    # quoted\n", extends))
    project.apply()
    project.edit("anna", [put("/greeting", "Good day")])
    assert project.run("drift", "--pull").code == 3
    ran = project.ok("drift", "--pull", "--into", "base", "--format", "json")
    assert ran.json["drift"]
    assert "+greeting: Good day" in ran.err
    assert text(project, "personas/bases/kind.yaml") == "greeting: Good day # all\n"
    assert_in_sync(project)


def test_drift_takes_the_choices_of_pull_with_pull_only(anna: ProjectDir) -> None:
    for words in (("--theirs",), ("--into", "base")):
        ran = anna.run("drift", *words)
        assert (ran.code, "--pull" in ran.err) == (64, True)
