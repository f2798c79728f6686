"""A fresh emulator for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox_tools import Caller

from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def store() -> Iterator[Store]:
    with Store(None) as store:
        yield store


@pytest.fixture
def call(store: Store) -> Iterator[Caller]:
    with Caller(store) as caller:
        yield caller
