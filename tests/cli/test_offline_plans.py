"""Plans without Tavus: against a snapshot, and from one git revision to another."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from project import COACH, PROJECT, ProjectDir
from strategies import FREE, LAYERS, SCALAR

from reconciler.cli.offline import age
from reconciler.core.errors import SettingsError
from reconciler.state.snapshot import decode_snapshot

KEEPER: Final = """\
persona_name: Keeper
system_prompt: You keep secrets.
greeting: {$env: SECRET_GREETING}
default_replica_id: r90bbd427f71
layers:
  llm:
    model: my-model
    base_url: https://llm.example/v1
    api_key: {$env: CANARY}
    headers: {X-Auth: {$env: CANARY_HEADER}}
  tts: {tts_engine: cartesia, api_key: {$env: CANARY_VOICE}}
"""
CANARIES: Final = {
    "CANARY": "canary-key-7f3a-9",
    "CANARY_HEADER": "canary-header-5521",
    "CANARY_VOICE": "canary-voice-0042",
    "SECRET_GREETING": "canary-greeting-31",
    "TAVUS_API_KEY": "canary-api-key-9911",
}
SANDBOX_KEY: Final = "embedded-sandbox-key"
ONLINE: Final = PROJECT + "guards: {max_updates: 100%}\n"


def git(project: ProjectDir, *words: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    subprocess.run(
        ["git", "-C", str(project.directory), *identity, *words], check=True, capture_output=True
    )


def commit(project: ProjectDir) -> None:
    git(project, "add", "-A")
    git(project, "commit", "-qm", "x")


def actions(plan: Any) -> dict[str, str]:
    return {
        change["address"].removeprefix("persona/"): change["actions"][0]
        for change in plan["changes"]
    }


def fields(plan: Any, key: str) -> list[str]:
    (change,) = [c for c in plan["changes"] if c["address"] == f"persona/{key}"]
    return [field["path"] for field in change["fields"]]


# ------------------------------------------------------------------ snapshots

ANY: Final = st.one_of(
    st.none(),
    SCALAR,
    FREE,
    LAYERS,
    st.dictionaries(st.sampled_from(["llm", "tts", "conversational_flow"]), SCALAR | FREE),
)


@pytest.fixture
def recorded(project: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> ProjectDir:
    """Two applied personas, one full of secrets, recorded in live.json; then no variable is set."""
    for name, value in CANARIES.items():
        monkeypatch.setenv(name, value)
    project.write("reconciler.yaml", ONLINE)
    project.write("personas/coach.yaml", COACH)
    project.write("personas/keeper.yaml", KEEPER)
    project.apply()
    record(project)
    for name in CANARIES:
        monkeypatch.delenv(name)
    project.requests()
    return project


def record(project: ProjectDir) -> None:
    project.ok("snapshot", "--out", str(project.directory / "live.json"))


def against(project: ProjectDir, *words: str) -> Any:
    file = str(project.directory / "live.json")
    return project.plan("--against", file, *words)


def test_a_plan_against_a_snapshot_needs_no_key_no_secret_and_no_request(
    recorded: ProjectDir,
) -> None:
    plan = against(recorded)
    assert actions(plan) == {"coach": "no-op", "keeper": "no-op"}
    assert plan["drift"] == []
    assert recorded.requests() == []
    assert plan["against"]["side"] == "snapshot"
    assert plan["against"]["name"].endswith("live.json")
    assert plan["account"] == ""


def test_no_secret_is_in_a_snapshot(recorded: ProjectDir) -> None:
    text = (recorded.directory / "live.json").read_text()
    for canary in (*CANARIES.values(), SANDBOX_KEY):
        assert canary not in text
        assert canary[:-4] not in text
    assert "You keep secrets." in text


def test_what_was_sent_as_a_secret_is_left_out_where_its_value_is_not_known(
    recorded: ProjectDir,
) -> None:
    assert recorded.live("keeper")["greeting"] == CANARIES["SECRET_GREETING"]
    record(recorded)
    text = (recorded.directory / "live.json").read_text()
    assert not [canary for canary in CANARIES.values() if canary in text]


def test_a_field_that_became_a_secret_is_not_told_as_removed(recorded: ProjectDir) -> None:
    (recorded.directory / "personas/keeper.yaml").unlink()
    recorded.replace("personas/coach.yaml", "persona_name", "greeting: Hi\npersona_name")
    recorded.apply("--target", "coach")
    record(recorded)
    recorded.replace("personas/coach.yaml", "greeting: Hi", "greeting: {$env: NOT_SET}")
    assert actions(against(recorded))["coach"] == "no-op"


def test_no_digest_of_a_secret_is_in_a_snapshot(recorded: ProjectDir) -> None:
    state = recorded.directory / ".reconciler/state/sandbox/state.json"
    paths = json.loads(state.read_text())["bindings"]["persona/keeper"]["paths"]
    secret = {path: one for path, one in paths.items() if one.get("sensitive")}
    assert set(secret) == {
        "/greeting",
        "/layers/llm/api_key",
        "/layers/llm/headers/X-Auth",
        "/layers/tts/api_key",
    }
    text = (recorded.directory / "live.json").read_text()
    assert not [path for path, one in secret.items() if one["applied"] in text]


def test_it_says_the_same_as_a_plan_of_that_moment(recorded: ProjectDir) -> None:
    recorded.replace("personas/coach.yaml", "patience: low", "patience: high")
    recorded.write("personas/new.yaml", COACH.replace("Coach", "New"))
    recorded.edit("coach", [{"op": "add", "path": "/greeting", "value": "Ahoy"}])
    recorded.edit("coach", [{"op": "add", "path": "/system_prompt", "value": "Other."}])
    (recorded.directory / "personas/keeper.yaml").unlink()
    record(recorded)
    online, offline = recorded.plan(), against(recorded)
    assert actions(offline) == {"coach": "update", "new": "create", "keeper": "orphan"}
    for member in ("changes", "drift", "summary", "fingerprint", "approval_digests"):
        mine, theirs = offline[member], online[member]
        if member == "changes":
            for change in (*mine, *theirs):
                change.pop("conversations")
        assert mine == theirs, member


def test_a_changed_field_beside_secrets_is_the_only_one_told(recorded: ProjectDir) -> None:
    recorded.replace("personas/keeper.yaml", "You keep secrets.", "You keep every secret.")
    assert fields(against(recorded), "keeper") == ["/system_prompt"]


def test_a_secret_that_is_set_where_it_is_planned_makes_no_change(
    recorded: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", "another-key-entirely")
    assert actions(against(recorded))["keeper"] == "no-op"


def test_a_new_persona_with_secrets_is_a_create_in_which_they_are_masked(
    recorded: ProjectDir,
) -> None:
    recorded.write("personas/second.yaml", KEEPER.replace("Keeper", "Second"))
    plan = against(recorded)
    (change,) = [c for c in plan["changes"] if c["address"] == "persona/second"]
    assert change["actions"] == ["create"]
    assert change["body"]["layers"]["llm"]["api_key"] == "********"


def test_the_age_is_told_in_every_form(recorded: ProjectDir) -> None:
    file = recorded.directory / "live.json"
    value = json.loads(file.read_text())
    then = datetime.now(UTC) - timedelta(hours=3, minutes=10)
    value["recorded_at"] = then.isoformat()
    file.write_text(json.dumps(value))
    text = recorded.ok("plan", "--against", str(file)).out
    assert "Planned without Tavus" in text
    assert "3 hours ago" in text


@pytest.mark.parametrize(
    ("back", "told"),
    [
        (timedelta(days=2, hours=5), "2 days ago"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(seconds=5), "just now"),
        (-timedelta(hours=1), "in the future by this machine's clock"),
    ],
)
def test_an_age_is_in_the_largest_unit(back: timedelta, told: str) -> None:
    assert age((datetime.now(UTC) - back).isoformat()) == told


def test_such_a_plan_is_not_applied(recorded: ProjectDir) -> None:
    recorded.replace("personas/coach.yaml", "patience: low", "patience: high")
    live, plan = (str(recorded.directory / name) for name in ("live.json", "plan.json"))
    said = recorded.ok("plan", "--against", live, "--out", plan)
    assert "Apply exactly this" not in said.err
    ran = recorded.run("apply", plan)
    assert (ran.code, recorded.writes()) == (3, [])
    assert "it was made offline" in ran.err


def test_a_snapshot_of_another_environment_is_refused(recorded: ProjectDir) -> None:
    ran = recorded.run("plan", "--env", "pals", "--against", str(recorded.directory / "live.json"))
    assert ran.code == 1
    assert "The snapshot is of another environment" in ran.err


def test_a_digest_key_that_is_not_the_same_is_told(
    recorded: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILER_DIGEST_KEY", "another")
    ran = recorded.run("plan", "--against", str(recorded.directory / "live.json"))
    assert (ran.code, "another digest key" in ran.err) == (1, True)


def test_a_snapshot_goes_to_standard_output_and_of_nothing_is_empty(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    value = project.ok("snapshot").json
    assert (value["personas"], value["state"]["bindings"]) == ([], {})
    assert value["kind"] == "persona-reconciler/snapshot"


BROKEN: Final[dict[str, Any]] = {
    "empty": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "another kind": b'{"kind": "persona-reconciler/plan"}',
    "deep": b"[" * 100_000,
    "rather deep": b'{"kind": ' + b"[" * 200 + b"]" * 200 + b"}",
    "not a number": b'{"kind": NaN}',
    "no text": b"\xff\xfe",
    "half a character": b'{"kind": "\\ud800"}',
    "a huge number": b'{"kind": 1' + b"0" * 5000 + b"}",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_snapshot_is_a_clear_error(project: ProjectDir, data: bytes) -> None:
    project.write("personas/coach.yaml", COACH)
    (project.directory / "live.json").write_bytes(data)
    ran = project.run("plan", "--against", str(project.directory / "live.json"))
    assert ran.code == 1
    assert "The snapshot cannot be used" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("format_version", "2.0"),
        ("recorded_at", "yesterday"),
        ("recorded_at", "2026-11-26T10:00:00"),
        ("state", {}),
        ("state", {"kind": "x", "lineage": 3}),
        ("personas", [{}]),
        ("personas", [{"persona_id": "p1"}, {"persona_id": "p1"}]),
        ("personas", [{"persona_id": 1}]),
        ("personas", ["p1"]),
    ],
    ids=str,
)
def test_a_damaged_snapshot_is_a_clear_error(recorded: ProjectDir, at: str, value: Any) -> None:
    file = recorded.directory / "live.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), at: value}))
    with pytest.raises(SettingsError, match=r"live\.json: "):
        decode_snapshot(file.read_bytes(), "live.json")


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.dictionaries(st.sampled_from(["persona_name", "layers", "greeting", "x"]), ANY))
def test_whatever_a_snapshot_says_of_a_persona_it_is_planned_or_refused(
    recorded: ProjectDir, members: dict[str, Any]
) -> None:
    file = recorded.directory / "strange.json"
    value = json.loads((recorded.directory / "live.json").read_text())
    value["personas"] = [{"persona_id": recorded.bound("coach"), **members}]
    file.write_text(json.dumps(value))
    ran = recorded.run("plan", "--against", str(file), "--format", "json")
    assert "Traceback" not in ran.err
    assert ran.code in {0, 1}


# ------------------------------------------------------------------ revisions


@pytest.fixture
def repository(project: ProjectDir) -> ProjectDir:
    """A project in git whose variables nobody has set."""
    project.write("reconciler.yaml", ONLINE)
    project.write("personas/coach.yaml", COACH)
    project.write("personas/keeper.yaml", KEEPER)
    git(project, "init", "-q", "-b", "main")
    commit(project)
    return project


def base(project: ProjectDir, *words: str, ref: str = "main") -> Any:
    return project.plan("--base", ref, *words)


def test_nothing_changed_is_nothing_to_do(repository: ProjectDir) -> None:
    plan = base(repository)
    assert actions(plan) == {"coach": "no-op", "keeper": "no-op"}
    assert plan["drift"] == []
    assert not (repository.directory / ".reconciler").exists()


def test_changed_new_gone_and_moved_definitions_are_told_apart(repository: ProjectDir) -> None:
    repository.write("personas/stays.yaml", COACH.replace("Coach", "Stays"))
    commit(repository)
    repository.replace("personas/coach.yaml", "You are a coach.", "You are a good coach.")
    repository.write("personas/new.yaml", COACH.replace("Coach", "New"))
    (repository.directory / "personas/keeper.yaml").unlink()
    (repository.directory / "personas/stays.yaml").unlink()
    text = COACH.replace("Coach", "Stays") + "reconcile: {moved_from: stays}\n"
    repository.write("personas/moved.yaml", text)
    plan = base(repository)
    assert actions(plan) == {
        "coach": "update",
        "keeper": "orphan",
        "moved": "no-op",
        "new": "create",
    }
    assert fields(plan, "coach") == ["/system_prompt"]
    moved = next(c for c in plan["changes"] if c["address"] == "persona/moved")
    assert moved["previous_address"] == "persona/stays"
    assert actions(base(repository, "--prune"))["keeper"] == "delete"


def test_a_change_of_a_fragment_and_of_an_overlay_is_seen(repository: ProjectDir) -> None:
    repository.write("personas/prompts/p.md", "One.\n")
    repository.replace("personas/coach.yaml", "You are a coach.", "{$file: prompts/p.md}")
    repository.write("overlays/sandbox/persona/coach.yaml", "greeting: Hi\n")
    commit(repository)
    repository.write("personas/prompts/p.md", "Two.\n")
    assert fields(base(repository), "coach") == ["/system_prompt"]
    repository.write("overlays/sandbox/persona/coach.yaml", "greeting: Hello\n")
    assert fields(base(repository), "coach") == ["/greeting", "/system_prompt"]


def test_another_variable_is_a_change_and_its_value_is_none(
    repository: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", "canary-key-7f3a-9")
    assert actions(base(repository))["keeper"] == "no-op"
    repository.replace("personas/keeper.yaml", "{$env: CANARY}", "{$env: OTHER_KEY}")
    ran = repository.ok("plan", "--base", "main", "--format", "json")
    assert fields(ran.json, "keeper") == ["/layers/llm/api_key"]
    assert "canary-key" not in ran.out


def test_the_variables_of_the_project_file_are_those_of_each_revision(
    repository: ProjectDir,
) -> None:
    vars_ = "sandbox: {api: sandbox, vars: {face: r1}}"
    repository.replace("reconciler.yaml", "sandbox: {api: sandbox}", vars_)
    repository.replace("personas/coach.yaml", "r90bbd427f71", "{$var: face}")
    commit(repository)
    repository.replace("reconciler.yaml", "face: r1", "face: r2")
    assert fields(base(repository), "coach") == ["/default_replica_id"]


def test_an_earlier_definitions_directory_is_found(repository: ProjectDir) -> None:
    git(repository, "mv", "personas", "people")
    repository.write("reconciler.yaml", f"definitions: people\n{ONLINE}")
    assert set(actions(base(repository)).values()) == {"no-op"}


def test_a_project_below_the_root_of_the_repository_is_compared_with_itself(
    repository: ProjectDir, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = ProjectDir(tmp_path / "inner", capsys)
    inner.write("reconciler.yaml", ONLINE)
    inner.write("personas/only.yaml", COACH)
    commit(repository)
    inner.replace("personas/only.yaml", "patience: low", "patience: high")
    assert actions(base(inner)) == {"only": "update"}


def test_what_was_no_project_yet_is_all_new(repository: ProjectDir) -> None:
    git(repository, "checkout", "-q", "--orphan", "empty")
    git(repository, "rm", "-rq", "--cached", ".")
    git(repository, "commit", "-qm", "x", "--allow-empty")
    plan = base(repository, ref="empty")
    assert set(actions(plan).values()) == {"create"}
    assert "The revision has no project file" in [d["summary"] for d in plan["diagnostics"]]


def test_a_broken_definition_of_the_base_counts_as_not_there(repository: ProjectDir) -> None:
    good = (repository.directory / "personas/coach.yaml").read_text()
    repository.write("personas/coach.yaml", "persona_nam: x\n")
    commit(repository)
    repository.write("personas/coach.yaml", good)
    plan = base(repository)
    assert actions(plan) == {"coach": "create", "keeper": "no-op"}
    told = {d["summary"]: d["detail"] for d in plan["diagnostics"]}
    assert told["A definition of the revision has errors"] == "personas/coach.yaml at main"


def test_a_broken_project_file_of_the_base_is_told(repository: ProjectDir) -> None:
    repository.write("reconciler.yaml", "version: 7\n")
    commit(repository)
    repository.write("reconciler.yaml", ONLINE)
    told = [d["summary"] for d in base(repository)["diagnostics"]]
    assert "The project file of the revision has errors" in told


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", "-h", "main:reconciler.yaml", "main..x"])
def test_a_revision_that_is_none_is_a_clear_error(repository: ProjectDir, ref: str) -> None:
    ran = repository.run("plan", f"--base={ref}")
    assert ran.code == 1
    assert "Git knows no such revision" in ran.err
    assert not (repository.directory / "x").exists()


def test_without_a_repository_the_error_is_clear(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    ran = project.run("plan", "--base", "main")
    assert (ran.code, "Git knows no such revision" in ran.err) == (1, True)


def test_attributes_and_links_of_the_repository_change_nothing(repository: ProjectDir) -> None:
    repository.write(".gitattributes", "personas/* export-ignore filter=evil\n")
    outside = repository.directory.parent / "outside.md"
    outside.write_text("secret of this machine")
    (repository.directory / "personas/link.md").symlink_to(outside)
    commit(repository)
    (repository.directory / "personas/link.md").unlink()
    ran = repository.ok("plan", "--base", "main", "--format", "json")
    assert actions(ran.json) == {"coach": "no-op", "keeper": "no-op"}
    assert "secret of this machine" not in ran.out + ran.err


def test_a_plan_between_revisions_is_not_applied(repository: ProjectDir) -> None:
    file = str(repository.directory / "plan.json")
    repository.ok("plan", "--base", "main", "--out", file)
    assert json.loads(Path(file).read_text())["against"]["side"] == "revision"
    assert repository.run("apply", file).code == 3


def test_conversations_refuse_no_plan_that_nobody_applies(repository: ProjectDir) -> None:
    file = repository.directory / "personas/coach.yaml"
    said = "greeting: Hi\nreconcile: {on_active_conversations: refuse}\n"
    file.write_text(COACH + said)
    plan = base(repository)
    assert (actions(plan)["coach"], plan["refusals"]) == ("update", [])


def test_the_text_says_what_it_is_about(repository: ProjectDir) -> None:
    repository.replace("personas/coach.yaml", "patience: low", "patience: high")
    out = repository.ok("plan", "--base", "main").out
    assert "persona/coach (coach@main)" in out
    assert "against the definitions of main" in out
    assert repository.run("plan", "--base", "main", "--detailed-exitcode").code == 2


def test_both_sides_at_once_is_wrong_usage(repository: ProjectDir) -> None:
    repository.write("live.json", "{}")
    file = str(repository.directory / "live.json")
    assert repository.run("plan", "--base", "main", "--against", file).code == 64
