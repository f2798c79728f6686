"""What a create will set, told a paragraph an object: the definition itself is there to read."""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from reconciler.core.document import dotted
from reconciler.report.phrasing import authors_path, printable
from reconciler.report.values import headline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.plan import Change


def creation_paragraphs(change: Change, width: int) -> Iterator[list[str]]:
    """The fields of each object, as lines of at most width columns."""
    by_object = sorted(change.fields, key=lambda field: (field.path[:-1], field.path))
    for parent, fields in groupby(by_object, key=lambda field: field.path[:-1]):
        words = ", ".join(
            f"{printable(authors_path(field.path, change.spellings)[-1])}={headline(field)}"
            for field in fields
        )
        title = f"{dotted(parent)}: " if parent else ""
        yield wrap(f"{title}{words}", width, break_long_words=False, break_on_hyphens=False)
