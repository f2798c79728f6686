"""Reading a JSON file or text that a user gave, with errors that say where it is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.core.errors import ReconcilerError

if TYPE_CHECKING:
    from pathlib import Path


def read_json_file(file: Path) -> Any:  # noqa: ANN401 - any JSON
    """The value in a file. Raises ReconcilerError."""
    try:
        return parse_json(file.read_text(encoding="utf-8-sig"), str(file))
    except OSError as failed:
        raise ReconcilerError("A file cannot be read", f"{file}: {failed.strerror}") from None
    except UnicodeDecodeError:
        raise ReconcilerError("A file cannot be read", f"{file}: it is not UTF-8 text") from None


def parse_json(text: str, where: str) -> Any:  # noqa: ANN401 - any JSON
    """The value in a text. Raises ReconcilerError naming the place."""
    try:
        return json.loads(text, parse_constant=_no_json)
    except json.JSONDecodeError as wrong:
        place = f"{where}:{wrong.lineno}:{wrong.colno}"
        raise ReconcilerError("Not JSON", f"{place}: {wrong.msg}") from None
    except ValueError as wrong:
        raise ReconcilerError("Not JSON", f"{where}: {wrong}") from None
    except RecursionError:
        raise ReconcilerError("Not JSON", f"{where}: nested too deeply") from None


def _no_json(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
