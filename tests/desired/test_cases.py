"""Every file in cases/ is a test: what it gives stands beside it, in a file ending in .expected.

To accept new behaviour, run the tests with BLESS=1 in the environment and review the difference.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from definition_cases import CASES, load_case, portrait, shown

if TYPE_CHECKING:
    import pathlib


def cases(kind: str) -> list[pathlib.Path]:
    return sorted(path for path in (CASES / kind).iterdir() if path.suffix != ".expected")


def compare(case: pathlib.Path, actual: str) -> None:
    expected = case.with_name(case.name + ".expected")
    if os.environ.get("BLESS"):
        expected.write_text(actual, encoding="utf-8")
    assert actual == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", cases("valid"), ids=lambda case: case.name)
def test_a_valid_definition_gives_what_stands_beside_it(
    case: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    loaded = load_case(case, tmp_path)
    assert [shown(diagnostic) for diagnostic in loaded.diagnostics] == []
    compare(case, "".join(portrait(desired) + "\n" for desired in loaded.desired))


@pytest.mark.parametrize("case", cases("invalid"), ids=lambda case: case.name)
def test_a_doubtful_definition_gives_the_diagnostics_beside_it(
    case: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    loaded = load_case(case, tmp_path)
    told = "".join(shown(diagnostic) + "\n" for diagnostic in loaded.diagnostics)
    assert told
    assert "CANARY" not in told
    compare(case, told)
