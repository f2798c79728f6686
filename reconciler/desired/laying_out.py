"""Which files have a canonical layout, and bringing one of them into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.core.diagnostics import Place
from reconciler.desired.discovery import FRAGMENTS, discover
from reconciler.desired.disk import MARKDOWN, YAML, Disk
from reconciler.desired.formatting import formatted_markdown, formatted_yaml
from reconciler.desired.overlays import DIRECTORY
from reconciler.desired.source import unreadable
from reconciler.desired.text import read_text, write_text

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Collection

BASES: Final = "bases"
"""The folder whose files are laid out like definitions; texts to include are left alone."""


def files_with_layout(
    root: pathlib.Path, base: pathlib.Path, only: Collection[pathlib.Path]
) -> list[pathlib.Path]:
    """Definitions and bases below root, and overlays below base, in YAML or Markdown.

    only: resolved files and directories to restrict them to; all where empty.
    """
    root, base = root.resolve(), base.resolve()
    found = [
        *discover(Disk(root, base)).definitions,
        *(path for path in root.rglob("*") if _is_base(path.relative_to(root))),
        *(base / DIRECTORY).rglob("*"),
    ]
    resolved = {path.resolve() for path in found if path.suffix.lower() in YAML | MARKDOWN}
    inside = (path for path in resolved if path.is_relative_to(base) and path.is_file())
    return sorted(
        path for path in inside if not only or any(path.is_relative_to(one) for one in only)
    )


def _is_base(path: pathlib.Path) -> bool:
    folders = path.parts[:-1]
    first = next((name for name in folders if name in FRAGMENTS), "")
    is_hidden = any(name.startswith(".") for name in path.parts)
    return first == BASES and not is_hidden and path.name.casefold() != "readme.md"


def new_layout(path: pathlib.Path, file: str) -> str | None:
    """The text of the file at path in canonical layout; None where it has that already.

    Raises DefinitionError where it has an error; file is its shown name.
    """
    text = read_text(path, file)
    laid_out = formatted_markdown if path.suffix.lower() in MARKDOWN else formatted_yaml
    after = laid_out(text, file)
    return None if after.encode() == path.read_bytes() else after


def rewrite(path: pathlib.Path, file: str, text: str) -> None:
    """Replace the text of a file, at once. Raises DefinitionError where that cannot be done."""
    try:
        write_text(path, text)
    except OSError as problem:
        why = problem.strerror or ""
        raise unreadable("The file cannot be written", why, Place(file)) from None
