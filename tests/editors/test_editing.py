"""Editors: what a YAML language server shows in a project as `reconciler init` leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from language_server import LOCKED, language_server

from reconciler.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from language_server import LanguageServer

PERSONA = "# yaml-language-server: $schema=../schemas/persona.schema.json\n"
OVERLAY = "# yaml-language-server: $schema=../../../schemas/overlay.schema.json\n"
PROJECT = "# yaml-language-server: $schema=../schemas/project.schema.json\n"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project."""
    directory = tmp_path_factory.mktemp("project")
    assert main(["init", "--chdir", str(directory)]) == 0
    return directory


@pytest.fixture(scope="module")
def editor(directory: Path) -> Iterator[LanguageServer]:
    """A server in it."""
    with language_server(directory) as server:
        yield server


def test_a_definition_is_completed_explained_and_checked(
    directory: Path, editor: LanguageServer
) -> None:
    file = directory / "personas" / "new.yaml"
    text = f"{PERSONA}persona_name: Mara\ngreting: Hello\npipeline_mode: \n"
    assert editor.problems(file, text) == ["Property greting is not allowed."]
    fields = editor.completions(file, 3, 1)
    assert "Who the persona is" in fields["system_prompt"]
    assert {"full", "echo"} <= editor.completions(file, 4, 16).keys()
    assert "name" in editor.hover(file, 2, 3)


def test_a_deprecated_field_says_what_replaces_it(directory: Path, editor: LanguageServer) -> None:
    file = directory / "personas" / "old.yaml"
    text = f"{PERSONA}persona_name: Mara\nguardrails_id: g1\n"
    editor.problems(file, text)
    shown = editor.hover(file, 3, 3).replace("\\", "")
    assert "Replaced in 2026-06 by guardrail_ids" in shown


def test_the_project_file_is_completed_explained_and_checked(
    directory: Path, editor: LanguageServer
) -> None:
    file = directory / "other" / "reconciler.yaml"
    text = f"{PROJECT}default_environment: a\nenvironments: {{a: {{prune: 1}}}}\nlint:\n  PR203: \n"
    assert 'Incorrect type. Expected "boolean".' in editor.problems(file, text)
    levels = {word.strip('"') for word in editor.completions(file, 5, 10)}
    assert {"off", "warning", "error"} <= levels
    assert "placeholder" in editor.hover(file, 5, 4)


def test_the_project_file_that_init_writes_has_no_problem(
    directory: Path, editor: LanguageServer
) -> None:
    file = directory / "reconciler.yaml"
    assert editor.problems(file, file.read_text("utf-8")) == []


def test_an_overlay_is_completed_like_a_definition(directory: Path, editor: LanguageServer) -> None:
    file = directory / "overlays" / "prod" / "persona" / "greeter.yaml"
    editor.problems(file, f"{OVERLAY}greeting: Hello\n\n")
    assert "system_prompt" in editor.completions(file, 3, 1)


def test_the_lock_of_the_server_names_no_address() -> None:
    assert "://" not in (LOCKED / "package-lock.json").read_text("utf-8")
