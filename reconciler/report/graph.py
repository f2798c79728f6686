"""What definitions are made of: as a tree, as JSON, as a Mermaid flow chart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.core.graph import edges
from reconciler.report.formats import FORMAT_VERSION
from reconciler.report.phrasing import plain, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.core.graph import Edge
    from reconciler.core.resource import Desired
    from reconciler.report.phrasing import Paint


def graph_text(definitions: Sequence[Desired], paint: Paint = plain) -> str:
    """A tree per definition."""
    below: dict[str, list[Edge]] = {}
    for edge in edges(definitions):
        below.setdefault(edge.source, []).append(edge)
    lines: list[str] = []
    for item in definitions:
        place = paint(printable(item.place.file), "dim")
        lines.append(f"{paint(str(item.address), 'strong')}  {place}")
        lines += _branches(str(item.address), below, set(item.sources), 1)
    return "\n".join(lines) + "\n" if lines else ""


def _branches(
    name: str, below: Mapping[str, list[Edge]], own: set[str], depth: int
) -> Iterator[str]:
    for edge in below.get(name, ()):
        yield f"{'    ' * depth}{edge.how} {printable(edge.target)}"
        if edge.target in own:
            yield from _branches(edge.target, below, own, depth + 1)


def graph_json(definitions: Sequence[Desired], environment: str) -> str:
    """Nodes and edges."""
    found = edges(definitions)
    document = {
        "kind": "persona-reconciler/graph",
        "format_version": FORMAT_VERSION,
        "environment": environment,
        "nodes": [
            {"id": name, "kind": kind, "file": file}
            for name, (kind, file) in _nodes(definitions, found).items()
        ],
        "edges": [{"from": e.source, "how": e.how, "to": e.target} for e in found],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _nodes(
    definitions: Sequence[Desired], found: Sequence[Edge]
) -> Mapping[str, tuple[str, str | None]]:
    """Id of each node → its kind and its file: definitions first, then what they need."""
    nodes: dict[str, tuple[str, str | None]] = {
        str(item.address): (item.address.kind, item.place.file) for item in definitions
    }
    resources = {str(r.target): r.target.kind for item in definitions for r in item.references}
    for edge in found:
        for name in (edge.source, edge.target):
            if name in resources:
                nodes.setdefault(name, (resources[name], None))
            nodes.setdefault(name, ("file", name))
    return nodes


def graph_mermaid(definitions: Sequence[Desired]) -> str:
    """A flow chart that GitHub and others draw."""
    found = edges(definitions)
    nodes = _nodes(definitions, found)
    ids = {name: f"n{position}" for position, name in enumerate(nodes)}
    lines = ["flowchart LR"]
    for name, (kind, _) in nodes.items():
        left, right = ("[", "]") if kind == "file" else ("([", "])")
        lines.append(f'    {ids[name]}{left}"{_quoted(name)}"{right}')
    lines += [f"    {ids[e.source]} -->|{e.how}| {ids[e.target]}" for e in found]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Text within a quoted label: what means something there as an entity."""
    return "".join(c if c not in '"#<>&' else f"#{ord(c)};" for c in printable(text))
