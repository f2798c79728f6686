"""All pages of the list, or an error: an incomplete list is never taken for a complete one.

Nothing locks the account meanwhile, so what was read is checked: the same total on each page, no
row twice, as many rows as the total says. Where that fails, the list is walked again, the last time
page after page. A server that gives no total is walked until a page brings nothing new, and
believed when two walks in a row give the same ids.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, TypeVar

from reconciler.core.errors import TavusListError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from typing import Any

    OnPage: TypeAlias = Callable[[int, int], None]


class Row(Protocol):
    """A row of any list."""

    @property
    def id(self) -> str:
        """What it is known by."""


AnyRow = TypeVar("AnyRow", bound=Row)
AnyRow_co = TypeVar("AnyRow_co", bound=Row, covariant=True)


class Page(Protocol[AnyRow_co]):
    """A page of any list."""

    @property
    def rows(self) -> tuple[AnyRow_co, ...]:
        """What is on it."""

    @property
    def total(self) -> int | None:
        """Rows over all pages, as the server says; None where it does not say."""


if TYPE_CHECKING:
    Fetch: TypeAlias = Callable[[int, int], Coroutine[Any, Any, Page[AnyRow]]]

WALKS: Final = 3
_MOST_PAGES: Final = 10_000
"""No account has so many; a total that asks for more is a mistake and is not followed."""


async def complete_list(
    fetch: Fetch[AnyRow],
    page_size: int,
    *,
    on_page: OnPage | None,
    request: str,
    what: str = "personas",
) -> tuple[AnyRow, ...]:
    """Every row. fetch takes page number (from 1) and limit. Raises TavusListError.

    on_page is told rows so far and total after each page; each walk counts from zero.
    """
    problems: list[str] = []
    before: list[str] | None = None
    for walk in range(1, WALKS + 1):
        pages = await _walk(_counting(fetch, on_page), page_size, in_turn=walk == WALKS)
        ids = _ids(pages)
        problem = _problem(pages, ids)
        if not problem and (pages[0].total is not None or ids == before):
            return tuple(row for page in pages for row in page.rows)
        problems.append(problem or "without a total, two walks gave different rows")
        before = None if problem else ids
    raise TavusListError(
        f"The list of {what} did not hold still",
        f"{request}, walked {WALKS} times: " + "; ".join(dict.fromkeys(problems)),
        f"Nothing was concluded from it. Run again when nobody creates or deletes {what}.",
        request=request,
    )


async def _walk(fetch: Fetch[AnyRow], page_size: int, *, in_turn: bool) -> list[Page[AnyRow]]:
    first = await fetch(1, page_size)
    if first.total is None or in_turn:
        return [first, *await _following(fetch, first, page_size)]
    if not first.rows or len(first.rows) >= first.total:
        return [first]
    # A server may cap the limit, so the first page tells how long a page is.
    limit = len(first.rows)
    last = -(-first.total // limit)
    if last > _MOST_PAGES:
        return [first]
    return [first, *await _together(fetch(number, limit) for number in range(2, last + 1))]


async def _following(
    fetch: Fetch[AnyRow], first: Page[AnyRow], page_size: int
) -> list[Page[AnyRow]]:
    """The pages after the first, one by one, until all rows are there or a page brings none."""
    pages: list[Page[AnyRow]] = []
    ids = set(_ids([first]))
    while first.total is None or len(ids) < first.total:
        pages.append(page := await fetch(len(pages) + 2, page_size))
        new = set(_ids([page])) - ids
        # A page of known rows only, from a server that knows no pages, would go on for ever.
        if not new:
            break
        ids |= new
    return pages


async def _together(calls: Iterable[Coroutine[Any, Any, Page[AnyRow]]]) -> list[Page[AnyRow]]:
    """Every result in order. The first failure ends the other calls and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
        return [task.result() for task in tasks]
    except BaseExceptionGroup as several:
        first = several.exceptions[0]
    raise first


def _counting(fetch: Fetch[AnyRow], on_page: OnPage | None) -> Fetch[AnyRow]:
    """The same fetch, telling on_page how far the walk is; without a total, rows for both."""
    rows = 0

    async def counted(number: int, limit: int) -> Page[AnyRow]:
        nonlocal rows
        page = await fetch(number, limit)
        rows += len(page.rows)
        if on_page is not None:
            on_page(rows, rows if page.total is None else page.total)
        return page

    return counted


def _ids(pages: Iterable[Page[AnyRow]]) -> list[str]:
    return [row.id for page in pages for row in page.rows]


def _problem(pages: list[Page[AnyRow]], ids: list[str]) -> str:
    """What makes a walk unusable; empty where nothing does."""
    totals = list(dict.fromkeys(page.total for page in pages))
    if len(totals) > 1:
        return f"the total went from {totals[0]} to {totals[1]}"
    if repeated := len(ids) - len(set(ids)):
        return f"{repeated} of {len(ids)} rows came more than once"
    if totals[0] is not None and len(ids) != totals[0]:
        return f"{len(ids)} rows came where the total says {totals[0]}"
    return ""
