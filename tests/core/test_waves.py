"""Waves: settings, the parts of a plan, and what is left of a bake time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import a_desired, a_live, a_plan, bound
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from reconciler.core.resource import Reserved
from reconciler.core.run import Origin, RunRecord
from reconciler.core.waves import (
    DELETES,
    Stage,
    Wave,
    Waves,
    in_words,
    left_to_bake,
    part_of,
    seconds_of,
    stages_of,
)

WAVES: Any = TypeAdapter(Waves)
THREE = [
    Wave(name="canary", labels={"tier": "canary"}),
    Wave(name="team", labels={"team": "a", "tier": "early"}),
    Wave(name="rest"),
]


def labelled(key: str, **labels: str) -> Any:
    return a_desired(key, greeting="Hi", reserved=Reserved(labels=labels))


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("2h", 7200), (5, 5), ("7", 7), (0, 0)]
)
def test_a_time_has_a_unit_or_is_in_seconds(text: object, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "1.5m", "-3", "10 m", "25h", True, None, "1d"])
def test_anything_else_is_no_time(text: object) -> None:
    with pytest.raises(ValueError, match=r"a time such as|at most"):
        seconds_of(text)


@given(st.integers(0, 86400))
def test_a_time_in_words_is_the_same_time(seconds: int) -> None:
    assert seconds_of(in_words(seconds)) == seconds


@pytest.mark.parametrize(
    ("waves", "why"),
    [
        ([{"name": "a"}, {"name": "b"}], "a has no labels"),
        ([{"name": "a", "labels": {"x": "y"}}, {"name": "a"}], "two waves have the name a"),
        ([{"name": "deletes"}], "come by themselves"),
    ],
)
def test_waves_that_make_no_sense_are_refused(waves: list[Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        WAVES.validate_python(waves)


def test_a_change_is_in_the_first_wave_all_of_whose_labels_it_has() -> None:
    plan = a_plan(
        [
            labelled("a", tier="canary", team="a"),
            labelled("b", tier="early", team="a"),
            labelled("c", tier="early", team="b"),
            labelled("d"),
        ]
    )
    found = {stage.name: sorted(a.key for a in stage.addresses) for stage in stages_of(plan, THREE)}
    assert found == {"canary": ["a"], "team": ["b"], "rest": ["c", "d"], DELETES: []}


def test_what_fits_no_wave_is_in_the_last_one_although_that_has_labels() -> None:
    (only, _) = stages_of(a_plan([labelled("d")]), THREE[:1])
    assert [address.key for address in only.addresses] == ["d"]


def test_deletes_come_after_the_last_wave_and_what_stays_is_in_none() -> None:
    gone, same, new = a_desired("gone"), a_desired("same"), a_desired("new")
    plan = a_plan(
        [same, new],
        [a_live("p1", gone), a_live("p2", same)],
        bound((gone, "p1"), (same, "p2")),
        prune=True,
    )
    found = {stage.name: [a.key for a in stage.addresses] for stage in stages_of(plan, THREE)}
    assert found == {"canary": [], "team": [], "rest": ["new"], DELETES: ["gone"]}


@given(st.lists(st.sampled_from(["canary", "early", ""]), max_size=8), st.booleans())
def test_the_parts_are_the_whole_each_change_once(tiers: list[str], prune: bool) -> None:
    definitions = [labelled(f"p{n}", tier=tier, team="a") for n, tier in enumerate(tiers)]
    gone = a_desired("gone")
    plan = a_plan(definitions, [a_live("p1", gone)], bound((gone, "p1")), prune=prune)
    stages = stages_of(plan, THREE)
    sent = [
        change.address
        for number, stage in enumerate(stages)
        for change in part_of(plan, stage, is_first=number == 0).changes
    ]
    assert sorted(sent) == [change.address for change in plan.changes]


RUN = RunRecord("r1", "apply", Origin(), "", "2026-11-26T10:00:00+00:00", wave="canary")
STAGE = Stage("canary", frozenset(), bake=600)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-11-26T10:04:00+00:00", 360),
        ("2026-11-26T10:10:01+00:00", 0),
        ("2026-11-26T09:00:00+00:00", 600),
    ],
)
def test_an_interrupted_bake_goes_on_where_it_was(now: str, left: float) -> None:
    older = replace(RUN, id="r0", ended="2026-11-26T08:00:00+00:00")
    assert left_to_bake(STAGE, [older, RUN], now) == left


def test_nothing_is_left_to_bake_of_what_was_never_sent() -> None:
    assert left_to_bake(STAGE, [replace(RUN, wave="")], RUN.ended) == 0
    assert left_to_bake(STAGE, [replace(RUN, ended="")], RUN.ended) == 0
