"""Expected texts in files below tests/golden. BLESS=1 in the environment writes them anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

GOLDEN: Final = Path(__file__).parent / "golden"


def assert_golden(name: str, text: str) -> None:
    """Compare text with the file of that name, or with BLESS=1 make it the expected one."""
    file = GOLDEN / name
    if os.environ.get("BLESS") == "1":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    expected = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text == expected, f"{file} says otherwise; if the new text is right: BLESS=1 pytest"
