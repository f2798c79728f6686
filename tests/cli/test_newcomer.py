"""A newcomer with an account full of personas has everything under management."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from project import ProjectDir


def test_without_the_example_of_init_import_all_makes_the_plan_empty(project: ProjectDir) -> None:
    (project.directory / "reconciler.yaml").unlink()
    project.ok("init")
    (project.directory / "personas" / "greeter.md").unlink()
    with project.emulator() as store:
        for number in range(30):
            prompt = f"You are guide {number}." + "\nBe kind." * (number % 6)
            store.seed({"persona_name": f"Guide {number % 20}", "system_prompt": prompt})
    project.ok("import", "--all")
    files = [path.name for path in (project.directory / "personas").iterdir()]
    assert {"guide-0.yaml", "guide-0-2.yaml", "guide-5.md"} <= set(files)
    assert project.run("plan", "--detailed-exitcode").code == 0
