"""A short soak: killed processes on a real git remote. `make soak` has a hundred rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soak.jobs import ci_service
from soak.rounds import Soak

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 1
SEED = 4711


def test_killed_processes_leave_nothing_that_the_next_apply_does_not_mend(tmp_path: Path) -> None:
    with ci_service() as jobs:
        soak = Soak(tmp_path, jobs, SEED)
        for _ in range(ROUNDS):
            soak.round()
    assert soak.report.rounds == ROUNDS
    assert soak.report.killed
