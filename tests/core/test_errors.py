"""What every error carries: what is wrong, the particulars, what to do."""

from __future__ import annotations

import pytest

from reconciler.core.diagnostics import Place, Severity, error, in_order, warning
from reconciler.core.errors import (
    DefinitionError,
    ReconcilerError,
    RefusedError,
    StalePlanError,
    TavusConflictError,
    TavusError,
    TavusNotFoundError,
    TavusRejectedError,
)


@pytest.mark.parametrize(
    ("summary", "detail", "text"),
    [
        ("It does not fit", "", "It does not fit"),
        ("It does not fit", "a is not b", "It does not fit: a is not b"),
    ],
)
def test_the_text_of_an_error_is_summary_and_detail(summary: str, detail: str, text: str) -> None:
    failed = ReconcilerError(summary, detail, "Try c.")
    assert str(failed) == text
    assert (failed.summary, failed.detail, failed.hint) == (summary, detail, "Try c.")


def test_every_kind_takes_the_same_three() -> None:
    for kind in (RefusedError, StalePlanError, TavusError, TavusNotFoundError):
        failed = kind("a", "b", "c")
        assert (failed.summary, failed.detail, failed.hint) == ("a", "b", "c")


def test_an_error_of_tavus_names_the_request_and_the_status() -> None:
    failed = TavusRejectedError("No", "because", request="PATCH /v2/personas/p1", status=400)
    assert (failed.request, failed.status) == ("PATCH /v2/personas/p1", 400)
    assert TavusError("No").status is None
    assert TavusConflictError("No").maker_changes is False
    assert isinstance(TavusConflictError("No"), TavusRejectedError)


def test_a_definition_error_carries_every_problem_and_counts_the_errors() -> None:
    found = [error("One"), warning("Two"), error("Three")]
    failed = DefinitionError(found)
    assert failed.diagnostics == tuple(found)
    assert (failed.summary, failed.detail) == ("The files have errors", "2 found")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("personas/a.yaml"), "personas/a.yaml"),
        (Place("personas/a.yaml", 3, 7), "personas/a.yaml:3:7"),
    ],
)
def test_a_place_is_written_so_that_editors_jump_there(place: Place, text: str) -> None:
    assert str(place) == text


def test_diagnostics_come_in_order_of_place_each_once() -> None:
    late, early = Place("b.yaml", 1, 1), Place("a.yaml", 9, 1)
    found = [error("B", place=late), warning("A", place=early), error("Z"), error("B", place=late)]
    assert [d.summary for d in in_order(found)] == ["Z", "A", "B"]
    assert in_order(found) == in_order(list(reversed(found)))


def test_only_an_error_stops_the_run() -> None:
    assert error("x").is_error
    assert not warning("x").is_error
    assert [severity.value for severity in Severity] == ["error", "warning"]
