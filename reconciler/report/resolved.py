"""What a definition resolves to: every value with the place it comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.core.canonical import owned
from reconciler.core.document import dotted, pointer
from reconciler.report.formats import FORMAT_VERSION
from reconciler.report.phrasing import plain, printable, short, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.core.diagnostics import Place
    from reconciler.core.document import Json, Path
    from reconciler.core.resource import Desired
    from reconciler.report.phrasing import Paint


def resolved_text(desired: Desired, mask: Callable[[Json], Json], paint: Paint = plain) -> str:
    """The files it is made of, then a line per value. mask hides what is secret in a value."""
    first, *others = desired.sources
    lines = [f"{paint(str(desired.address), 'strong')}  {paint(printable(first), 'dim')}"]
    lines += [f"    made of {printable(file)}" for file in others]
    lines.append("")
    for path, value in owned(desired.document):
        where = paint(printable(_where(desired, path)), "dim")
        name = spelled(path, desired.spellings)
        lines.append(f"{name}: {short(mask(value))}  {where}")
        for at, source in _inside(desired, path).items():
            lines.append(f"    {_positions(at[len(path) :])}  {paint(printable(source), 'dim')}")
    return "\n".join(lines) + "\n"


def resolved_json(desired: Desired, mask: Callable[[Json], Json]) -> str:
    """The same for machines."""
    document = {
        "kind": "persona-reconciler/resolved",
        "format_version": FORMAT_VERSION,
        "address": str(desired.address),
        "files": list(desired.sources),
        "values": list(_values(desired, mask)),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _values(desired: Desired, mask: Callable[[Json], Json]) -> Iterator[Json]:
    for path, value in owned(desired.document):
        place = _origin(desired, path)
        yield {
            "path": pointer(path),
            "written": spelled(path, desired.spellings),
            "value": mask(value),
            "place": {"file": place.file, "line": place.line, "column": place.column},
            "variable": desired.variables.get(path),
            "inside": [
                {"at": _positions(at[len(path) :]), "from": source}
                for at, source in _inside(desired, path).items()
            ],
        }


def _where(desired: Desired, path: Path) -> str:
    variable = desired.variables.get(path, "")
    return f"{_origin(desired, path)}" + (f" ($env {variable})" if variable else "")


def _origin(desired: Desired, path: Path) -> Place:
    known = (desired.places.get(path[:length]) for length in range(len(path), 0, -1))
    return next((place for place in known if place is not None), desired.place)


def _inside(desired: Desired, path: Path) -> dict[tuple[str | int, ...], str]:
    """What a value holds that comes from elsewhere, and from where."""
    found: dict[tuple[str | int, ...], str] = {
        **{at: str(place) for at, place in desired.inserted.items()},
        **{at: f"$env {name}" for at, name in desired.variables.items()},
    }
    depth = len(path)
    return {at: where for at, where in found.items() if len(at) > depth and at[:depth] == path}


def _positions(at: tuple[str | int, ...]) -> str:
    """A path below a value, as people write it: [0].function.description."""
    return "".join(f"[{s}]" if isinstance(s, int) else f".{dotted((s,))}" for s in at)
