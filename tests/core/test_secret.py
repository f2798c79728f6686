from __future__ import annotations

import copy
import json
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from reconciler.core.secret import MASK, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "canary-4711-key"
SECRET = Secret(CANARY)


@dataclass(frozen=True)
class Holder:
    key: Secret


@pytest.mark.parametrize(
    "show",
    [
        str,
        repr,
        ascii,
        "{}".format,
        "{!r}".format,
        "{:>20}".format,
        lambda secret: f"{secret}",
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - one of the ways text is made
        lambda secret: str([secret]),
        lambda secret: str({secret: secret}),
        lambda secret: repr(Holder(secret)),
        lambda secret: str(ValueError(secret)),
    ],
)
def test_no_way_of_making_text_shows_it(show: Callable[[Secret], str]) -> None:
    assert CANARY not in show(SECRET)
    assert MASK in show(SECRET)


def test_it_has_no_length_no_parts_and_no_attributes_to_read() -> None:
    assert not hasattr(SECRET, "__len__")
    assert not hasattr(SECRET, "__iter__")
    assert not hasattr(SECRET, "__dict__")


def test_json_refuses_it() -> None:
    with pytest.raises(TypeError, match="not JSON serializable") as refused:
        json.dumps({"key": SECRET})
    assert CANARY not in str(refused.value)


def test_it_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="not pickled") as refused:
        pickle.dumps(SECRET)
    assert CANARY not in str(refused.value)


def test_copies_are_itself() -> None:
    assert copy.copy(SECRET) is SECRET
    assert copy.deepcopy({"a": [SECRET]})["a"][0] is SECRET


def test_it_equals_a_secret_of_the_same_value_only() -> None:
    assert Secret(CANARY) == SECRET
    assert {Secret(CANARY)} == {SECRET}
    assert Secret("other") != SECRET
    assert SECRET != CANARY
    assert hash(SECRET) != hash(CANARY)


@pytest.mark.parametrize(
    ("value", "is_mask"), [(MASK, True), ("*******", False), ("", False), (CANARY, False)]
)
def test_it_knows_the_servers_mask(value: str, is_mask: bool) -> None:
    assert Secret(value).is_mask is is_mask
    assert Secret(value).reveal() == value
