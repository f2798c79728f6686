"""What a probe may leave besides personas, and how `probe --clean-up` finds it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from probing_tools import (
    OF_RESOURCES,
    TODAY,
    KilledError,
    cleaned,
    mark,
    own_personas,
    own_things,
    probe,
)
from sandbox_tools import Caller

from reconciler.core.service.made import Kind
from reconciler.core.service.mark import Mark
from reconciler.core.service.questions import QUESTIONS
from reconciler.sandbox.app import create_app
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD: Final = Mark("0123456789", TODAY - timedelta(days=1))
ALL: Final = {Kind.OBJECTIVES, Kind.GUARDRAIL, Kind.TOOL}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store() as store:
        yield store


@pytest.fixture
def call(store: Store) -> Iterator[Caller]:
    with Caller(store) as caller:
        yield caller


def make(call: Caller, name: str, word: str = "") -> None:
    """One thing of each kind with this name; word is for those that take no spaces."""
    word = word or name.replace(" ", "_")
    step = {"objective_name": "ask", "objective_prompt": "Ask."}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("objectives", {"name": name, "data": [step]}),
        ("guardrails", {"guardrail_name": word, "guardrail_prompt": "Gives no advice."}),
        ("tools", {"name": word, "description": "Books a room."}),
    ]
    for path, body in bodies:
        assert call.post(f"/v2/{path}", body).status_code == 200


def test_what_is_marked_and_expired_is_deleted_and_nothing_else(
    store: Store, call: Caller, tmp_path: Path
) -> None:
    running = mark()
    kept = [str(running), f"About {OLD}", f"{OLD}9", "zzprobe is mine"]
    for name in (str(OLD), f"{OLD} x", *kept):
        make(call, name)
    done = cleaned(store, tmp_path)
    assert {(one.kind, one.name.replace("_", " ")) for one in done.deleted} == {
        (kind, name) for kind in ALL for name in (str(OLD), f"{OLD} x")
    }
    assert [one.kind for one in done.kept] == [Kind.OBJECTIVES, Kind.GUARDRAIL, Kind.TOOL]
    assert {one.name.replace("_", " ") for one in done.kept} == {str(running)}
    assert sorted(name.replace("_", " ") for name in own_things(store)) == sorted(kept * 3)
    assert (done.problems, done.closed) == ([], {})


def test_a_set_without_its_name_is_known_by_its_first_step(
    store: Store, call: Caller, tmp_path: Path
) -> None:
    steps = [{"objective_name": name, "objective_prompt": "Ask."} for name in (OLD.word, "mine")]
    call.post("/v2/objectives", {"data": steps})
    call.post("/v2/objectives", {"data": steps[::-1]})
    assert [one.name for one in cleaned(store, tmp_path).deleted] == [OLD.word]
    assert own_things(store) == ["New Objectives"]


@pytest.mark.parametrize("first", ["0", "1"])
@pytest.mark.parametrize("position", [0, 9, 10, 22])
def test_every_page_is_looked_at_whichever_number_the_first_one_has(
    store: Store, call: Caller, tmp_path: Path, first: str, position: int
) -> None:
    store.set_switch("guardrail_first_page", first)
    for number in range(23):
        make(call, str(OLD) if number == position else f"mine {number}")
    assert {one.kind for one in cleaned(store, tmp_path).deleted} == ALL
    assert len(own_things(store)) == 22 * 3


def test_a_service_that_refuses_page_zero_is_asked_for_page_one(
    store: Store, call: Caller, tmp_path: Path
) -> None:
    store.set_switch("guardrail_first_page", "1")
    store.add_fault(Fault(kind="status", status=400, path="/v2/guardrails?*page=0", times=0))
    make(call, str(OLD))
    assert {one.kind for one in cleaned(store, tmp_path).deleted} == ALL


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("kind", sorted(ALL))
def test_a_kind_the_account_has_no_access_to_does_not_keep_the_others_from_being_cleaned_up(
    store: Store, call: Caller, tmp_path: Path, kind: Kind, status: int
) -> None:
    store.add_fault(Fault(kind="status", status=status, path=f"{kind.path}*", times=0))
    store.seed({"persona_name": str(OLD), "system_prompt": "You help."})
    with Caller(store) as other:
        store.clear_faults()
        make(other, str(OLD))
    store.add_fault(Fault(kind="status", status=status, path=f"{kind.path}*", times=0))
    done = cleaned(store, tmp_path)
    assert {one.kind for one in done.deleted} == {Kind.PERSONA, *ALL} - {kind}
    assert list(done.closed) == [kind]
    assert str(status) in done.closed[kind]
    assert done.problems == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(kind="status", status=500, path="/v2/tools"), "GET /v2/tools answered 500"),
        (Fault(kind="html", path="/v2/tools"), "GET /v2/tools answered 502"),
        (
            Fault(kind="short_page", path="/v2/tools", times=0),
            "GET /v2/tools gave 0 rows where the total says 1",
        ),
    ],
)
def test_a_list_that_could_not_be_read_whole_is_told_and_the_rest_cleaned_up(
    store: Store, call: Caller, tmp_path: Path, fault: Fault, said: str
) -> None:
    make(call, str(OLD))
    store.add_fault(fault)
    done = cleaned(store, tmp_path)
    assert {one.kind for one in done.deleted} == ALL - {Kind.TOOL}
    (problem,) = done.problems
    assert problem.startswith(said)


def test_what_could_not_be_deleted_stays_written_down(store: Store, tmp_path: Path) -> None:
    with pytest.raises(KilledError):
        probe(store, *OF_RESOURCES, directory=tmp_path, resources=True, killed_at=9)
    assert len(own_things(store)) == 4
    store.add_fault(Fault(kind="status", status=500, method="DELETE", path="/v2/tools/*"))
    done = cleaned(store, tmp_path)
    assert len(done.problems) == 1
    assert len(own_things(store)) == 1
    assert len(list(tmp_path.iterdir())) == 1
    assert [one.kind for one in cleaned(store, tmp_path).deleted] == [Kind.TOOL]
    assert list(tmp_path.iterdir()) == []


def test_a_thing_the_list_does_not_show_is_asked_for_by_its_id(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(KilledError):
        probe(store, *OF_RESOURCES, directory=tmp_path, resources=True, killed_at=9)
    store.add_fault(Fault(kind="empty_list", path="/v2/tools", times=0))
    done = cleaned(store, tmp_path)
    assert {one.kind for one in done.deleted} == {Kind.PERSONA, *ALL}
    assert own_things(store) == []


def test_a_thing_that_somebody_renamed_is_no_longer_ours(
    store: Store, call: Caller, tmp_path: Path
) -> None:
    with pytest.raises(KilledError):
        probe(store, *OF_RESOURCES, directory=tmp_path, resources=True, killed_at=9)
    (row,) = call.get("/v2/tools").json()["data"]
    call("PATCH", f"/v2/tools/{row['tool_id']}", json={"name": "kept"})
    cleaned(store, tmp_path)
    assert own_things(store) == ["kept"]


@pytest.mark.parametrize("form", ["object", "json_patch"])
@pytest.mark.parametrize("id_", OF_RESOURCES)
def test_each_experiment_finds_its_answer_alone(
    store: Store, tmp_path: Path, id_: str, form: str
) -> None:
    store.set_switch("tool_patch", form)
    (finding,) = probe(store, id_, directory=tmp_path, resources=True).findings
    question = QUESTIONS.get(id_)
    assert finding.value == (form if id_ == "tool_patch" else question and question.default)
    assert own_things(store) == []


def test_a_service_that_takes_only_the_least_leaves_a_few_questions_open(
    store: Store, tmp_path: Path
) -> None:
    app = create_app(store)

    async def picky(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        body = json.loads(message.get("body") or b"null")
        if scope["method"] == "POST" and {"delivery", "tags"} & {*(body or ())}:
            await send({"type": "http.response.start", "status": 400, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})
            return

        waiting = [message]

        async def again() -> Any:
            return waiting.pop() if waiting else await receive()

        await app(scope, again, send)

    probed = probe(store, *OF_RESOURCES, directory=tmp_path, resources=True, app=picky)
    open_ = [one.id for one in probed.findings if one.verdict == "open"]
    assert open_ == ["tool_secrets", "mask_sent_back"]
    assert (own_things(store), list(tmp_path.iterdir())) == ([], [])


def test_an_account_without_the_endpoints_leaves_their_questions_open(
    store: Store, tmp_path: Path
) -> None:
    store.add_fault(Fault(kind="status", status=403, path="/v2/tools*", times=0))
    probed = probe(store, *OF_RESOURCES, directory=tmp_path, resources=True)
    open_ = {one.id for one in probed.findings if one.verdict == "open"}
    assert open_ == {one for one in OF_RESOURCES if "tool" in one or one == "mask_sent_back"}
    evidence = next(one.evidence for one in probed.findings if one.id == "tool_secrets")
    assert evidence.startswith("no tool was made: POST /v2/tools answered 403")
    assert (probed.problem, own_things(store)) == ("", [])


def test_a_lost_create_of_a_tool_is_found_in_the_list_and_deleted(
    store: Store, tmp_path: Path
) -> None:
    store.add_fault(Fault(kind="drop", method="POST", path="/v2/tools", after_store=True))
    probed = probe(store, *OF_RESOURCES, directory=tmp_path, resources=True)
    assert probed.problem
    assert (probed.left, own_things(store)) == ((), [])
    assert list(tmp_path.iterdir()) == []


def test_without_resources_a_probe_asks_for_personas_only(store: Store, tmp_path: Path) -> None:
    probe(store, "not_found", directory=tmp_path)
    assert {request.path.split("/")[2] for request in store.requests()} == {"personas"}
    assert own_personas(store) == []
