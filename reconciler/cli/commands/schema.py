"""`reconciler schema`: the JSON Schemas of definitions and of what commands print."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.cli.schemas import all_schemas
from reconciler.core.errors import UsageError


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
