"""`reconciler diff`: the patch between two JSON documents, from files or as a stream."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.exits import Exit
from reconciler.cli.json_files import parse_json, read_json_file
from reconciler.core.errors import ReconcilerError, UsageError
from reconciler.core.patch import diff_documents

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("diff")
@click.argument("before", required=False, type=_FILE, metavar="FROM.json")
@click.argument("after", required=False, type=_FILE, metavar="TO.json")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read lines {"from":…,"to":…} on standard input, write lines {"patch":[…]}.',
)
def command(before: Path | None, after: Path | None, jsonl: bool) -> int:
    """Print the JSON Patch (RFC 6902) that turns one JSON document into another."""
    if jsonl:
        if before or after:
            raise UsageError("--jsonl reads standard input; it takes no files")
        return _stream(sys.stdin)
    if before is None or after is None:
        raise UsageError("Two files are needed", hint="reconciler diff FROM.json TO.json")
    patch = diff_documents(read_json_file(before), read_json_file(after))
    click.echo(json.dumps(patch, ensure_ascii=False, indent=2))
    return Exit.DONE


def _stream(lines: Iterable[str]) -> int:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        pair = parse_json(line, f"standard input, line {number}")
        if not isinstance(pair, dict) or not {"from", "to"} <= pair.keys():
            raise ReconcilerError(
                "A line is no pair of documents", f"standard input, line {number}"
            )
        patch = diff_documents(pair["from"], pair["to"])
        click.echo(json.dumps({"patch": patch}, ensure_ascii=False, separators=(",", ":")))
        sys.stdout.flush()
    return Exit.DONE
