"""Telling only what concerns certain files, although everything was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.resource import Desired


def problems_in(problems: Iterable[Diagnostic], files: Collection[str]) -> list[Diagnostic]:
    """The problems in these files and folders, in what they include, and in no file at all.

    files are shown names; all problems where there are none.
    """
    return [
        problem
        for problem in problems
        if not files
        or problem.place is None
        or any(_is_in(place.file, files) for place in (problem.place, *problem.via))
    ]


def definitions_in(definitions: Iterable[Desired], files: Collection[str]) -> list[Desired]:
    """The definitions that are, or take something from, one of these files and folders."""
    return [
        desired
        for desired in definitions
        if not files
        or _is_in(desired.place.file, files)
        or any(_is_in(place.file, files) for place in desired.places.values())
    ]


def _is_in(file: str, files: Collection[str]) -> bool:
    return any(file == one or file.startswith(f"{one}/") for one in files)
