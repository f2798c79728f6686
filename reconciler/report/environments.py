"""The matrix of personas and environments: as a table that fits the terminal, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler import __version__
from reconciler.core.standing import Standing
from reconciler.report.formats import FORMAT_VERSION
from reconciler.report.phrasing import count, plain, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.core.resource import Address
    from reconciler.core.standing import Column, Matrix
    from reconciler.report.formats import ColumnDocument, EnvironmentsDocument
    from reconciler.report.phrasing import Paint

MOST_ROWS: Final = 30
"""Personas up to which those that are settled everywhere have a row of their own."""

_GAP: Final = 2
_NARROWEST: Final = 16
"""Characters that an address keeps on the narrowest terminal."""

_ROLES: Final[Mapping[Standing, str]] = {
    Standing.IN_SYNC: "dim",
    Standing.AHEAD: "change",
    Standing.DRIFTED: "warn",
    Standing.DIVERGED: "warn",
    Standing.ABSENT: "add",
    Standing.CONFLICT: "error",
    Standing.ORPHAN: "remove",
    Standing.NOT_MEANT: "dim",
    Standing.UNKNOWN: "error",
}


def environments_text(
    matrix: Matrix, width: int, paint: Paint = plain, *, every: bool = False
) -> str:
    """A row per persona, a column per environment, counts, and why an environment is unknown.

    Environments that do not fit side by side follow below. Of many personas those that are
    settled everywhere are only counted, unless every row is asked for.
    """
    addresses = matrix.addresses
    shown = addresses
    if len(addresses) > MOST_ROWS and not every:
        shown = tuple(a for a in addresses if not all(one.is_settled for one in matrix.row(a)))
    lines: list[str] = []
    if shown:
        for block in _blocks(matrix.columns, max(map(_length, shown)), width):
            lines += [*_table(block, shown, width, paint), ""]
    if hidden := len(addresses) - len(shown):
        lines += [f"{count(hidden, 'more persona')} settled in every environment.", ""]
    lines += [_summary(column, addresses) for column in matrix.columns]
    for name, problem in matrix.problems():
        detail = f": {printable(problem.detail)}" if problem.detail else ""
        lines += ["", f"{paint(name, 'error')}: {problem.summary}{detail}"]
        lines += [paint(f"    {printable(problem.hint)}", "dim")] if problem.hint else []
    return "\n".join(lines) + "\n"


def _length(address: Address) -> int:
    return len(str(address))


def _column_width(column: Column) -> int:
    return max(len(column.environment), *(len(one) for one in column.standings.values()), 9)


def _blocks(columns: Sequence[Column], longest: int, width: int) -> Iterator[list[Column]]:
    """The columns in groups that fit side by side, at least one in each."""
    room = width - max(_NARROWEST, min(longest, width // 2))
    block: list[Column] = []
    used = 0
    for column in columns:
        need = _column_width(column) + _GAP
        if block and used + need > room:
            yield block
            block, used = [], 0
        block.append(column)
        used += need
    yield block


def _table(
    columns: Sequence[Column], addresses: Sequence[Address], width: int, paint: Paint
) -> Iterator[str]:
    widths = [_column_width(column) for column in columns]
    room = max(_NARROWEST, width - sum(widths) - _GAP * len(widths))
    first = min(room, max(map(_length, addresses)))
    gap = " " * _GAP
    heads = (c.environment.ljust(w) for c, w in zip(columns, widths, strict=True))
    yield paint((" " * first + gap + gap.join(heads)).rstrip(), "strong")
    for address in addresses:
        cells = [column.of(address) for column in columns]
        painted = [
            paint(cell.value, _ROLES[cell]) + " " * (w - len(cell.value))
            for cell, w in zip(cells, widths, strict=True)
        ]
        yield (_cut(str(address), first).ljust(first) + gap + gap.join(painted)).rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _summary(column: Column, addresses: Sequence[Address]) -> str:
    if column.problem:
        return f"{column.environment}: unknown"
    counts = column.counts(addresses)
    told = ", ".join(f"{number:,} {one}" for one, number in counts.items())
    return f"{column.environment}: {told or 'nothing'}"


def environments_document(matrix: Matrix) -> EnvironmentsDocument:
    """The same for machines, every persona."""
    addresses = matrix.addresses
    return {
        "kind": "persona-reconciler/environments",
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "environments": [_column(column, addresses) for column in matrix.columns],
        "personas": [
            {
                "address": str(address),
                "standings": {c.environment: c.of(address).value for c in matrix.columns},
            }
            for address in addresses
        ],
    }


def _column(column: Column, addresses: Sequence[Address]) -> ColumnDocument:
    problem = column.problem
    return {
        "environment": column.environment,
        "endpoint": column.endpoint,
        "known": problem is None,
        "summary": {one.value: number for one, number in column.counts(addresses).items()},
        "problem": {"summary": problem.summary, "detail": problem.detail, "hint": problem.hint}
        if problem
        else None,
    }
