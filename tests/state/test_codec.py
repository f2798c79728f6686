"""The state document as bytes: the same for ever, readable for people, refused where damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.action import Action
from reconciler.core.binding import Binding, PathRecord
from reconciler.core.canonical import VERSION
from reconciler.core.errors import StateError
from reconciler.core.journal import Intent, Nonce, Tombstone
from reconciler.core.resource import Address
from reconciler.core.run import CiRun, Lease, Origin, RunRecord
from reconciler.core.state import StateDocument
from reconciler.state.codec import decode, encode

GOLDEN: Final = Path(__file__).parents[1] / "golden" / "state-1.0.json"

DOCUMENT: Final = StateDocument(
    lineage="6a1f0c2e9b7d4e5f8a3b1c0d2e4f6a8b",
    serial=12,
    endpoint="https://tavusapi.com",
    account="9d5ed678fe57bcca610140957afab571",
    key_check="0cc175b9c0f1b6a831c399e269772661",
    canonicaliser=1,
    bindings={
        Address("persona", "coach"): Binding(
            "pcb7a34da5fe",
            {
                ("persona_name",): PathRecord("a" * 32, "a" * 32),
                ("layers", "llm", "api_key"): PathRecord("b" * 32, "c" * 32, sensitive=True),
                ("layers", "llm", "headers", "a/b~c"): PathRecord("d" * 32, "unset"),
            },
            protect=True,
            source="personas/coach.md",
        ),
        Address("persona", "bare"): Binding("p0000000000b"),
    },
)

ORIGIN: Final = Origin(
    "ann",
    commit="4f2a9c1e",
    ci=CiRun("github", "acme/personas", "7001", "2", "https://github.com/acme/personas/runs/7001"),
)
COACH: Final = Address("persona", "coach")
FULL: Final = replace(
    DOCUMENT,
    patch_form="whole list",
    lease=Lease("r1f00000002", ORIGIN, "2026-11-25T14:05:00+00:00", 120.0),
    intents={
        "persona/coach": Intent(
            COACH,
            Action.UPDATE,
            "r1f00000002",
            "pcb7a34da5fe",
            paths={("greeting",): PathRecord("e" * 32, "f" * 32)},
        ),
        "persona/new": Intent(
            Address("persona", "new"), Action.CREATE, "r1f00000002", nonce="rc0123456789abcdef"
        ),
        "leftover/p77": Intent(COACH, Action.DELETE, "r1f00000002", "p77"),
    },
    nonces={"rc0123456789abcdef": Nonce(Address("persona", "new"), "r1f00000002")},
    tombstones=(Tombstone(Address("persona", "old"), "p66", "r1f00000001"),),
    runs=(
        RunRecord(
            "r1f00000001",
            "apply",
            Origin("bob", "laptop"),
            "2026-11-25T13:00:00+00:00",
            "2026-11-25T13:00:09+00:00",
            {"done": 3, "failed": 1},
        ),
        RunRecord("r1f00000002", "rollback", ORIGIN, "2026-11-25T14:05:00+00:00"),
    ),
)

TEXT = st.text(max_size=8)
ADDRESSES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True).map(
    lambda key: Address("persona", key)
)
RECORDS = st.builds(PathRecord, TEXT, TEXT, st.booleans())
BINDINGS = st.builds(
    Binding,
    TEXT,
    st.dictionaries(st.lists(TEXT, max_size=4).map(tuple), RECORDS, max_size=4),
    st.booleans(),
    TEXT,
)
ORIGINS = st.builds(
    Origin, TEXT, TEXT, TEXT, st.none() | st.builds(CiRun, TEXT, TEXT, TEXT, TEXT, TEXT)
)
PATHS = st.dictionaries(st.lists(TEXT, max_size=4).map(tuple), RECORDS, max_size=3)
INTENTS = st.builds(
    Intent,
    ADDRESSES,
    st.sampled_from([Action.CREATE, Action.ADOPT, Action.UPDATE, Action.DELETE]),
    TEXT,
    TEXT,
    TEXT,
    PATHS,
)
SECONDS = st.floats(0, 1000)
RUNS = st.builds(
    RunRecord,
    TEXT,
    TEXT,
    ORIGINS,
    TEXT,
    TEXT,
    st.dictionaries(TEXT, st.integers(0), max_size=2),
    TEXT,
)
DOCUMENTS = st.builds(
    StateDocument,
    lineage=TEXT,
    serial=st.integers(0),
    endpoint=TEXT,
    account=TEXT,
    key_check=TEXT,
    canonicaliser=st.integers(0, VERSION),
    bindings=st.dictionaries(ADDRESSES, BINDINGS, max_size=4).map(
        lambda found: {at: replace(one, id=f"{at.key}/{one.id}") for at, one in found.items()}
    ),
    lease=st.none() | st.builds(Lease, TEXT, ORIGINS, TEXT, SECONDS),
    intents=st.dictionaries(TEXT, INTENTS, max_size=2),
    nonces=st.dictionaries(TEXT, st.builds(Nonce, ADDRESSES, TEXT), max_size=2),
    tombstones=st.lists(st.builds(Tombstone, ADDRESSES, TEXT, TEXT), max_size=2).map(tuple),
    runs=st.lists(RUNS, max_size=2).map(tuple),
)


@given(DOCUMENTS)
def test_what_was_encoded_decodes_to_the_same(document: StateDocument) -> None:
    assert decode(encode(document)) == document


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_equal_documents_are_equal_bytes(document: StateDocument, random: Any) -> None:
    items = list(document.bindings.items())
    random.shuffle(items)
    turned = {
        at: replace(binding, paths=dict(reversed(list(binding.paths.items()))))
        for at, binding in items
    }
    assert encode(replace(document, bindings=turned)) == encode(document)


def test_a_document_of_format_1_0_is_read_for_ever() -> None:
    assert decode(GOLDEN.read_bytes()) == DOCUMENT


def test_a_document_of_format_1_1_is_read_for_ever() -> None:
    golden = GOLDEN.with_name("state-1.1.json")
    assert decode(golden.read_bytes()) == replace(DOCUMENT, patch_form="whole list")


def test_a_document_of_format_1_2_is_read_for_ever() -> None:
    assert decode(GOLDEN.with_name("state-1.2.json").read_bytes()) == FULL


def test_a_document_of_format_1_3_is_read_for_ever_and_written_as_it_always_was() -> None:
    golden = GOLDEN.with_name("state-1.3.json")
    runs = (replace(FULL.runs[0], wave="canary"), *FULL.runs[1:])
    document = replace(FULL, runs=runs)
    assert decode(golden.read_bytes()) == document
    assert encode(document) == golden.read_bytes()


def test_it_is_indented_sorted_text_with_one_final_newline() -> None:
    text = encode(DOCUMENT).decode()
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) == text[:-1]
    assert max(map(len, text.splitlines())) < 120


def with_members(**members: Any) -> bytes:
    """The golden document with other members; ... takes one out."""
    value = {**json.loads(GOLDEN.read_bytes()), **members}
    return json.dumps({n: v for n, v in value.items() if v is not ...}).encode()


def refusal(data: bytes) -> StateError:
    with pytest.raises(StateError) as refused:
        decode(data)
    return refused.value


@pytest.mark.parametrize(
    "data",
    [
        with_members(format_version="2.0"),
        with_members(format_version="10.0", unheard_of={}),
        with_members(canonicaliser=VERSION + 1),
        with_members(format_version="2.0", kind=..., bindings=[]),
    ],
)
def test_a_newer_document_is_refused_with_the_advice_to_upgrade(data: bytes) -> None:
    refused = refusal(data)
    assert refused.summary == "The state was written by a newer version"
    assert "Upgrade" in refused.hint


def test_a_newer_minor_format_with_members_unknown_here_is_newer_not_damaged() -> None:
    """The advice for a damaged document, to start from an older one, would lose what is new."""
    refused = refusal(with_members(format_version="1.999", waves={"holder": "x"}))
    assert refused.summary == "The state was written by a newer version"


DAMAGED: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "it is not JSON"),
    "half of it": (GOLDEN.read_bytes()[:200], "it is not JSON"),
    "no text": (b"\x89PNG\xff\xfe", "it is not JSON"),
    "a merge that went wrong": (b"<<<<<<< HEAD\n{}", "it is not JSON"),
    "nested without end": (b"[" * 100_000, "it is not JSON"),
    "a list": (b"[]", "it is not a JSON object"),
    "null": (b"null", "it is not a JSON object"),
    "an empty object": (b"{}", "kind: "),
    "another kind": (with_members(kind="persona-reconciler/plan"), "kind: "),
    "no version": (with_members(format_version=...), "format_version: "),
    "a version that is none": (with_members(format_version="banana"), "format_version"),
    "no lineage": (with_members(lineage=...), "lineage: "),
    "a serial in quotes": (with_members(serial="12"), "serial: "),
    "a serial with a point": (with_members(serial=1.5), "serial: "),
    "a member nobody knows": (with_members(extra=1), "extra: "),
    "bindings as a list": (with_members(bindings=[]), "bindings: "),
    "an address that is none": (
        with_members(bindings={"persona/../x": {"id": "p1", "paths": {}}}),
        "not an address",
    ),
    "a binding without an id": (
        with_members(bindings={"persona/a": {"paths": {}}}),
        "bindings.persona/a.id: ",
    ),
    "a path that is no pointer": (
        with_members(
            bindings={"persona/a": {"id": "p1", "paths": {"x": {"applied": "", "observed": ""}}}}
        ),
        "a JSON Pointer starts with",
    ),
    "a record without observed": (
        with_members(bindings={"persona/a": {"id": "p1", "paths": {"/x": {"applied": ""}}}}),
        "observed: ",
    ),
    "two addresses bound to one persona": (
        with_members(
            bindings={
                "persona/a": {"id": "p1", "paths": {}},
                "persona/b": {"id": "p1", "paths": {}},
            }
        ),
        "bound to one persona",
    ),
}


@pytest.mark.parametrize(("data", "why"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_document_is_refused_with_the_reason_and_a_way_on(data: bytes, why: str) -> None:
    refused = refusal(data)
    assert refused.summary == "The state document cannot be read"
    assert why in refused.detail
    assert "history" in refused.hint
    assert "adopt" in refused.hint
    assert "pydantic" not in str(refused)


def test_a_version_with_more_digits_than_a_number_takes_is_refused() -> None:
    refused = refusal(with_members(format_version="9" * 5_000 + ".0"))
    assert refused.hint


@given(st.binary(max_size=60))
def test_no_bytes_lead_to_anything_but_a_document_or_a_refusal(data: bytes) -> None:
    with pytest.raises(StateError):
        decode(data)


@given(st.integers(0, 10**6), st.integers(0, 255))
def test_one_damaged_byte_leads_to_nothing_else(at: int, byte: int) -> None:
    data = bytearray(GOLDEN.read_bytes())
    data[at % len(data)] = byte
    try:
        document = decode(bytes(data))
    except StateError:
        return
    assert decode(encode(document)) == document
