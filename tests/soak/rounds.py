"""The rounds: definitions change, two applies race, some are killed, one brings all in order."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from git_rig import git, new_clone, new_remote

from reconciler.sandbox.faults import Fault
from reconciler.sandbox.rows import Owner
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.rows import Row
    from soak.jobs import Job, Jobs

KEYS: Final = tuple(f"coach{number}" for number in range(8))
PATIENCE: Final = 120.0
"""Seconds a process may take."""
BRANCH: Final = "reconciler-state/prod"
APPLY: Final = ("apply", "--auto-approve", "--prune")


class BrokenError(AssertionError):
    """A promise did not hold; says which, and what the jobs of the round printed."""


@dataclass
class Report:
    """What was done, for the reader to see that it was much."""

    rounds: int = 0
    killed: int = 0
    taken_over: int = 0
    settled: int = 0
    lost_answers: int = 0
    refused: int = 0
    deleted_late: int = 0
    exits: Counter[int] = field(default_factory=Counter)

    def __str__(self) -> str:
        codes = ", ".join(f"{code}: {number}" for code, number in sorted(self.exits.items()))
        return (
            f"{self.rounds} rounds, {self.killed} processes killed, {self.lost_answers} answers"
            f" lost, {self.taken_over} leases taken over, {self.settled} intents settled,"
            f" {self.deleted_late} late creates deleted; exit codes {{{codes}}}"
        )


class Soak:
    """One account, one remote, two clones."""

    def __init__(self, directory: Path, jobs: Jobs, seed: int) -> None:
        self._directory = directory
        self._jobs = jobs
        self._random = random.Random(seed)  # noqa: S311 - to be repeated
        self.report = Report()
        self._remote = new_remote(directory / "remote.git")
        self._clones = [new_clone(self._remote, directory / name) for name in ("one", "two")]
        self._wanted: dict[str, int] = {}
        self._tips: list[str] = []
        self._account = directory / "account"
        self._account.mkdir()
        self._write_project(self._account, "{api: sandbox}")
        api = self._serve()
        for clone in self._clones:
            self._write_project(
                clone,
                f"{{api: '{api}', api_key: {{$env: TAVUS_API_KEY}}, state: git}}",
            )

    def _write_project(self, directory: Path, environment: str) -> None:
        (directory / "reconciler.yaml").write_text(
            f"version: 1\ndefault_environment: prod\nenvironments:\n  prod: {environment}\n"
            "client: {retries: 1, timeout: 10}\n"
            "guards: {max_updates: 100%, max_deletes: 100%}\n",
            encoding="utf-8",
        )

    def _serve(self) -> str:
        job = self._jobs.start(self._account, "sandbox", "serve", "--port", "0")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if found := re.search(r"http://[0-9.]+:[0-9]+", job.said):
                return found[0]
            time.sleep(0.05)
        raise BrokenError(f"the emulator did not start: {job.said}")

    def round(self) -> None:
        """One round. Raises BrokenError."""
        self._change()
        jobs = self._race()
        for job in jobs:
            self.report.exits[job.wait(PATIENCE)] += 1
        self._forget_faults()
        clean = self._jobs.start(self._clones[0], *APPLY, "--lock-timeout", "60")
        code = clean.wait(PATIENCE)
        self._count([*jobs, clean])
        if code:
            raise BrokenError(self._told(f"a clean apply ended with {code}", [*jobs, clean]))
        self._check([*jobs, clean])
        self.report.rounds += 1

    def _change(self) -> None:
        """Other definitions; and somebody else's edit of what nobody manages."""
        for key in KEYS:
            change = self._random.random()
            if change < 0.2:
                self._wanted.pop(key, None)
            elif change < 0.6:
                self._wanted[key] = self._random.randrange(1000)
        self._wanted.setdefault(KEYS[0], 0)
        for clone in self._clones:
            folder = clone / "personas"
            folder.mkdir(exist_ok=True)
            for file in folder.iterdir():
                file.unlink()
            for key, version in self._wanted.items():
                (folder / f"{key}.yaml").write_text(
                    f"persona_name: {key}\nsystem_prompt: You are version {version}.\n",
                    encoding="utf-8",
                )
        with self._store() as store:
            for persona in self._personas(store):
                at = [{"op": "add", "path": "/context", "value": f"noted on {persona.id}"}]
                store.edit(persona.id, at)

    def _race(self) -> list[Job]:
        """Two applies; answers get lost; some are killed."""
        with self._store() as store:
            for _ in range(self._random.randrange(3)):
                method = self._random.choice(("POST", "PATCH", "DELETE"))
                skip = self._random.randrange(4)
                store.add_fault(Fault(kind="drop", method=method, after_store=True, skip=skip))
            if self._random.random() < 0.3:
                store.add_fault(Fault(kind="late_write", method="POST", delay=0.5))
            store.add_fault(Fault(kind="latency", method="*", delay=0.1, times=0))
        jobs = []
        for clone in self._clones:
            jobs.append(self._jobs.start(clone, *APPLY, "--lock-timeout", "5"))
            time.sleep(self._random.uniform(0, 0.4))
        time.sleep(self._random.uniform(0.6, 2.2))
        for job in jobs:
            if self._random.random() < 0.7:
                self.report.killed += job.kill()
        return jobs

    def _store(self) -> Store:
        return Store(self._account / ".reconciler" / "sandbox.db")

    def _personas(self, store: Store) -> list[Row]:
        """Ours: the account has the service's own ones as well."""
        return [one for one in store.personas() if one.owner is Owner.USER]

    def _forget_faults(self) -> None:
        time.sleep(0.6)  # a late write arrives
        with self._store() as store:
            self.report.lost_answers += sum(1 for request in store.requests() if not request.status)
            store.clear_requests()
            store.clear_faults()

    def _check(self, jobs: list[Job]) -> None:
        with self._store() as store:
            live = {one.id: one.record for one in self._personas(store)}
        names = sorted(str(record["persona_name"]) for record in live.values())
        if names != sorted(self._wanted):
            raise BrokenError(self._told(f"live: {names}, wanted: {sorted(self._wanted)}", jobs))
        for persona, record in live.items():
            wanted = f"You are version {self._wanted[str(record['persona_name'])]}."
            if record["system_prompt"] != wanted:
                raise BrokenError(self._told(f"{persona} is not as defined: {record}", jobs))
            if record.get("context") not in {None, "", f"noted on {persona}"}:
                raise BrokenError(self._told(f"{persona} lost what nobody manages", jobs))
        again = self._jobs.start(self._clones[1], "plan", "--prune", "--detailed-exitcode")
        if again.wait(PATIENCE):
            raise BrokenError(self._told("the plan after an apply is not empty", [*jobs, again]))
        self._tips.append(git(self._remote, "rev-parse", BRANCH))
        git(self._remote, "merge-base", "--is-ancestor", self._tips[0], self._tips[-1])

    def _count(self, jobs: list[Job]) -> None:
        for job in jobs:
            self.report.taken_over += job.said.count("Taking over from")
            self.report.settled += job.said.count("Left open by run")
            self.report.deleted_late += job.said.count("leftover/")

    def _told(self, what: str, jobs: list[Job]) -> str:
        return "\n".join([f"Round {self.report.rounds}: {what}", *(job.said for job in jobs)])
