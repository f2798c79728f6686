"""The JSON Schemas of definitions, of the project file, and of what commands print."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def all_schemas() -> Mapping[str, str]:
    """File name → text of every schema the project has."""
    from reconciler.desired.json_schema import (
        overlay_schema_text,
        persona_schema_text,
        schema_text,
    )
    from reconciler.desired.profile_schema import PROFILE_SCHEMA_ID, profile_schema_text
    from reconciler.desired.project_schema import PROJECT_SCHEMA_ID, project_schema_text
    from reconciler.report.schemas import report_schemas

    reports = {name: schema_text(schema) for name, schema in report_schemas().items()}
    return {
        "persona.schema.json": persona_schema_text(),
        "overlay.schema.json": overlay_schema_text(),
        PROJECT_SCHEMA_ID: project_schema_text(),
        PROFILE_SCHEMA_ID: profile_schema_text(),
        **reports,
    }
