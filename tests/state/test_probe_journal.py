"""The journal of a probe: what was made and is not known to be gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.core.service.made import Kind, Made
from reconciler.state.probe_journal import ProbeJournal

if TYPE_CHECKING:
    from pathlib import Path

PERSONA = Made("zzprobe a", "sandbox")
TOOL = Made("zzprobe_a", "sandbox", kind=Kind.TOOL)


def known(made: Made, id_: str) -> Made:
    return Made(made.name, made.endpoint, id_, made.kind)


def test_what_is_made_is_written_down_with_its_kind_until_it_is_gone(tmp_path: Path) -> None:
    journal = ProbeJournal(tmp_path, "run")
    for made in (PERSONA, known(PERSONA, "p1"), TOOL):
        journal.note(made)
    assert ProbeJournal(tmp_path).entries() == [known(PERSONA, "p1"), TOOL]
    journal.forget(known(PERSONA, "p1"))
    assert journal.entries() == [TOOL]
    journal.forget(TOOL)
    assert list(tmp_path.iterdir()) == []


def test_of_two_things_with_one_name_only_the_one_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    journal = ProbeJournal(tmp_path, "run")
    for made in (TOOL, known(TOOL, "t1"), TOOL):
        journal.note(made)
    journal.forget(TOOL)
    assert journal.entries() == [known(TOOL, "t1")]
    for made in (TOOL, known(TOOL, "t2")):
        journal.note(made)
    journal.forget(known(TOOL, "t2"))
    assert journal.entries() == [known(TOOL, "t1")]


def test_what_was_found_in_a_list_is_forgotten_although_its_id_was_never_noted(
    tmp_path: Path,
) -> None:
    journal = ProbeJournal(tmp_path, "run")
    journal.note(TOOL)
    journal.forget(known(TOOL, "t1"))
    assert list(tmp_path.iterdir()) == []


def test_lines_of_earlier_versions_are_personas_and_broken_ones_count_for_nothing(
    tmp_path: Path,
) -> None:
    lines = [
        {"version": 1, "made": "zzprobe a", "id": "", "endpoint": "sandbox"},
        {"version": 1, "made": "zzprobe a", "id": "p1", "endpoint": "sandbox"},
        {"version": 1, "made": "zzprobe b", "id": "p2", "endpoint": "sandbox"},
        {"version": 1, "gone": "zzprobe b"},
    ]
    text = "\n".join(map(json.dumps, lines)) + '\n{"made": "zzprobe c", "kind": "x"}\n{"made": "zz'
    (tmp_path / "old.jsonl").write_text(text)
    journal = ProbeJournal(tmp_path)
    assert journal.entries() == [known(PERSONA, "p1")]
    journal.forget(known(PERSONA, "p1"))
    assert list(tmp_path.iterdir()) == []
