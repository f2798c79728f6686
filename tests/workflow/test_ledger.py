"""The state document during one run: changed in memory, replaced in batches, never overwritten."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest
from fleet import InMemory

from reconciler.core.binding import Binding
from reconciler.core.errors import StateConflictError, StateError, WrongTargetError
from reconciler.core.resource import Address
from reconciler.core.secret import Secret
from reconciler.core.state import StateDocument
from reconciler.workflow.ledger import Ledger

ADDRESS: Final = Address("persona", "coach")
BINDING: Final = Binding("p1")


def flush(ledger: Ledger) -> None:
    asyncio.run(ledger.flush())


def begun(documents: InMemory, extra: Secret | None = None) -> Ledger:
    ledger = Ledger(documents, extra)
    ledger.begin()
    return ledger


def stored(extra: Secret | None = None) -> InMemory:
    """Documents with one binding, saved once."""
    documents = InMemory()
    ledger = begun(documents, extra)
    ledger.bind(ADDRESS, BINDING)
    flush(ledger)
    return documents


def test_an_unborn_document_has_no_lineage_and_is_not_stored() -> None:
    documents = InMemory()
    ledger = Ledger(documents)
    flush(ledger)
    assert (ledger.document, documents.saves) == (StateDocument(lineage=""), 0)


def test_two_plans_before_the_first_apply_have_the_same_digests() -> None:
    one, other = Ledger(InMemory()), Ledger(InMemory())
    assert one.digests.of(("greeting",), "Hi") == other.digests.of(("greeting",), "Hi")


def test_beginning_gives_a_lineage_once_and_it_stays() -> None:
    one, other = begun(InMemory()), begun(InMemory())
    assert one.document.lineage != other.document.lineage
    lineage = one.document.lineage
    one.begin()
    assert one.document.lineage == lineage
    assert begun(stored()).document.lineage


def test_beginning_alone_is_nothing_to_store() -> None:
    documents = InMemory()
    ledger = begun(documents)
    ledger.claim("sandbox", "account")
    flush(ledger)
    assert documents.saves == 0


def test_what_was_bound_is_stored_with_the_next_flush_and_raises_the_serial() -> None:
    documents = stored()
    assert (documents.document.bindings, documents.document.serial) == ({ADDRESS: BINDING}, 1)
    ledger = Ledger(documents)
    ledger.forget(ADDRESS)
    assert documents.document.bindings
    flush(ledger)
    assert (documents.document.bindings, documents.document.serial) == ({}, 2)


def test_many_changes_are_one_save() -> None:
    documents = InMemory()
    ledger = begun(documents)
    for number in range(100):
        ledger.bind(Address("persona", f"p{number}"), Binding(f"p{number}"))
    flush(ledger)
    assert documents.saves == 1


def test_what_changes_nothing_is_not_stored() -> None:
    documents = stored()
    ledger = Ledger(documents)
    ledger.bind(ADDRESS, Binding("p1"))
    ledger.forget(Address("persona", "nobody"))
    ledger.begin()
    assert not ledger.dirty
    flush(ledger)
    assert documents.saves == 1


def test_a_new_account_of_a_state_with_bindings_is_stored() -> None:
    documents = stored()
    ledger = Ledger(documents)
    ledger.claim("sandbox", "another key")
    flush(ledger)
    assert (documents.document.endpoint, documents.document.account) == ("sandbox", "another key")
    ledger.claim("sandbox", "another key")
    assert not ledger.dirty


def test_a_touched_document_is_stored_although_nothing_in_it_changed() -> None:
    documents = stored()
    ledger = Ledger(documents)
    ledger.touch()
    flush(ledger)
    assert (documents.saves, documents.document.serial) == (2, 2)
    documents.someone_else_saves()
    ledger.touch()
    with pytest.raises(StateConflictError):
        flush(ledger)


def test_who_was_slower_is_refused_and_keeps_what_it_could_not_store() -> None:
    documents = stored()
    ledger = Ledger(documents)
    documents.someone_else_saves()
    theirs = documents.document
    ledger.forget(ADDRESS)
    for _ in range(2):
        with pytest.raises(StateConflictError):
            flush(ledger)
    assert ledger.dirty
    assert documents.document == theirs


def test_after_a_passing_failure_the_next_flush_stores_everything() -> None:
    documents = stored()
    ledger = Ledger(documents)
    ledger.forget(ADDRESS)
    documents.fail = StateError("The state file cannot be written")
    with pytest.raises(StateError):
        flush(ledger)
    documents.fail = None
    flush(ledger)
    assert documents.document.bindings == {}
    assert not ledger.dirty


def test_flushes_at_the_same_time_store_each_change_once() -> None:
    documents = InMemory()
    ledger = begun(documents)

    async def scenario() -> None:
        ledger.bind(ADDRESS, BINDING)
        await asyncio.gather(*(ledger.flush() for _ in range(5)))

    asyncio.run(scenario())
    assert documents.saves == 1


def test_a_change_made_while_a_flush_is_under_way_is_not_lost() -> None:
    documents = InMemory()
    ledger = begun(documents)

    async def scenario() -> None:
        ledger.bind(ADDRESS, BINDING)
        flushing = asyncio.create_task(ledger.flush())
        await asyncio.sleep(0)
        ledger.bind(Address("persona", "late"), Binding("p2"))
        await flushing
        await ledger.flush()

    asyncio.run(scenario())
    assert {address.key for address in documents.document.bindings} == {"coach", "late"}


@pytest.mark.parametrize(
    ("made_with", "opened_with"),
    [(Secret("team"), None), (None, Secret("team")), (Secret("team"), Secret("other"))],
)
def test_another_digest_key_is_refused_before_every_secret_looks_changed(
    made_with: Secret | None, opened_with: Secret | None
) -> None:
    documents = stored(made_with)
    with pytest.raises(WrongTargetError, match="another digest key") as refused:
        Ledger(documents, opened_with)
    assert "RECONCILER_DIGEST_KEY" in refused.value.hint
    assert "team" not in str(refused.value)


def test_the_same_digest_key_is_fine() -> None:
    assert Ledger(stored(Secret("team")), Secret("team")).document.bindings
