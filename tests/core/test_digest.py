from __future__ import annotations

import re
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.digest import UNSET_DIGEST, digests_for, key_check
from reconciler.core.document import ABSENT, parse_pointer
from reconciler.core.secret import MASK, Secret

DIGESTS: Final = digests_for("lineage")


def digest(at: str, value: Any) -> str:
    return DIGESTS.of(parse_pointer(at), value)


@pytest.mark.parametrize("value", [ABSENT, None, "", [], {}, Secret("")])
def test_every_shape_of_not_set_has_one_digest(value: Any) -> None:
    assert digest("/greeting", value) == UNSET_DIGEST


@pytest.mark.parametrize(
    ("at", "left", "right"),
    [
        ("/document_ids", ["a", "b"], ["b", "a", "b"]),
        ("/layers/llm/extra_body/x", 1, 1.0),
        ("/layers/llm/extra_body/x", {"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ("/layers/llm/api_key", Secret("k"), "k"),
        (
            "/layers/llm/tools",
            [{"function": {"name": "a"}}, {"function": {"name": "b"}}],
            [{"function": {"name": "b"}}, {"function": {"name": "a"}}],
        ),
    ],
)
def test_what_means_the_same_has_the_same_digest(at: str, left: Any, right: Any) -> None:
    assert digest(at, left) == digest(at, right)


@pytest.mark.parametrize(
    ("at", "left", "right"),
    [
        ("/greeting", "a", "b"),
        ("/languages", ["a", "b"], ["b", "a"]),
        ("/layers/llm/extra_body/x", 1, True),
        ("/layers/llm/extra_body/x", 1, "1"),
        ("/layers/llm/extra_body/x", 0, None),
        ("/layers/llm/api_key", Secret("k"), Secret(MASK)),
        ("/persona_name", "Coach (1)", "Coach 1"),
    ],
)
def test_what_means_something_else_has_another_digest(at: str, left: Any, right: Any) -> None:
    assert digest(at, left) != digest(at, right)


def test_a_digest_is_128_bits_of_hexadecimal_whatever_the_length_of_the_value() -> None:
    for value in ("x", "x" * 100_000, "\ud800", Secret("s")):
        assert re.fullmatch(r"[0-9a-f]{32}", digest("/greeting", value))


def test_the_key_comes_from_the_lineage_and_the_teams_own_secret() -> None:
    keys = [
        digests_for("one"),
        digests_for("two"),
        digests_for("one", Secret("extra")),
        digests_for("one", Secret("other")),
    ]
    assert len({digests.of(("greeting",), "Hi") for digests in keys}) == len(keys)
    assert len({key_check(digests) for digests in keys}) == len(keys)
    assert key_check(digests_for("one")) == key_check(keys[0])


@given(st.text(min_size=1), st.text(min_size=1))
def test_texts_have_equal_digests_only_where_they_are_equal(left: str, right: str) -> None:
    assert (DIGESTS.of_text(left) == DIGESTS.of_text(right)) is (left == right)
