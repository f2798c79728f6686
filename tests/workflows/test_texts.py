"""What is put on GitHub and into outputs: never too long, inert, and only what is meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from github_stand_in import REPOSITORY, stand_in
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.core.sticky import Sticky, marker
from reconciler.report.hosted import MOST, body, footer, quoted
from reconciler.report.job_outputs import job_outputs

if TYPE_CHECKING:
    from pathlib import Path

    from project import ProjectDir

STICKY = Sticky(marker("plan", "prod"), (7, 1))
FOOTER = footer(
    commit="c0ffee1234567", fingerprint="ab" * 16, time="now", run_url="https://x.invalid"
)
WORDS = ["`", "\n", "<b>", "@ann", "\x1b", "\r", "ä", "~", "# ", "\u202e"]
HOSTILE = st.lists(st.sampled_from(WORDS)).map("".join)


def kinds(text: str) -> list[str]:
    return [token.type for token in MarkdownIt().parse(text)]


@given(st.one_of(st.text(), HOSTILE))
def test_a_quoted_text_is_one_block_of_code_and_nothing_else(text: str) -> None:
    found = quoted(text)
    assert kinds(found) == ["fence"]
    assert all(c.isprintable() or c == "\n" for c in found)


@given(st.one_of(st.text(), HOSTILE), st.integers(100, 400))
def test_a_quoted_text_is_as_long_as_allowed_at_most_and_says_where_it_is_cut(
    text: str, most: int
) -> None:
    found = quoted(text * 20, most)
    assert len(found.encode()) <= most
    assert found.count("*Cut here") == (found.count("beginning of"))
    assert set(kinds(found)) <= {"fence", "paragraph_open", "inline", "paragraph_close"}


@pytest.mark.parametrize("size", [10, MOST - 1000, MOST, 3 * MOST])
@pytest.mark.parametrize("letter", ["x", "ä", "😀", "`"])
def test_a_body_fits_whatever_the_report(size: int, letter: str) -> None:
    text = body(STICKY, letter * size, FOOTER)
    assert len(text.encode()) <= MOST
    assert text.startswith(STICKY.head)
    assert text.endswith(FOOTER)


def test_a_footer_holds_hashes_and_links_only() -> None:
    told = footer(commit="<b>", fingerprint="`x`", time="now", run_url="javascript:alert(1)")
    assert told == "<sub>now</sub>\n"
    assert (
        f"<sub>commit c0ffee1234, fingerprint `{'ab' * 16}`, now, [run](https://x.invalid)</sub>\n"
    ) == FOOTER


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            {"kind": "persona-reconciler/plan", "summary": {"create": 2, "no-op": 5}},
            {"has-changes": "true", "create": "2", "update": "0"},
        ),
        ({"kind": "persona-reconciler/plan", "summary": {"no-op": 5}}, {"has-changes": "false"}),
        ({"summary": {}, "fingerprint": "x\nhas-changes=true"}, {"has-changes": "false"}),
        (
            {"kind": "persona-reconciler/drift", "drift": [{"deleted": True}, {"deleted": False}]},
            {"has-changes": "true", "update": "1", "delete": "1"},
        ),
        (
            {
                "kind": "persona-reconciler/outcome",
                "results": [
                    {"action": "create", "status": "done"},
                    {"action": "update", "status": "failed"},
                ],
            },
            {"has-changes": "true", "create": "1", "update": "0"},
        ),
        ([], {"has-changes": "false"}),
    ],
)
def test_outputs_are_counts_of_what_is_planned_moved_or_done(
    document: Any, expected: dict[str, str]
) -> None:
    lines = dict(line.split("=", 1) for line in job_outputs(document).splitlines())
    assert expected.items() <= lines.items()
    assert "fingerprint" not in lines


def test_plan_tells_gitlab_its_three_counts(project: ProjectDir) -> None:
    project.write("personas/a.yaml", "persona_name: A\nsystem_prompt: You are A.\n")
    ran = project.ok("plan", "--format", "gitlab")
    assert ran.json == {"create": 1, "update": 0, "delete": 0}


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The variables of a job, and the file with its event."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 4, "head": {"sha": "c" * 40}}}))
    for name, value in {
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_TOKEN": "job-token",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_RUN_ID": "9",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_API_URL": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return event


def test_a_comment_in_a_folder_of_the_repository_is_another_one(
    project: ProjectDir, job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = project.directory / "report.md"
    report.write_text("All is well.\n")
    words = ("github", "comment", "--file", str(report))
    with stand_in() as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        for workspace in (project.directory, project.directory.parent):
            monkeypatch.setenv("GITHUB_WORKSPACE", str(workspace))
            for _ in range(2):
                project.ok(*words)
        first, second = github.texts(4)
        assert first.startswith("<!-- persona-reconciler:plan:sandbox -->\n<!-- run 9.1 -->\n")
        assert f":sandbox:{project.directory.name.replace('--', '%2D%2D')} -->" in second
        assert "commit cccccccccc" in first


def test_what_github_refuses_is_a_warning_or_with_strict_an_error(
    project: ProjectDir, job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("github", "approved", "--out", str(project.directory / "x"), "--artifact", "x")
    with stand_in() as github:
        github.tokens = {}
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        ran = project.ok(*words)
        assert ran.err.startswith("::warning title=GitHub did not do what was asked::")
        assert project.run(*words, "--strict").code == 1
        assert "job-token" not in ran.err


def test_outside_of_a_job_it_is_said_what_is_missing(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    ran = project.run("github", "issue", "--close")
    assert ran.code == 1
    assert "GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("issue",),
        ("issue", "--close", "--file", "reconciler.yaml"),
        ("fork-comment",),
    ],
)
def test_a_call_that_says_too_little_or_too_much_is_wrong_usage(
    project: ProjectDir, job: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.directory)
    assert project.run("github", *words).code == 64


def test_without_a_pull_request_in_the_event_its_number_is_needed(
    project: ProjectDir, job: Path
) -> None:
    job.write_text("{}")
    report = project.directory / "report.md"
    report.write_text("x")
    assert project.run("github", "comment", "--file", str(report)).code == 64
