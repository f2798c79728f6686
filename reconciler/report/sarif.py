"""Diagnostics as SARIF 2.1.0, the form that code scanning services read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from reconciler import __version__
from reconciler.core.rulebook import Level, Rule
from reconciler.report.machine import to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.diagnostics import Diagnostic, Place

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_NO_RULE: Final = "invalid-definition"
"""The id of what is no lint rule: a definition that cannot be used."""

_ORDER: Final = {rule: index for index, rule in enumerate(Rule, 1)}
"""Rule → its position among the rules of the document; _NO_RULE comes first."""


def diagnostics_sarif(found: Sequence[Diagnostic]) -> str:
    """One run with every rule there is and a result per diagnostic.

    Paths are relative to whatever the reader takes for the root of the sources.
    """
    driver = {
        "name": "persona-reconciler",
        "semanticVersion": __version__,
        "rules": [_invalid(), *map(_rule, Rule)],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(diagnostic) for diagnostic in found],
    }
    return to_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _invalid() -> dict[str, Any]:
    text = "A definition that cannot be used. This is no matter of taste, so there is no switch."
    return {
        "id": _NO_RULE,
        "name": "InvalidDefinition",
        "shortDescription": {"text": "A definition that cannot be used."},
        "help": {"text": text},
        "defaultConfiguration": {"level": "error"},
    }


def _rule(rule: Rule) -> dict[str, Any]:
    switch = f"Switch it under lint in reconciler.yaml: {{{rule.code}: off}}, warning or error."
    return {
        "id": rule.code,
        "name": "".join(word.title() for word in rule.slug.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "help": {"text": f"{rule.title} ({rule.slug}). {switch} See docs/lint/{rule.code}.md."},
        "defaultConfiguration": {"level": "none" if rule.level is Level.OFF else rule.level.value},
    }


def _result(diagnostic: Diagnostic) -> dict[str, Any]:
    rule = diagnostic.rule
    detail = f": {diagnostic.detail}" if diagnostic.detail else ""
    hint = f"\n{diagnostic.hint}" if diagnostic.hint else ""
    result: dict[str, Any] = {
        "ruleId": rule.code if rule else _NO_RULE,
        "ruleIndex": _ORDER[rule] if rule else 0,
        "level": diagnostic.severity.value,
        "message": {"text": f"{diagnostic.summary}{detail}{hint}"},
    }
    if diagnostic.place is not None:
        result["locations"] = [{"physicalLocation": _location(diagnostic.place)}]
    if diagnostic.via:
        result["relatedLocations"] = [
            {"physicalLocation": _location(via), "message": {"text": "Included from here"}}
            for via in diagnostic.via
        ]
    return result


def _location(place: Place) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(place.file)}}
    if place.line:
        location["region"] = {"startLine": place.line, "startColumn": place.column}
    return location
