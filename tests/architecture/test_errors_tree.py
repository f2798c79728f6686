"""The error tree: as it is drawn, with an exit code for each kind."""

from __future__ import annotations

import inspect
import re
from typing import Final

import pytest

from reconciler.cli.exits import Exit, exit_code
from reconciler.cli.main import group
from reconciler.core import errors
from reconciler.core.errors import DefinitionError, ReconcilerError

KINDS: Final = {
    name: kind
    for name, kind in vars(errors).items()
    if inspect.isclass(kind) and issubclass(kind, ReconcilerError)
}
LINE: Final = re.compile(r"^(?P<indent>[│├└─ ]*)(?P<name>\w+Error)\b")


def drawn() -> dict[str, str]:
    """Class name → name of the class above it, as the docstring draws them."""
    above: list[tuple[int, str]] = []
    found = {}
    for line in (errors.__doc__ or "").splitlines():
        if (match := LINE.match(line)) is None:
            continue
        depth = len(match["indent"])
        above = [(d, name) for d, name in above if d < depth]
        found[match["name"]] = above[-1][1] if above else "Exception"
        above.append((depth, match["name"]))
    return found


def drawn_exits() -> dict[str, int]:
    """Class name → the exit code that stands beside it or beside a class above it."""
    beside = {
        match["name"]: int(number[1])
        for line in (errors.__doc__ or "").splitlines()
        if (match := LINE.match(line)) and (number := re.search(r"exit (\d+)$", line))
    }
    parents = drawn()

    def code(name: str) -> int:
        return beside[name] if name in beside else code(parents[name])

    return {name: code(name) for name in parents if name != "ReconcilerError"}


def test_every_error_stands_in_the_drawing_below_its_base() -> None:
    assert drawn() == {name: kind.__bases__[0].__name__ for name, kind in KINDS.items()}


@pytest.mark.parametrize(("name", "code"), list(drawn_exits().items()))
def test_every_error_ends_the_program_with_the_code_beside_it(name: str, code: int) -> None:
    kind = KINDS[name]
    failed = DefinitionError([]) if kind is DefinitionError else kind("It did not work")
    assert exit_code(failed) == code


def test_the_exit_codes_of_errors_are_in_the_help() -> None:
    listed = {int(code) for code in re.findall(r"\d+", group.epilog or "")}
    assert set(drawn_exits().values()) <= listed
    assert listed == {code for code in Exit if code is not Exit.INTERRUPTED}


@pytest.mark.parametrize("name", KINDS)
def test_every_error_says_in_a_sentence_what_it_is_for(name: str) -> None:
    assert (inspect.getdoc(KINDS[name]) or "").endswith(".")
