"""A team's day: 300 personas on 12 bases in three environments, on the built-in emulator.

    python benchmarks/team.py [NUMBER_OF_PERSONAS]

One base changes, and the plan is about the personas that `graph --affected` lists; overlays of
staging are promoted, and the plan of prod is about just those; an outside edit is pulled, and the
diff is about its line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BASES = 12
PROJECT = """\
version: 1
default_environment: prod
environments:
  dev: {api: sandbox, vars: {voice: r90bbd427f71}}
  staging: {api: sandbox, vars: {voice: r90bbd427f71}}
  prod: {api: sandbox, vars: {voice: r5f0577fc829}}
"""
BASE = """\
# What the personas of a line share.
default_replica_id: {$var: voice}
layers:
  llm: {model: tavus-gpt-oss}
  conversational_flow: {turn_taking_patience: low}
"""


def write(root: Path, name: str, text: str) -> None:
    """Write a file; its folders are made."""
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def write_team(root: Path, number: int) -> None:
    """The project: bases, and a persona on each in turn."""
    write(root, "reconciler.yaml", PROJECT)
    for index in range(BASES):
        write(root, f"personas/bases/line{index:02}.yaml", BASE)
    for index in range(number):
        head = f"persona_name: Persona {index}\nreconcile:\n"
        extends = f"  extends: [bases/line{index % BASES:02}.yaml]\n"
        write(root, f"personas/p{index:04}.md", f"---\n{head}{extends}---\nYou are {index}.\n")


def run(root: Path, *words: str) -> tuple[str, float]:
    """What a command prints, and its seconds. It has to end well."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", *words, "--chdir", str(root)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    if done.returncode:
        sys.exit(f"{words} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout, time.perf_counter() - start


def updates(root: Path) -> tuple[set[str], float]:
    """The addresses that a plan of prod would update, and the seconds of the plan."""
    out, seconds = run(root, "plan", "--env", "prod", "--format", "json")
    changes = json.loads(out)["changes"]
    return {c["address"] for c in changes if c["actions"] == ["update"]}, seconds


def main(number: int) -> None:
    """Walk through the day and print a row per step."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        write_team(root, number)
        _, created = run(root, "apply", "--env", "prod", "--auto-approve")
        print(f"a team of {number} personas on {BASES} bases; ratios are to the empty plan")
        still, empty = updates(root)
        print(f"  apply everything  {number:>4} created         {created / empty:6.2f}")
        print(f"  plan, nothing new {len(still):>4} to update       {1:6.2f}")
        write(root, "personas/bases/line00.yaml", BASE.replace(": low", ": high"))
        out, graph = run(root, "graph", "--affected", str(root / "personas/bases/line00.yaml"))
        print(f"  graph --affected  {len(out.split()):>4} affected        {graph / empty:6.2f}")
        moved, planned = updates(root)
        same = "the same" if moved == set(out.split()) else "NOT THE SAME"
        print(f"  plan, a base new  {len(moved):>4} to update, {same} {planned / empty:6.2f}")
        run(root, "apply", "--env", "prod", "--auto-approve")
        for index in range(1, number, BASES):
            write(root, f"overlays/staging/persona/p{index:04}.yaml", "greeting: Good day\n")
        _, promoted = run(root, "promote", "staging", "prod")
        written = len(list((root / "overlays/prod/persona").iterdir()))
        print(f"  promote           {written:>4} files           {promoted / empty:6.2f}")
        moved, planned = updates(root)
        print(f"  plan, promoted    {len(moved):>4} to update       {planned / empty:6.2f}")
        out, again = run(root, "promote", "staging", "prod")
        print(f"  promote again     {out.count('+++'):>4} files           {again / empty:6.2f}")
        run(root, "apply", "--env", "prod", "--auto-approve")
        run(
            root, "sandbox", "edit", "p0002", "--env", "prod", "--set", "/system_prompt=You are II."
        )
        out, pulled = run(root, "pull", "--env", "prod")
        lines = [
            one for one in out.splitlines() if one[:1] in "+-" and one[:3] not in {"+++", "---"}
        ]
        print(f"  pull one edit     {len(lines):>4} lines in the diff {pulled / empty:4.2f}")
        moved, planned = updates(root)
        print(f"  plan, pulled      {len(moved):>4} to update       {planned / empty:6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
