"""What `reconciler pull` would write is read again first: only what was pulled may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from project import ProjectDir

BODY = "default_replica_id: r90bbd427f71\n"


def put(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def persona(project: ProjectDir, key: str, members: str, *bases: str) -> None:
    extends = f"reconcile: {{extends: [{', '.join(bases)}]}}\n" if bases else ""
    prompt = "" if "system_prompt" in members else f"system_prompt: You are {key}.\n"
    head = f"persona_name: {key}\n{prompt}{BODY}"
    project.write(f"personas/{key}.yaml", f"{head}{extends}{members}")


def texts(project: ProjectDir) -> dict[str, bytes]:
    found = [*project.directory.glob("personas/**/*.*"), *project.directory.glob("overlays/**/*.*")]
    return {str(path): path.read_bytes() for path in found}


def refused(project: ProjectDir, *words: str) -> str:
    """What is said of a pull that is refused and leaves every file as it was."""
    before = texts(project)
    ran = project.run("pull", *words)
    assert ran.code == 3, ran.err
    assert texts(project) == before
    return ran.err


def in_sync(project: ProjectDir) -> bool:
    return project.run("plan", "--detailed-exitcode").code == 0


def test_two_that_drifted_apart_in_one_base_are_refused_by_name(project: ProjectDir) -> None:
    project.write("personas/bases/kind.yaml", "greeting: Hello\n")
    persona(project, "anna", "", "bases/kind.yaml")
    persona(project, "ben", "", "bases/kind.yaml")
    project.apply()
    project.edit("anna", [put("/greeting", "Good day")])
    project.edit("ben", [put("/greeting", "Good night")])
    told = refused(project, "--into", "base")
    assert "persona/anna greeting and persona/ben greeting: both stand in" in told
    project.ok("pull", "--into", "overlay")
    assert in_sync(project)


def test_two_that_drifted_alike_in_one_base_are_written_once(project: ProjectDir) -> None:
    project.write("personas/bases/kind.yaml", "greeting: Hello\n")
    persona(project, "anna", "", "bases/kind.yaml")
    persona(project, "ben", "", "bases/kind.yaml")
    project.apply()
    for key in ("anna", "ben"):
        project.edit(key, [put("/greeting", "Good day")])
    project.ok("pull", "--into", "base")
    assert in_sync(project)


def test_a_fragment_used_twice_in_a_definition_is_refused(project: ProjectDir) -> None:
    project.write("personas/texts/hello.txt", "Hello\n")
    both = "greeting: {$file: texts/hello.txt}\nsystem_prompt: {$file: texts/hello.txt}\n"
    persona(project, "anna", both)
    project.apply()
    project.edit("anna", [put("/greeting", "Good day")])
    told = refused(project)
    assert "persona/anna system_prompt: would change, too (personas/texts/hello.txt)" in told


def test_a_fragment_that_is_another_field_elsewhere_is_refused(project: ProjectDir) -> None:
    project.write("personas/texts/hello.txt", "Hello\n")
    persona(project, "anna", "greeting: {$file: texts/hello.txt}\n")
    persona(project, "ben", "system_prompt: {$file: texts/hello.txt}\n")
    project.apply()
    project.edit("anna", [put("/greeting", "Good day")])
    assert "persona/ben system_prompt: would change, too" in refused(project, "--into", "base")
    project.ok("pull", "--into", "definition")
    assert in_sync(project)


def test_a_member_removed_outside_that_two_bases_have_is_gone_after(project: ProjectDir) -> None:
    project.write("personas/bases/one.yaml", "greeting: Hello\n")
    project.write("personas/bases/two.yaml", "greeting: Hello you\n")
    persona(project, "anna", "", "bases/one.yaml", "bases/two.yaml")
    project.apply()
    project.edit("anna", [{"op": "remove", "path": "/greeting"}])
    project.ok("pull", "--into", "base")
    assert in_sync(project)


def test_a_base_of_a_base_is_written_where_the_value_stands(project: ProjectDir) -> None:
    project.write("personas/bases/low.yaml", "greeting: Hello\n")
    low = "reconcile: {extends: [bases/low.yaml]}\nlayers: {llm: {model: tavus-gemma-4}}\n"
    project.write("personas/bases/high.yaml", low)
    persona(project, "anna", "", "bases/high.yaml")
    project.apply()
    project.edit("anna", [put("/greeting", "Good day"), put("/layers/llm/model", "tavus-gpt-oss")])
    project.ok("pull", "--into", "base")
    assert (
        b"greeting: Good day\n"
        in texts(project)[str(project.directory / "personas/bases/low.yaml")]
    )
    assert in_sync(project)


def test_a_member_that_a_base_and_its_own_base_have_is_written_once(project: ProjectDir) -> None:
    project.write("personas/bases/low.yaml", "greeting: Hello\n")
    high = "reconcile: {extends: [bases/low.yaml]}\ngreeting: Hello you\n"
    project.write("personas/bases/high.yaml", high)
    persona(project, "anna", "", "bases/high.yaml")
    project.apply()
    project.edit("anna", [put("/greeting", "Good day")])
    project.ok("pull", "--into", "base")
    assert in_sync(project)
    project.edit("anna", [{"op": "remove", "path": "/greeting"}])
    project.ok("pull", "--into", "base")
    assert in_sync(project)


def test_a_base_in_markdown_takes_a_prompt_back(project: ProjectDir) -> None:
    base = "---\ngreeting: Hello\n---\r\nBe kind.\r\n\r\nBe brief.\r\n"
    project.write("personas/bases/kind.md", base)
    extends = "reconcile: {extends: [bases/kind.md]}\n"
    project.write("personas/anna.yaml", f"persona_name: Anna\n{BODY}{extends}")
    project.apply()
    project.edit("anna", [put("/system_prompt", "Be kind.\n\nBe long.")])
    project.ok("pull", "--into", "base")
    assert (project.directory / "personas/bases/kind.md").read_bytes().decode() == base.replace(
        "brief", "long"
    )
    assert in_sync(project)


def test_markdown_with_windows_line_ends_keeps_them(project: ProjectDir) -> None:
    text = f"---\npersona_name: Anna # her\n{BODY}greeting: Hello\n---\nBe kind.\n\nBe brief.\n"
    project.write("personas/anna.md", text.replace("\n", "\r\n"))
    project.apply()
    project.edit("anna", [put("/greeting", "Hi"), put("/system_prompt", "Be kind.\n\nBe long.")])
    project.ok("pull")
    expected = text.replace("brief", "long").replace("Hello", "Hi").replace("\n", "\r\n")
    assert (project.directory / "personas/anna.md").read_bytes().decode() == expected
    assert in_sync(project)


TOOLS = """\
layers:
  llm:
    model: tavus-gemma-4
    tools:
      - {$file: tools/end.yaml}   # shared
      - function: {name: look, description: Looks, parameters: {type: object}}
"""


def test_a_tool_added_outside_to_a_list_with_a_fragment_asks_for_an_edit_by_hand(
    project: ProjectDir,
) -> None:
    end = "function: {name: end, description: Ends, parameters: {type: object}}\n"
    project.write("personas/tools/end.yaml", end)
    persona(project, "anna", TOOLS)
    project.apply()
    new = {"type": "function", "function": {"name": "new", "parameters": {"type": "object"}}}
    project.edit("anna", [{"op": "add", "path": "/layers/llm/tools/-", "value": new}])
    assert "comes from $file" in refused(project, "--into", "base")
    project.ok("pull", "--into", "definition")
    assert in_sync(project)
