"""The matrix as people read it: tests/golden/environments. `BLESS=1 pytest` writes it anew."""

from __future__ import annotations

from typing import Final

import pytest
from golden_files import assert_golden

from reconciler.core.errors import SettingsError
from reconciler.core.resource import PERSONA, Address
from reconciler.core.standing import Column, Matrix, Standing
from reconciler.report.environments import environments_text

KEYS: Final = ("anna", "ben", "a-persona-with-a-rather-long-key-that-is-cut-where-it-must-be")


def matrix(keys: tuple[str, ...] = KEYS) -> Matrix:
    addresses = [Address(PERSONA, key) for key in keys]
    settled = dict.fromkeys(addresses, Standing.IN_SYNC)
    staging = {**settled, addresses[0]: Standing.AHEAD, addresses[1]: Standing.DRIFTED}
    prod = {**settled, addresses[0]: Standing.ABSENT}
    del prod[addresses[1]]
    lost = SettingsError("The API key is not set", "environment «us» takes it from KEY", "export")
    unknown = dict.fromkeys(addresses, Standing.UNKNOWN)
    return Matrix(
        (
            Column("sandbox", "sandbox", settled),
            Column("staging", "https://tavusapi.com", staging),
            Column("prod", "https://tavusapi.com", prod),
            Column("us", "https://tavusapi.com", unknown, lost),
        )
    )


@pytest.mark.parametrize("width", [120, 60, 40])
def test_the_matrix_fits_the_terminal(width: int) -> None:
    text = environments_text(matrix(), width)
    table = text.split("\n\nsandbox: ")[0]
    assert max(map(len, table.splitlines())) <= width
    assert_golden(f"environments/{width}.txt", text)


def test_of_many_personas_only_the_unsettled_have_rows() -> None:
    many = matrix((*KEYS, *(f"p{number}" for number in range(300))))
    known = Matrix(many.columns[:3])
    assert_golden("environments/many.txt", environments_text(known, 80))
    assert environments_text(known, 80, every=True).count("persona/p") == 300
