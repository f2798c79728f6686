"""`apply --waves` on the emulator: canaries first, a bake time, checks, halt and resume."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from typing import Any, Final

import pytest
from project import COACH, PROJECT, ProjectDir

from reconciler.sandbox.faults import Fault

WAVES: Final = """\
guards: {max_updates: 100%}
waves:
  - {name: canary, labels: {tier: canary}, check: [./probe.sh, --quick]}
  - {name: half, labels: {tier: half}}
  - {name: rest, check: [./probe.sh]}
"""

PROBE = """\
#!/bin/sh
echo "asked about $RECONCILER_WAVE with $*"
env >> seen.txt
test ! -e "bad-$RECONCILER_WAVE"
"""

TIERS = {"ann": "canary", "bob": "half", "cid": "rest", "dan": ""}


def persona(name: str, tier: str) -> str:
    return COACH.replace("Coach", name.title()) + f"reconcile: {{labels: {{tier: '{tier}'}}}}\n"


@pytest.fixture
def fleet(project: ProjectDir) -> ProjectDir:
    """Four personas in three waves, applied as a whole, and all edited."""
    project.write("reconciler.yaml", PROJECT + WAVES)
    project.write("probe.sh", PROBE)
    (project.directory / "probe.sh").chmod(0o755)
    for name, tier in TIERS.items():
        project.write(f"personas/{name}.yaml", persona(name, tier))
    project.apply()
    edit(project, *TIERS)
    project.requests()
    return project


def edit(project: ProjectDir, *names: str) -> None:
    for name in names:
        project.replace(f"personas/{name}.yaml", "patience: low", "patience: high")


def bad(project: ProjectDir, wave: str) -> None:
    """Let the check of a wave fail from now on."""
    project.write(f"bad-{wave}", "")


def good(project: ProjectDir, wave: str) -> None:
    (project.directory / f"bad-{wave}").unlink()


def patched(project: ProjectDir) -> list[str]:
    """The keys of the personas that were patched, in order."""
    names = {project.bound(name): name for name in TIERS}
    found = (one.split("/")[-1] for one in project.writes() if one.startswith("PATCH"))
    return [names[persona_id] for persona_id in found]


def probe_runs(project: ProjectDir, *words: str) -> None:
    """Let the check of the canary be a command of ours: somebody who does something meanwhile."""
    command = [sys.executable, "-m", "reconciler", *words, "--chdir", str(project.directory)]
    project.replace("reconciler.yaml", "./probe.sh, --quick", json.dumps(command)[1:-1])


def waves_in_history(project: ProjectDir) -> list[str]:
    runs = project.ok("history", "--format", "json").json
    return [run["wave"] for run in reversed(runs)]


def test_waves_go_out_in_order_and_what_fits_none_in_the_last(fleet: ProjectDir) -> None:
    ran = fleet.ok("apply", "--auto-approve", "--waves")
    order = patched(fleet)
    assert order[:2] == ["ann", "bob"]
    assert sorted(order[2:]) == ["cid", "dan"]
    assert "In waves: canary 1, half 1, rest 2." in ran.err
    assert "check of canary: asked about canary with --quick" in ran.err
    assert "check of rest: asked about rest with" in ran.err
    assert waves_in_history(fleet) == ["", "canary", "half", "rest"]
    assert "apply, wave canary" in fleet.ok("history").out
    assert "wave canary" in fleet.ok("history", "ann").out
    assert not fleet.plan()["summary"]["update"]


def test_a_failed_check_halts_and_the_next_run_has_to_pass_it_first(fleet: ProjectDir) -> None:
    bad(fleet, "canary")
    ran = fleet.run("apply", "--auto-approve", "--waves", "--format", "json")
    assert ran.code == 4
    assert ran.json["halted"] == "the check of wave canary ended with exit code 1"
    assert {(r["address"], r["status"], r["wave"]) for r in ran.json["results"]} == {
        ("persona/ann", "done", "canary"),
        ("persona/bob", "not started", "half"),
        ("persona/cid", "not started", "rest"),
        ("persona/dan", "not started", "rest"),
    }
    assert ran.json["results"][1]["detail"] == ran.json["halted"]
    assert patched(fleet) == ["ann"]

    again = fleet.run("apply", "--auto-approve", "--waves")
    assert again.code == 3
    assert patched(fleet) == []

    good(fleet, "canary")
    fleet.ok("apply", "--auto-approve", "--waves")
    assert sorted(patched(fleet)) == ["bob", "cid", "dan"]
    assert waves_in_history(fleet) == ["", "canary", "half", "rest"]


def test_a_failed_check_of_the_last_wave_is_no_success(fleet: ProjectDir) -> None:
    bad(fleet, "rest")
    ran = fleet.run("apply", "--auto-approve", "--waves", "--format", "json")
    assert (ran.code, ran.json["halted"]) == (4, "the check of wave rest ended with exit code 1")


def test_a_check_that_cannot_be_run_halts(fleet: ProjectDir) -> None:
    (fleet.directory / "probe.sh").unlink()
    ran = fleet.run("apply", "--auto-approve", "--waves", "--format", "json")
    assert ran.code == 4
    assert ran.json["halted"].startswith("the check of wave canary cannot be run: ./probe.sh: No")


def test_a_change_that_fails_halts_the_later_waves(fleet: ProjectDir) -> None:
    with fleet.emulator() as store:
        store.add_fault(Fault(kind="status", status=403, method="PATCH"))
    ran = fleet.run("apply", "--auto-approve", "--waves", "--format", "json")
    assert (ran.code, ran.json["halted"]) == (1, "wave canary is not live as a whole")
    assert ran.json["summary"] == {"failed": 1, "not started": 3}


def test_deletes_come_after_the_check_of_the_last_wave(fleet: ProjectDir) -> None:
    (fleet.directory / "personas/dan.yaml").unlink()
    bad(fleet, "rest")
    assert fleet.run("apply", "--auto-approve", "--waves", "--prune").code == 4
    assert not [write for write in fleet.writes() if write.startswith("DELETE")]
    good(fleet, "rest")
    fleet.ok("apply", "--auto-approve", "--waves", "--prune")
    assert [write.split()[0] for write in fleet.writes()] == ["DELETE"]
    assert waves_in_history(fleet)[-1] == "deletes"


def test_a_first_apply_in_waves_creates_everything_with_secrets(
    project: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THEIR_KEY", "s3cret-of-theirs")
    project.write("reconciler.yaml", PROJECT + "waves: [{name: a, labels: {t: a}}, {name: b}]\n")
    llm = "llm: {model: m, base_url: 'https://x.example', api_key: {$env: THEIR_KEY}}"
    for name, tier in {"ann": "a", "bob": "b"}.items():
        text = COACH.replace("llm: {model: tavus-gemma-4}", llm).replace("Coach", name)
        project.write(f"personas/{name}.yaml", f"{text}reconcile: {{labels: {{t: {tier}}}}}\n")
    fingerprint = project.plan()["fingerprint"]
    project.ok("apply", "--waves", "--expect", fingerprint)
    assert project.plan()["summary"]["no-op"] == 2


def test_an_approved_plan_file_goes_out_in_waves(fleet: ProjectDir) -> None:
    file = str(fleet.directory / "plan.json")
    fleet.ok("plan", "--out", file)
    fleet.ok("apply", file, "--waves")
    assert len(patched(fleet)) == 4


def test_what_moved_between_two_waves_is_not_overwritten(fleet: ProjectDir) -> None:
    path = "/layers/conversational_flow/turn_taking_patience"
    probe_runs(fleet, "sandbox", "edit", "bob", "--set", f"{path}=medium")
    ran = fleet.run("apply", "--auto-approve", "--waves", "--format", "json")
    assert ran.code == 4, ran.err
    assert ran.json["halted"].startswith("wave half was not begun: What would be sent now is not")
    assert "persona/bob: layers.conversational_flow.turn_taking_patience" in ran.json["halted"]
    assert patched(fleet) == ["ann"]


def test_the_environment_is_free_between_two_waves(fleet: ProjectDir) -> None:
    """A check that applies something itself is let in, and the rest goes on from there."""
    probe_runs(fleet, "apply", "--auto-approve", "--target", "bob", "--lock-timeout", "5")
    state = fleet.directory / "state.git"
    git(fleet, "init", "-q")
    git(fleet, "init", "-q", "--bare", str(state))
    git(fleet, "remote", "add", "origin", str(state))
    fleet.replace(
        "reconciler.yaml", "sandbox: {api: sandbox}", "sandbox: {api: sandbox, state: git}"
    )
    fleet.ok("apply", "--auto-approve", "--waves")
    assert not fleet.plan()["summary"]["update"]


def git(project: ProjectDir, *words: str) -> None:
    subprocess.run(["git", "-C", str(project.directory), *words], check=True)


def test_a_check_gets_no_key(fleet: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAVUS_API_KEY", "k3y-C4N4RY")
    monkeypatch.setenv("SAME_KEY", "k3y-C4N4RY")
    monkeypatch.setenv("RECONCILER_DIGEST_KEY", "")
    monkeypatch.setenv("PROBE_TARGET", "https://probe.example")
    fleet.ok("apply", "--auto-approve", "--waves")
    seen = (fleet.directory / "seen.txt").read_text()
    assert "PROBE_TARGET=https://probe.example" in seen
    assert "C4N4RY" not in seen
    assert "RECONCILER_DIGEST_KEY" not in seen


def test_when_idle_holds_the_later_waves_back(fleet: ProjectDir) -> None:
    fleet.ok("sandbox", "talk", "ann")
    words = ("--waves", "--when-idle", "--timeout", "0")
    assert fleet.run("apply", "--auto-approve", *words).code == 3
    assert patched(fleet) == []
    fleet.ok("sandbox", "talk", "ann", "--end")
    fleet.ok("sandbox", "talk", "cid")
    ran = fleet.run("apply", "--auto-approve", *words)
    assert (ran.code, patched(fleet)) == (4, ["ann", "bob", "dan"])


def test_refuse_is_looked_at_again_before_each_wave(fleet: ProjectDir) -> None:
    text = (fleet.directory / "personas/bob.yaml").read_text()
    said = text.replace("reconcile: {", "reconcile: {on_active_conversations: refuse, ")
    fleet.write("personas/bob.yaml", said)
    probe_runs(fleet, "sandbox", "talk", "bob")
    ran = fleet.run("apply", "--auto-approve", "--waves", "--format", "json")
    assert (ran.code, patched(fleet)) == (4, ["ann"])
    assert "persona/bob says refuse, and 1 conversation is active" in ran.json["halted"]


def test_confirmed_numbers_are_those_of_the_whole_plan(fleet: ProjectDir) -> None:
    fleet.ok("apply", "--auto-approve", "--waves", "--allow-updates", "4")
    assert len(patched(fleet)) == 4


def interrupted(project: ProjectDir, after: str) -> tuple[int, Any, str]:
    """Apply in waves in a process of its own, Ctrl-C once it says this; code, JSON, errors."""
    words = ["apply", "--auto-approve", "--waves", "--format", "json"]
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", *words],
        cwd=project.directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = ""
        while after not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    return process.returncode, json.loads(out), said + err


def test_ctrl_c_while_baking_ends_cleanly_and_the_rest_of_it_is_baked_later(
    fleet: ProjectDir,
) -> None:
    fleet.replace("reconciler.yaml", "tier: canary}, check", "tier: canary}, bake: 2h, check")
    code, outcome, said = interrupted(fleet, after="Wave canary: to hold for 2h.")
    assert (code, outcome["interrupted"], outcome["halted"]) == (4, True, "")
    assert "Stopping" in said
    assert patched(fleet) == ["ann"]
    time.sleep(1)
    code, outcome, said = interrupted(fleet, after="Wave canary: to hold for")
    left = re.search(r"to hold for (\d+)s", said)
    assert left, said
    assert 7000 < int(left[1]) < 7200
    assert (code, outcome["interrupted"], patched(fleet)) == (1, True, [])


def test_ctrl_c_before_the_last_wave_has_held_is_no_success(fleet: ProjectDir) -> None:
    fleet.replace("reconciler.yaml", "name: rest, check", "name: rest, bake: 1h, check")
    code, outcome, _ = interrupted(fleet, after="Wave rest: to hold for 1h.")
    assert (code, outcome["interrupted"], outcome["summary"]) == (4, True, {"done": 4})


def test_ctrl_c_ends_a_check_that_hangs(fleet: ProjectDir) -> None:
    fleet.write("probe.sh", "#!/bin/sh\necho here\nexec sleep 60\n")
    code, outcome, _ = interrupted(fleet, after="check of canary: here")
    assert (code, outcome["interrupted"], outcome["halted"]) == (4, True, "")


def test_without_waves_in_the_project_file_the_option_is_refused(project: ProjectDir) -> None:
    project.write("personas/coach.yaml", COACH)
    ran = project.run("apply", "--auto-approve", "--waves")
    assert ran.code == 1
    assert "The project has no waves" in ran.err


def test_with_nothing_to_do_no_check_is_run(fleet: ProjectDir) -> None:
    fleet.apply()
    bad(fleet, "canary")
    fleet.ok("apply", "--auto-approve", "--waves")


@pytest.mark.parametrize(
    ("waves", "told"),
    [
        ("[{name: a b}]", "reconciler.yaml:7:16: error: The name cannot be used"),
        ("[{name: a, bake: 3d}]", "reconciler.yaml:7:25: error: The value cannot be used"),
        ("[{name: a, lables: {x: y}}]", "Did you mean labels?"),
        ("[{name: a, check: ./probe.sh}]", "waves[0].check: a list is expected"),
        ("[{name: a}, {name: b}]", "a has no labels; only the last wave may go without"),
    ],
)
def test_a_mistake_in_the_waves_is_told_with_its_place(
    project: ProjectDir, waves: str, told: str
) -> None:
    project.write("reconciler.yaml", f"{PROJECT}waves: {waves}\n")
    ran = project.run("plan")
    assert ran.code == 1
    assert told in ran.err
