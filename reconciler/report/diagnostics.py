"""Diagnostics as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.report.formats import FORMAT_VERSION
from reconciler.report.machine import diagnostic_document, to_text
from reconciler.report.phrasing import diagnostic_lines, plain, verdict_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.report.formats import DiagnosticsDocument
    from reconciler.report.phrasing import Paint


def diagnostics_text(found: Sequence[Diagnostic], definitions: int, paint: Paint = plain) -> str:
    """Every problem, then one line that counts them."""
    lines = [line for diagnostic in found for line in diagnostic_lines(diagnostic, paint)]
    return "\n".join([*lines, verdict_line(found, definitions, paint)]) + "\n"


def diagnostics_json(found: Sequence[Diagnostic], definitions: int) -> str:
    """The same as JSON."""
    document: DiagnosticsDocument = {
        "kind": "persona-reconciler/diagnostics",
        "format_version": FORMAT_VERSION,
        "definitions": definitions,
        "valid": not any(diagnostic.is_error for diagnostic in found),
        "diagnostics": [diagnostic_document(diagnostic) for diagnostic in found],
    }
    return to_text(dict(document))
