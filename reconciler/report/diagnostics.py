"""Diagnostics as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.report.formats import FORMAT_VERSION
from reconciler.report.machine import diagnostic_document
from reconciler.report.phrasing import count, diagnostic_lines, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.diagnostics import Diagnostic
    from reconciler.report.phrasing import Paint


def diagnostics_text(found: Sequence[Diagnostic], definitions: int, paint: Paint = plain) -> str:
    """Every problem, then one line that counts them."""
    lines = [line for diagnostic in found for line in diagnostic_lines(diagnostic, paint)]
    errors = sum(diagnostic.is_error for diagnostic in found)
    warnings = len(found) - errors
    counts = [count(errors, "error")] if errors else []
    counts += [count(warnings, "warning")] if warnings else []
    verdict = paint("valid", "add") if not errors else paint("not valid", "error")
    total = f"{count(definitions, 'definition')}, {', '.join(counts)}: " if counts else ""
    lines.append(f"{total or count(definitions, 'definition') + ': '}{verdict}")
    return "\n".join(lines) + "\n"


def diagnostics_json(found: Sequence[Diagnostic], definitions: int) -> str:
    """The same as JSON."""
    document = {
        "kind": "persona-reconciler/diagnostics",
        "format_version": FORMAT_VERSION,
        "definitions": definitions,
        "valid": not any(diagnostic.is_error for diagnostic in found),
        "diagnostics": [diagnostic_document(diagnostic) for diagnostic in found],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
