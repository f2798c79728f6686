"""Diagnostics as GitHub workflow commands: they show beside the line in a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.report.phrasing import printable_lines, verdict_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.core.diagnostics import Diagnostic


def diagnostics_github(found: Sequence[Diagnostic], definitions: int) -> str:
    """A command per diagnostic, then the line that counts them for the log."""
    lines = [_command(diagnostic) for diagnostic in found]
    return "\n".join([*lines, verdict_line(found, definitions)]) + "\n"


def _command(diagnostic: Diagnostic) -> str:
    title = diagnostic.summary
    if diagnostic.rule is not None:
        title += f" ({diagnostic.rule.code})"
    place, properties = diagnostic.place, {"title": title}
    if place is not None:
        where = {"file": place.file}
        if place.line:
            where |= {"line": str(place.line), "col": str(place.column)}
        properties = where | properties
    parts = (diagnostic.detail or diagnostic.summary, diagnostic.hint)
    said = [part for part in parts if part]
    said += [f"through {via}" for via in diagnostic.via]
    text = "\n".join(map(printable_lines, said))
    return workflow_command(str(diagnostic.severity), properties, text)


def workflow_command(name: str, properties: Mapping[str, str], text: str) -> str:
    """A command in the form that GitHub Actions obeys, everything in it escaped."""
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {shown}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
