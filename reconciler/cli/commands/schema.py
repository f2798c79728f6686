"""`reconciler schema`: the JSON Schemas of definitions and of what commands print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.exits import Exit
from reconciler.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command("schema")
@click.argument("name", required=False)
@click.option(
    "--write",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write all of them into DIR.",
)
def command(name: str | None, write: Path | None) -> int:
    """Print a JSON Schema: persona (the default), overlay, project, plan and others."""
    schemas = all_schemas()
    if write is not None:
        write.mkdir(parents=True, exist_ok=True)
        for file, text in schemas.items():
            (write / file).write_text(text, encoding="utf-8")
        return Exit.DONE
    wanted = f"{(name or 'persona').removesuffix('.schema.json')}.schema.json"
    if wanted not in schemas:
        known = ", ".join(sorted(file.removesuffix(".schema.json") for file in schemas))
        raise UsageError("There is no such schema", f"{name}; there are {known}")
    click.echo(schemas[wanted], nl=False)
    return Exit.DONE


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
