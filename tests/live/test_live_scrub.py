"""What is quoted of the server's words."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.core.secret import Secret
from reconciler.live.scrub import LONGEST, scrubbed

_VALUE = 'sk-Ä/1 "two"\nthree+='
_BASIC = base64.b64encode(f"user:{_VALUE}".encode()).decode()


@pytest.mark.parametrize(
    "guise",
    [
        _VALUE,
        json.dumps(_VALUE),
        json.dumps(_VALUE, ensure_ascii=False),
        repr({"k": _VALUE}),
        quote(_VALUE),
        quote(_VALUE, safe="").lower(),
        quote_plus(_VALUE),
        html.escape(_VALUE),
        base64.b64encode(_VALUE.encode()).decode(),
        base64.urlsafe_b64encode(_VALUE.encode()).decode(),
        str(_VALUE.encode()),
    ],
)
def test_a_secret_is_found_in_every_guise(guise: str) -> None:
    text = scrubbed(f"before {guise} after", [Secret(_VALUE)])
    for part in ("two", "three", "dHdv", "sk-"):
        assert part not in text
    assert text.startswith("before ")
    assert text.endswith(" after")


def test_a_secret_inside_a_longer_base64_text_is_found() -> None:
    text = scrubbed(f"Basic {_BASIC}", [Secret(_VALUE)])
    assert base64.b64encode(b"two").decode() not in text
    assert len(text) < len(_BASIC)


@given(
    st.text(st.characters(codec="utf-8"), min_size=6, max_size=20),
    st.text(max_size=400),
    st.text(max_size=400),
)
@example("\x00secret", "", "")
def test_no_secret_stays_wherever_it_stands(value: str, before: str, after: str) -> None:
    hidden = scrubbed(before + value + after, [Secret(value)])
    assert len(hidden) <= LONGEST
    assert value.casefold() not in hidden.casefold() or value.strip("*… ") == ""


def test_a_secret_that_is_cut_by_the_limit_is_hidden_whole() -> None:
    assert "secret" not in scrubbed("x" * (LONGEST - 5) + "secret-value", [Secret("secret-value")])


def test_a_secret_put_together_by_removing_control_characters_is_hidden() -> None:
    assert scrubbed("sec\x07ret-value", [Secret("secret-value")]) == "********"


def test_control_and_direction_characters_do_not_reach_the_terminal() -> None:
    assert scrubbed("a\x1b[31mb\r\nc\u202ed\x00", []) == "a[31mb cd"


def test_values_too_short_to_be_secrets_do_not_blacken_words() -> None:
    assert scrubbed("Length must be 1", [Secret("1"), Secret("")]) == "Length must be 1"
