"""How often the state is stored: as often for a thousand changes as for ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fleet import Fleet, many
from git_rig import STATE, git, new_clone, new_remote

from reconciler.core.outcome import Status
from reconciler.state.documents import StateDocuments
from reconciler.state.git import GitStore

if TYPE_CHECKING:
    from pathlib import Path


def test_an_apply_of_a_thousand_changes_is_ten_commits_at_most(tmp_path: Path) -> None:
    remote = new_remote(tmp_path / "remote.git")
    store = GitStore(new_clone(remote, tmp_path / "clone"), "prod")
    fleet = Fleet()
    fleet.place = StateDocuments(store)
    outcome = fleet.apply(many(1000))
    assert {result.status for result in outcome.results} == {Status.DONE}
    assert int(git(remote, "rev-list", "--count", STATE)) <= 10
