"""Scalars without quotes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.desired.scalars import Surprise, plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("1.0", 1.0),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-1.5E-2", -0.015),
        ("1.2.3", "1.2.3"),
        ("r90bbd427f71", "r90bbd427f71"),
        ("nope", "nope"),
        ("once", "once"),
        ("y", "y"),
        ("-", "-"),
        ("30%", "30%"),
        ("555-1234", "555-1234"),
    ],
)
def test_a_plain_scalar_reads_as_in_yaml_1_2(text: str, value: Any) -> None:
    assert plain(text) == value
    assert type(plain(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "yes", "No", "ON", "off", "012", "-012", "00", "0_1", "1_000", "1_0.5", "0x1F", "0o17",
        "0b101", "12:30", "12:30:45", "2026-01-01", "2026-01-01T10:00:00Z", "2026-1-1 10:00",
        ".nan", ".inf", "-.INF", "1e999", "9" * 100, "0." + "9" * 100,
    ],
)  # fmt: skip
def test_what_other_programs_read_differently_is_no_value(text: str) -> None:
    assert isinstance(plain(text), Surprise)


@given(st.text(alphabet="0123456789_:.-+eExob ", max_size=12))
def test_a_surprise_never_quotes_a_number(text: str) -> None:
    found = plain(text)
    if isinstance(found, Surprise) and len(text) > 2:
        assert text not in f"{found.summary} {found.detail} {found.hint}"
