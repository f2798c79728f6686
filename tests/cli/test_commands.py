"""init, import, show, diff, schema, state and sandbox, as a user calls them."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from project import COACH, ProjectDir

from reconciler.cli.main import main
from reconciler.sandbox.stock import FROM_2025, MAKER_BUILT

if TYPE_CHECKING:
    from pathlib import Path


def test_init_gives_a_project_that_validates_plans_and_applies(
    tmp_path: Path, project: ProjectDir
) -> None:
    (tmp_path / "reconciler.yaml").unlink()
    project.ok("init")
    assert "1 definition: valid" in project.ok("validate").out
    assert project.plan()["summary"]["create"] == 1
    project.apply()
    assert project.plan()["summary"]["no-op"] == 1
    assert (tmp_path / ".gitignore").read_text() == ".reconciler/\n"


def test_init_overwrites_nothing(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.write(".gitignore", "x")
    before = (project.directory / "reconciler.yaml").read_text()
    assert "kept" in project.ok("init").err
    assert (project.directory / "reconciler.yaml").read_text() == before
    assert not (project.directory / "personas/greeter.md").exists()
    assert (project.directory / ".gitignore").read_text() == "x\n.reconciler/\n"
    project.ok("init")
    assert (project.directory / ".gitignore").read_text() == "x\n.reconciler/\n"


@pytest.mark.parametrize("environment", ["sandbox", "pals"])
def test_after_import_all_the_plan_is_empty(project: ProjectDir, environment: str) -> None:
    with project.emulator() as store:
        for record in (MAKER_BUILT, FROM_2025):
            store.seed(record)
        store.seed(
            {
                "persona_name": "Long one (v2)",
                "system_prompt": "First line. \n\n---\nno: yes\n\tTabs, “quotes” and 🎈\n" * 5,
                "layers": {"tts": {"tts_engine": "cartesia", "voice_settings": {"speed": 0.25}}},
            }
        )
    project.ok("import", "--all", "--env", environment)
    plan = project.plan("--env", environment)
    assert plan["summary"]["no-op"] == 3
    assert sum(plan["summary"].values()) == 3
    project.requests()
    project.apply("--env", environment)
    assert project.writes() == []


def test_import_leaves_out_ids_times_defaults_and_masks(project: ProjectDir) -> None:
    dump = {
        "data": [
            {
                "persona_id": "p0123456789a",
                "persona_name": "Dumped",
                "system_prompt": "You were dumped.",
                "created_at": "2026-01-01T00:00:00Z",
                "context": "",
                "document_ids": [],
                "layers": {
                    "llm": {
                        "model": "mine",
                        "base_url": "https://x.example",
                        "api_key": "********",
                    },
                    "stt": {"stt_engine": "tavus-auto"},
                },
            }
        ]
    }
    project.write("dump.json", json.dumps(dump))
    ran = project.ok("import", "--file", str(project.directory / "dump.json"))
    assert ran.out == "personas/dumped.yaml\n"
    text = (project.directory / "personas/dumped.yaml").read_text()
    for absent in ("p0123456789a", "2026-01-01", "context", "document_ids", "********", "stt"):
        assert absent not in text
    assert "mine" in text


def test_import_of_what_is_bound_or_unknown_is_refused(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    assert project.run("import", project.bound("coach")).code == 3
    assert project.run("import", "p00000000000").code == 3
    assert project.run("import").code == 64
    assert project.run("import", "--all", "p1").code == 64
    assert [file.name for file in (project.directory / "personas").iterdir()] == ["coach.yaml"]


def test_import_writes_beside_what_is_there_and_never_over_it(project: ProjectDir) -> None:
    project.write("personas/coach.md", "---\npersona_name: Other\n---\nKeep me.\n")
    with project.emulator() as store:
        persona = store.seed({"persona_name": "Coach", "system_prompt": "Me."})
    assert project.run("import", persona, "--key", "coach").code == 3
    project.ok("import", persona)
    assert (project.directory / "personas/coach-2.yaml").exists()
    assert "Keep me." in (project.directory / "personas/coach.md").read_text()


def test_show_gives_definition_binding_and_live(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    assert project.ok("show", "coach", "--format", "json").json["id"] is None
    project.apply()
    shown = project.ok("show", "persona/coach", "--format", "json").json
    assert shown["id"] == project.bound("coach")
    assert shown["live"]["persona_name"] == "Coach"
    assert "personas/coach.yaml" in project.ok("show", "coach").out
    assert project.run("show", "nobody").code == 64


def test_show_resolved_names_the_origin_of_every_value(project: ProjectDir) -> None:
    project.write("personas/prompts/tone.md", "Be kind.\n")
    project.write(
        "personas/coach.yaml", "persona_name: C\nsystem_prompt: {$file: prompts/tone.md}\n"
    )
    out = project.ok("show", "coach", "--resolved").out
    assert re.search(r'persona_name: "C"\s+personas/coach.yaml:1:1', out)
    assert re.search(r'system_prompt: "Be kind."\s+personas/prompts/tone.md:1', out)


def test_diff_prints_a_patch_of_members(project: ProjectDir) -> None:
    project.write("a.json", '{"a": {"b": 1, "c": [1]}, "d": 2}')
    project.write("b.json", '{"a": {"b": 1.0, "c": [2]}, "e/f": null}')
    files = [str(project.directory / name) for name in ("a.json", "b.json")]

    assert main(["diff", *files]) == 0
    out = project._capsys.readouterr().out
    assert json.loads(out) == [
        {"op": "remove", "path": "/d"},
        {"op": "replace", "path": "/a/c/0", "value": 2},
        {"op": "add", "path": "/e~1f", "value": None},
    ]


def test_state_commands_list_bind_and_forget(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    assert project.ok("state", "list").out == ""
    project.apply()
    persona = project.bound("coach")
    assert f"persona/coach  {persona}" in project.ok("state", "list").out
    assert project.ok("state", "show").json["bindings"]["persona/coach"]["id"] == persona
    assert project.run("state", "bind", "other", persona).code == 3
    assert project.run("state", "bind", "other", "p00000000000").code == 3
    project.ok("state", "forget", "coach")
    assert project.run("state", "forget", "coach").code == 64
    assert project.plan()["summary"]["adopt"] == 1


def test_a_sandbox_reset_forgets_its_bindings(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    project.ok("sandbox", "reset")
    assert project.plan()["summary"]["create"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ["coach", "--set", "layers/llm=1"],
        ["coach", "--set", "/layers"],
        ["coach", "--patch", "{}"],
        ["coach", "--patch", "nonsense"],
        ["coach"],
    ],
)
def test_a_wrong_sandbox_edit_is_wrong_usage(project: ProjectDir, words: list[str]) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    assert project.run("sandbox", "edit", *words).code == 64


def test_a_first_apply_notes_the_account_as_later_plans_see_it(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    stored = project.directory / ".reconciler/state/sandbox/state.json"
    assert json.loads(stored.read_text())["account"] == project.plan()["account"]


def test_a_state_of_another_endpoint_or_account_leads_to_no_write(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    state = project.directory / ".reconciler/state/sandbox/state.json"
    document = json.loads(state.read_text())
    for change in ({"endpoint": "https://tavusapi.com"}, {"lineage": "x", "key_check": "y"}):
        state.write_text(json.dumps({**document, **change}))
        project.requests()
        assert project.run("apply", "--auto-approve").code == 3
        assert project.writes() == []
    state.write_text(json.dumps(document))
    with project.emulator() as store:
        store.delete(project.bound("coach"))
    ran = project.run("apply", "--auto-approve")
    assert (ran.code, project.writes()) == (3, [])
    assert "do not exist for this API key" in ran.err


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"kind": "x"}', "\0"])
def test_a_damaged_state_is_an_error_and_never_an_empty_one(
    project: ProjectDir, damage: str
) -> None:
    project.write("personas/coach.yaml", COACH)
    project.apply()
    (project.directory / ".reconciler/state/sandbox/state.json").write_text(damage)
    project.requests()
    ran = project.run("apply", "--auto-approve")
    assert (ran.code, project.writes()) == (1, [])
    assert "state" in ran.err


def test_an_odd_digest_key_is_refused_with_the_variable_named(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("personas/coach.yaml", COACH)
    monkeypatch.setenv("RECONCILER_DIGEST_KEY", "team-secret-0001")
    project.apply()
    assert project.plan()["summary"]["no-op"] == 1
    monkeypatch.delenv("RECONCILER_DIGEST_KEY")
    ran = project.run("plan")
    assert ran.code == 3
    assert "RECONCILER_DIGEST_KEY" in ran.err


def diff(
    project: ProjectDir, before: Any, after: Any, *words: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """`reconciler diff` of two values."""
    project.write("a.json", json.dumps(before))
    project.write("b.json", json.dumps(after))
    files = [str(project.directory / name) for name in ("a.json", "b.json")]
    capsys.readouterr()
    code = main(["diff", *files, *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_diff_takes_rules_and_reuse(
    project: ProjectDir, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = {"old": {"x": "a value that is long"}}, {"new": {"x": "a value that is long"}}
    code, out, _ = diff(project, before, after, "--check", capsys=capsys)
    assert (code, [one["op"] for one in json.loads(out)]) == (0, ["replace"])
    code, out, err = diff(project, before, after, "--reuse", "--stats", "--check", capsys=capsys)
    assert (code, json.loads(out)) == (0, [{"op": "move", "from": "/old", "path": "/new"}])
    assert "1 operation, 43 bytes" in err
    many = [f"an identifier of some length {number}" for number in range(9)]
    for rules, kinds in (("surgical", ["remove"]), ("tavus", ["test", "remove"])):
        code, out, _ = diff(project, many, many[1:], "--rules", rules, capsys=capsys)
        assert (code, [one["op"] for one in json.loads(out)]) == (0, kinds)


def test_diff_answers_a_stream_in_order_and_ends_it_at_a_bad_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        {"from": 1, "to": 1},
        {"from": {"a": 1}, "to": {"a": True}, "rules": "wire"},
        {"from": {}},
        {"from": 1, "to": 2},
    ]
    text = "\n\n".join(map(json.dumps, lines))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["diff", "--jsonl", "--check"]) == 1
    captured = capsys.readouterr()
    answers = [json.loads(line) for line in captured.out.splitlines()]
    assert answers[0] == {"patch": []}
    assert len(answers) == 2
    assert "line 5" in captured.err


def nested(depth: int, inner: int) -> Any:
    value: Any = inner
    for _ in range(depth):
        value = {"a": [value]}
    return value


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"from":1,"to":"\xff"}', "line 2: it is not UTF-8"),
        (b'{"from":NaN,"to":1}', "line 2: NaN"),
        (b'{"from":1,"to":1e999}', "NaN or infinity"),
        (b'{"from":1,"to":2,"rules":null}', "line 2: None"),
        (b"[1]", "line 2"),
        (json.dumps({"from": nested(250, 1), "to": nested(250, 2)}).encode(), "nested too deeply"),
    ],
    ids=["bytes", "constant", "infinity", "rules", "list", "deep"],
)
def test_diff_answers_what_stands_before_a_bad_line(
    line: bytes, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.BytesIO(b'\xef\xbb\xbf{"from":1,"to":2}\n' + line + b'\n{"from":1,"to":2}')
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(stream))
    assert main(["diff", "--jsonl", "--stats"]) == 1
    out, err = capsys.readouterr()
    assert out == '{"patch":[{"op":"replace","path":"","value":2}]}\n'
    assert err.startswith("1 operation, ")
    assert said in err
    assert "Traceback" not in err


def test_diff_writes_a_lone_surrogate_as_it_was_read(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = diff(project, "", "\ud800é", "--check", capsys=capsys)
    assert (code, json.loads(out)[0]["value"]) == (0, "\ud800é")
    line = io.BytesIO(b'{"from":1,"to":"\\ud800"}')
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(line))
    assert main(["diff", "--jsonl"]) == 0
    assert json.loads(capsys.readouterr().out)["patch"][0]["value"] == "\ud800"
