"""Setting switches: what is allowed, and what a wrong one is answered with."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.core.service.defaults import DEFAULTS
from reconciler.core.service.profile import SHIPPED, switch_texts
from reconciler.sandbox.switches import Switches, allowed, from_text, parse

if TYPE_CHECKING:
    from reconciler.sandbox.store import Store


def test_every_switch_has_a_test() -> None:
    tests = "".join(file.read_text() for file in Path(__file__).parent.glob("test_switches_*.py"))
    for field in fields(Switches):
        assert f"def test_{field.name}_" in tests, field.name


def test_without_a_word_the_switches_are_those_of_the_newest_evidence(store: Store) -> None:
    assert store.switches() == Switches()
    assert (Switches().edit_model, Switches().defaults_profile) == ("editing_lifecycle", "2026-10")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("edit_model", "both", "none, draft_routed, editing_lifecycle"),
        ("strict_replace", "perhaps", "on, off"),
        ("max_limit", "0", "a whole number"),
        ("max_limit", "-1", "a whole number"),
        ("refuse_ops", "add,put", "add, remove, replace"),
        ("not_found", "500", "400, 404"),
        ("speed", "high", "edit_model"),
        ("speed", "high", "/layers/llm/model"),
        ("defaults", "full", "edit_model"),
        ("/layers/llm/temperature", "1", "/layers/llm/model"),
        ("/is_template", "perhaps", "on, off"),
    ],
)
def test_a_wrong_switch_is_refused_with_what_is_allowed(
    store: Store, name: str, value: str, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        store.set_switch(name, value)
    assert store.switches() == Switches()


def test_the_default_of_every_switch_can_be_written_as_text() -> None:
    for field in fields(Switches):
        if field.name == "defaults":
            continue
        value = getattr(Switches(), field.name)
        text = {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
        if value != ():
            assert parse(field.name, text) == value
        assert allowed(field.name)
    assert from_text({"refuse_ops": ""}) == Switches()


def test_each_default_is_a_switch_of_its_own() -> None:
    for question in DEFAULTS.values():
        text = switch_texts(SHIPPED)[question.id]
        assert from_text({question.id: text}).defaults == ((question.id, question.default),)
        assert allowed(question.id)


def test_a_switch_holds_until_reset(store: Store) -> None:
    store.set_switch("page_zero", "off")
    store.set_switch("refuse_ops", "move, copy")
    assert store.switches() == Switches(page_zero=False, refuse_ops=("move", "copy"))
    store.reset()
    assert store.switches() == Switches()
