"""Rules of the house that no linter checks."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from reconciler.cli.schemas import all_schemas

PROJECT: Final = Path(__file__).parents[2]
MODULES: Final = sorted((PROJECT / "reconciler").rglob("*.py"))
SCHEMAS: Final = sorted((PROJECT / "schemas").iterdir())

made_now = cache(all_schemas)


def named(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("file", SCHEMAS, ids=named)
def test_the_committed_schemas_are_current(file: Path) -> None:
    made = made_now().get(file.name)
    assert file.read_text("utf-8") == made, f"{named(file)} is out of date: run `make schemas`"


def test_every_schema_is_committed_and_no_other() -> None:
    assert {file.name for file in SCHEMAS} == set(made_now())


@pytest.mark.parametrize("file", MODULES, ids=named)
def test_a_module_says_its_job_and_prints_nothing(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    assert ast.get_docstring(tree), f"{named(file)} has no docstring"
    printing = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert not printing, f"{named(file)} prints in lines {printing}"
