"""`reconciler explain`: what is known of a field, on one page and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from golden_files import assert_golden
from pydantic import TypeAdapter

from reconciler.cli.main import main
from reconciler.core.explain.explaining import explain
from reconciler.core.fields import READ_ONLY
from reconciler.core.persona.shape import fields
from reconciler.core.service.profile import SHIPPED
from reconciler.desired.reserved import ReservedBlock
from reconciler.report.explain import explanation_document, explanation_text
from reconciler.report.formats import ExplanationDocument
from reconciler.report.machine import to_text

if TYPE_CHECKING:
    from pathlib import Path

    from project import ProjectDir


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("top", []),
        ("model", ["/layers/llm/model"]),
        ("layer", ["layers.conferencing"]),
        ("pal-word", ["layers.conversational_flow.pal_interruptibility"]),
        ("tools", ["layers.llm.tools"]),
        ("secret", ["layers.llm.api_key"]),
        ("replaced", ["layers.stt.participant_pause_sensitivity"]),
        ("read-only", ["skills"]),
        ("block", ["reconcile"]),
        ("block-member", ["reconcile.on_active_conversations"]),
    ],
)
def test_the_page_of_a_field(project: ProjectDir, name: str, words: list[str]) -> None:
    assert_golden(f"explain/{name}.txt", project.ok("explain", *words).out)


def test_the_document_has_the_documented_members(project: ProjectDir) -> None:
    for field in ("", "layers.llm.model", "created_at", "layers.llm.headers.X", "reconcile",
                  *(f"reconcile.{name}" for name in ReservedBlock.model_fields)):  # fmt: skip
        words = [field] if field else []
        document = project.ok("explain", *words, "--format", "json").json
        assert TypeAdapter(ExplanationDocument).validate_python(document) == document


@pytest.mark.parametrize("width", [100, 120])
def test_every_field_has_a_document_and_a_page_that_fits(width: int) -> None:
    shape = TypeAdapter(ExplanationDocument)
    for path in ((), *fields(), *READ_ONLY):
        explained = explain(path, SHIPPED)
        assert explained is not None
        document = explanation_document(explained, "shipped")
        assert shape.validate_python(document, strict=True) == json.loads(to_text(dict(document)))
        page = explanation_text(explained, "shipped", width=width)
        longest = max(page.splitlines()[1:], key=len)
        assert len(longest) <= width or " " not in longest.strip()
        assert "\n\n\n" not in page


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("layers.llm.modle", "Did you mean layers.llm.model?"),
        ("pal_nam", "Did you mean"),
        ("tools", "Did you mean layers.llm.tools or tool_ids?"),
        ("layers.llm.qqqqqq", "See what there is: reconciler explain layers.llm"),
        ("qqqqqq", "See what there is: reconciler explain"),
        ("reconcile.keys", "See what there is: reconciler explain reconcile"),
    ],
)
def test_an_unknown_field_is_wrong_usage_with_what_may_be_meant(
    project: ProjectDir, field: str, hint: str
) -> None:
    ran = project.run("explain", field)
    assert (ran.code, ran.out) == (64, "")
    assert f"There is no such field: {field}" in ran.err
    assert hint in ran.err


def test_what_is_no_path_is_wrong_usage(project: ProjectDir) -> None:
    ran = project.run("explain", "layers..llm")
    assert ran.code == 64
    assert "JSON Pointer" in ran.err


def test_it_needs_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["explain", "layers.llm.model"]) == 0
    shown = capsys.readouterr()
    assert "profile     shipped" in shown.out
    assert shown.err == ""


def test_the_profile_of_the_project_answers(project: ProjectDir) -> None:
    answer = "answers: {mangle_names: {value: both, confidence: seen, date: '2026-11'}}\n"
    project.write("profiles/ours.yaml", f"version: 1\ntaken: '2026-11-26'\n{answer}")
    project.replace("reconciler.yaml", "client: {r", "profile: profiles/ours.yaml\nclient: {r")
    shown = project.ok("explain", "pal_name").out
    assert "→ both (mangle_names, seen, 2026-11)" in shown
    assert "profile     ours" in shown


def test_a_project_that_cannot_be_read_does_not_matter_and_is_told(project: ProjectDir) -> None:
    project.write("reconciler.yaml", "version: 2\n")
    ran = project.ok("explain", "pal_name")
    assert "profile     shipped" in ran.out
    assert "The shipped service profile is used" in ran.err
