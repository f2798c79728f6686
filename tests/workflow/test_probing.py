"""A probe finds out how a service behaves, and leaves it as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from golden_files import assert_golden
from probing_tools import (
    DUMMIES,
    OF_RESOURCES,
    TODAY,
    KilledError,
    QuickClock,
    cleaned,
    mark,
    own_personas,
    own_things,
    probe,
)
from sandbox_tools import Caller

from reconciler.core.service.behaviour import refused_operations
from reconciler.core.service.finding import Verdict
from reconciler.core.service.mark import Mark, mark_of, without_marks
from reconciler.core.service.profile import Answer, Profile, switch_texts
from reconciler.core.service.question import Confidence
from reconciler.core.service.questions import QUESTIONS
from reconciler.report.probe import probe_text
from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.store import Store
from reconciler.workflow.probing.table import AROUND, AROUND_EACH, EXPERIMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.core.service.finding import Finding, Probed


EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "max_limit": ("1", "2", "3"),
    "max_name_length": ("40", "64", "255"),
    "max_prompt_length": ("60", "5000", "65536"),
    "refuse_ops": ("copy", "copy,move", "test", "add", "add,remove", "replace"),
    "/pipeline_mode": ("speech-to-speech",),
    "/disclosure_type": ("off",),
    "/layers/llm/model": ("tavus-gpt-oss", "tavus-claude-haiku-4.5"),
    "/layers/tts/tts_engine": ("cartesia", "azure"),
    "/layers/perception/perception_model": ("raven-2", "off"),
    "/layers/perception/emotion_recognition": ("limited",),
    "/layers/stt/stt_engine": ("tavus-whisper",),
    "/layers/conversational_flow/turn_detection_model": ("sparrow-1", "sparrow-3"),
    "/layers/conversational_flow/turn_taking_patience": ("high",),
    "/layers/conversational_flow/replica_interruptibility": ("low",),
    "/layers/conversational_flow/voice_isolation": ("far",),
    "/layers/conversational_flow/idle_engagement": ("eager",),
    "/layers/conversational_flow/idle_end_behavior": ("end_conversation",),
}
"""For questions whose answers are not a few words."""

MAKING: Final = {
    "personas": (
        "mangle_names",
        "max_name_length",
        "name_characters",
        "same_name",
        "unknown_on_create",
        "delete_twice",
    ),
    "resources": ("tool_name_taken", "objectives_deleted", "guardrail_deleted"),
}
"""Experiments that make or delete something, or give theirs other names."""


def flipped() -> Iterator[tuple[str, str]]:
    """Each switch that a key can settle, with each setting that is not the shipped one."""
    shipped = switch_texts(Profile("shipped"))
    for question in QUESTIONS.values():
        values = [switch_texts(Profile("", answers={question.id: Answer(value, Confidence.SEEN)}))
                  [question.id] for value in question.values]  # fmt: skip
        if question.probeable:
            for value in values or EXAMPLES[question.id]:
                if value != shipped[question.id]:
                    yield question.id, value


PERSONALITIES: Final = list(flipped())


@pytest.fixture
def store() -> Iterator[Store]:
    with Store() as store:
        yield store


def finding(probed: Probed, id_: str) -> Finding:
    return next(one for one in probed.findings if one.id == id_)


def test_there_are_many_personalities() -> None:
    assert len(PERSONALITIES) > 30
    assert {name for name, _ in PERSONALITIES} == {q.id for q in QUESTIONS.values() if q.probeable}


@pytest.mark.parametrize(("name", "value"), PERSONALITIES)
def test_a_probe_finds_the_setting_of_every_switch(
    store: Store, tmp_path: Path, name: str, value: str
) -> None:
    store.set_switch(name, value)
    ids = OF_RESOURCES if name in OF_RESOURCES else ()
    probed = probe(store, *ids, directory=tmp_path, resources=bool(ids))
    profile = probed.profile("found")
    if name == "refuse_ops":
        assert refused_operations(profile) == set(value.split(","))
    else:
        assert switch_texts(profile)[name] == value, finding(probed, name).evidence
    others = {one.id for one in probed.answered if one.value != QUESTIONS[one.id].default}
    # A short page tells that larger limits are cut; a refused test is a refused operation, too.
    # The default voice is known to nobody but a probe.
    assert others <= {name, "max_limit", "over_limit", "patch_test", "/layers/tts/tts_engine"}
    assert own_things(store) == []
    assert list(tmp_path.iterdir()) == []


def test_a_probe_answers_all_that_it_can_on_an_ordinary_account(
    store: Store, tmp_path: Path
) -> None:
    for number in range(120):
        store.seed({"persona_name": f"Mine {number}", "system_prompt": "You help."})
    probed = probe(store, directory=tmp_path, resources=True)
    assert not [one.id for one in probed.findings if one.verdict is Verdict.OPEN]
    assert {one.id for one in probed.answered} == {q.id for q in QUESTIONS.values() if q.probeable}
    assert len(own_personas(store)) == 120
    answer = probed.profile("found").answer("not_found")
    assert (answer.value, answer.confidence, answer.date) == (400, Confidence.SEEN, str(TODAY))
    assert answer.evidence


def test_an_experiment_sends_no_more_requests_than_were_announced(
    store: Store, tmp_path: Path
) -> None:
    for name, value in {
        "max_name_length": "41", "max_prompt_length": "77777", "over_limit": "refuse",
        "max_limit": "7", "refuse_ops": "copy", "/layers/llm/model": "tavus-gpt-oss",
    }.items():  # fmt: skip
        store.set_switch(name, value)
    probed = probe(store, directory=tmp_path, resources=True)
    spent = {one.id: len(one.exchanges) for one in probed.findings}
    assert {one.id for one in EXPERIMENTS if spent[one.id] > one.requests} == set()
    assert len(probed.exchanges) - sum(spent.values()) <= AROUND + 3 * AROUND_EACH


@pytest.mark.parametrize("resources", [False, True])
def test_nothing_but_its_own_things_is_written(
    store: Store, tmp_path: Path, *, resources: bool
) -> None:
    mine = store.seed({"persona_name": "zzprobe is mine", "system_prompt": "You help."})
    with Caller(store) as call:
        call.post("/v2/tools", {"name": "zzprobe_is_mine", "description": "Books."})
    before = len(store.requests())
    probed = probe(store, directory=tmp_path, resources=resources)
    routes = ("personas", "pals", *(("objectives", "guardrails", "tools") if resources else ()))
    own = {f"/v2/{route}/{one}" for one in probed.made for route in routes}
    asked = store.requests()[before:]
    written = {(r.method, r.path) for r in asked if r.method != "GET"}
    assert {path for method, path in written if method != "POST"} <= own
    made = {path for method, path in written if method == "POST"}
    assert made == {f"/v2/{route}" for route in routes if route != "pals"}
    assert {r.path.split("/")[2] for r in asked} == set(routes)
    assert mine not in str(written)
    assert own_things(store) == ["zzprobe is mine", "zzprobe_is_mine"]


def test_a_service_that_takes_only_the_least_leaves_questions_open(
    store: Store, tmp_path: Path
) -> None:
    app = create_app(store)

    async def picky(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        if scope["method"] == "POST" and b"layers" in message["body"]:
            start = {"type": "http.response.start", "status": 400, "headers": []}
            await send(start)
            await send({"type": "http.response.body", "body": b'{"error": "No layers here."}'})
            return

        waiting = [message]

        async def again() -> Any:
            return waiting.pop() if waiting else await receive()

        await app(scope, again, send)

    probed = probe(store, directory=tmp_path, app=picky)
    assert finding(probed, "mask_llm_api_key").verdict is Verdict.OPEN
    assert "/layers/llm/api_key" in finding(probed, "mask_llm_api_key").evidence
    assert finding(probed, "trim_text").value is False
    assert finding(probed, "strict_replace").value is True
    assert not probed.problem
    assert own_personas(store) == []


def test_a_busy_service_is_given_the_time_it_asks_for(store: Store, tmp_path: Path) -> None:
    store.add_fault(Fault(kind="status", status=429, retry_after=7, times=2, skip=3))
    store.add_fault(Fault(kind="status", status=429, times=1, skip=9))
    clock = QuickClock()
    probed = probe(store, directory=tmp_path, clock=clock)
    assert clock.slept == [7.0, 7.0, 5.0]
    assert "3 answers were 429" in finding(probed, "headers").evidence
    assert finding(probed, "not_found").value == 400


def test_a_refused_key_ends_the_probe_before_anything_is_made(store: Store, tmp_path: Path) -> None:
    store.set_switch("api_key", "another")
    probed = probe(store, directory=tmp_path)
    assert "401" in probed.problem
    assert {one.verdict for one in probed.findings} == {Verdict.OPEN}
    assert (probed.made, probed.left, list(tmp_path.iterdir())) == ((), (), [])


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("what", MAKING)
def test_killing_a_probe_at_any_request_leaves_nothing_that_a_clean_up_does_not_find(
    store: Store, tmp_path: Path, what: str, *, arrives: bool
) -> None:
    making, resources = MAKING[what], what == "resources"
    total = len(probe(store, *making, directory=tmp_path, resources=resources).exchanges)
    # A set does not keep its name everywhere; it is known by its first step as well.
    store.set_switch("objectives_name", "ignored" if arrives else "kept")
    store.set_switch("tool_name_taken", "accepted" if arrives else "refused")
    found = 0
    for at in range(1, total + 1):
        with pytest.raises(KilledError):
            probe(store, *making, directory=tmp_path, resources=resources, killed_at=at,
                  arrives=arrives)  # fmt: skip
        left = own_things(store)
        assert len(left) <= (5 if resources else 2)
        done = cleaned(store, tmp_path)
        assert len(done.deleted) == len(left)
        assert own_things(store) == []
        found += len(left)
        # A create that was not answered may arrive late: it stays written down until it expires.
        assert cleaned(store, tmp_path, TODAY + timedelta(days=9)).deleted == []
        assert list(tmp_path.iterdir()) == []
    assert found > total // 2


def test_a_create_that_arrives_late_is_found_by_a_later_clean_up(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(KilledError):
        probe(store, directory=tmp_path, killed_at=1, arrives=False)
    name = cleaned(store, tmp_path).unseen[0].name
    store.seed({"persona_name": name, "system_prompt": "Late."})
    assert [one.name for one in cleaned(store, tmp_path).deleted] == [name]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", MAKING)
def test_stopping_a_probe_at_any_request_leaves_nothing(
    store: Store, tmp_path: Path, what: str
) -> None:
    making, resources = MAKING[what], what == "resources"
    total = len(probe(store, *making, directory=tmp_path, resources=resources).exchanges)
    for at in range(total):
        left = [at]

        def stopped(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] < 0

        probed = probe(store, *making, directory=tmp_path, resources=resources, stopped=stopped)
        assert own_things(store) == []
        assert list(tmp_path.iterdir()) == []
        assert probed.left == ()
        if probed.stopped:
            assert Verdict.OPEN in {one.verdict for one in probed.findings}


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
@pytest.mark.parametrize("after_store", [True, False])
@pytest.mark.parametrize("path", ["*", "/v2/objectives*", "/v2/guardrails*", "/v2/tools*"])
def test_a_lost_connection_ends_the_probe_and_nothing_stays(
    store: Store, tmp_path: Path, path: str, method: str, *, after_store: bool
) -> None:
    store.add_fault(Fault(kind="drop", method=method, path=path, after_store=after_store))
    ids = () if path == "*" else OF_RESOURCES
    probed = probe(store, *ids, directory=tmp_path, resources=bool(ids))
    hit = not store.faults()
    assert bool(probed.problem) is hit or method == "DELETE"
    cleaned(store, tmp_path)
    assert own_things(store) == []


def test_a_clean_up_deletes_only_what_is_marked_and_expired_or_in_the_journal(
    store: Store, tmp_path: Path
) -> None:
    old = Mark("0123456789", TODAY - timedelta(days=1))
    running = mark()
    names = [
        str(old),
        f"{old} x y ",
        str(running),
        f"About {old}",
        "zzprobe 0123456789",
        f"{old}9",
        "zzprobe 0123456789 until 20261399",
    ]
    for name in names:
        store.seed({"persona_name": name, "system_prompt": "You help."})
    done = cleaned(store, tmp_path)
    assert [one.name for one in done.deleted] == names[:2]
    assert [one.name for one in done.kept] == [str(running)]
    assert own_personas(store) == names[2:]


def test_a_persona_that_somebody_renamed_is_no_longer_ours(store: Store, tmp_path: Path) -> None:
    with pytest.raises(KilledError):
        probe(store, directory=tmp_path, killed_at=5)
    persona = next(row.id for row in store.personas() if row.owner == "user")
    store.edit(persona, [{"op": "replace", "path": "/persona_name", "value": "Kept"}])
    assert cleaned(store, tmp_path).deleted == []
    assert own_personas(store) == ["Kept"]


def test_a_mark_survives_both_routes_and_names_its_last_day() -> None:
    own = mark()
    assert str(own).replace(" ", "").isalnum()
    assert own.word.replace("_", "").isalnum()
    assert mark_of(f"{own} (x)") == own
    assert mark_of(f"{own.word}_x") == own
    assert mark_of(str(own).replace(" until", "_until")) is None
    assert without_marks(f"«{own}» {own.word}") == (
        "«zzprobe 0000000000 until 20000101» zzprobe_0000000000_until_20000101"
    )
    assert not own.has_expired(own.until)
    assert own.has_expired(own.until + timedelta(days=1))
    assert mark_of(None) is None


def test_the_screen_of_a_probe(store: Store, tmp_path: Path) -> None:
    store.set_switch("list_detail", "summary")
    store.set_switch("refuse_ops", "copy,move")
    store.set_switch("guardrail_first_page", "1")
    text = probe_text(probe(store, directory=tmp_path, resources=True), 100)
    assert_golden("probe.txt", text)
    assert not [one for one in DUMMIES if one.reveal() in text]


def test_every_probeable_question_has_an_experiment_and_notes_have_no_question() -> None:
    asked = [one.id for one in EXPERIMENTS]
    assert len(asked) == len(set(asked))
    probeable = {question.id for question in QUESTIONS.values() if question.probeable}
    assert {one.id for one in EXPERIMENTS if not one.note} == probeable
    assert not {one.id for one in EXPERIMENTS if one.note} & QUESTIONS.keys()
