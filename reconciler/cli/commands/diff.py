"""`reconciler diff`: the shortest patch between two JSON documents, from files or as a stream."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reconciler.cli.exits import Exit
from reconciler.cli.json_files import parse_json, read_json_file
from reconciler.core.document import equal
from reconciler.core.errors import PatchMismatchError, ReconcilerError, UsageError
from reconciler.core.patch import (
    SURGICAL,
    TAVUS,
    WIRE,
    Minimal,
    PatchRefusedError,
    apply_patch,
    measured_patch,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.core.patch import PatchRules

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

RULES: Final[Mapping[str, PatchRules]] = {"surgical": SURGICAL, "wire": WIRE, "tavus": TAVUS}


@click.command("diff")
@click.argument("before", required=False, type=_FILE, metavar="FROM.json")
@click.argument("after", required=False, type=_FILE, metavar="TO.json")
@click.option(
    "--rules",
    type=click.Choice(list(RULES)),
    default="surgical",
    show_default=True,
    help="surgical: write only what differs. wire: anything, the fewest bytes. "
    "tavus: as plan does it, lists by index behind a test.",
)
@click.option("--reuse", is_flag=True, help="Allow move and copy where that is shorter.")
@click.option("--stats", is_flag=True, help="Say size and guarantee on standard error.")
@click.option("--check", is_flag=True, help="Apply the patch with the jsonpatch package, compare.")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read lines {"from":…,"to":…,"rules":…?} on standard input, write lines {"patch":[…]}.',
)
def command(
    before: Path | None,
    after: Path | None,
    rules: str,
    reuse: bool,
    stats: bool,
    check: bool,
    jsonl: bool,
) -> int:
    """Print the shortest JSON Patch (RFC 6902) that turns one JSON document into another.

    --jsonl answers each line in order and flushes it; a line that cannot be answered ends the
    stream with its number.
    """
    if jsonl:
        if before or after:
            raise UsageError("--jsonl reads standard input; it takes no files")
        return _stream(sys.stdin, rules, reuse=reuse, check=check)
    if before is None or after is None:
        raise UsageError("Two files are needed", hint="reconciler diff FROM.json TO.json")
    old, new = read_json_file(before), read_json_file(after)
    found = measured_patch(old, new, replace(RULES[rules], reuse=reuse))
    if check:
        _check(old, new, found)
    click.echo(json.dumps(found.operations, ensure_ascii=False, indent=2))
    if stats:
        click.echo(_stats(found), err=True)
    return Exit.DONE


def _stats(found: Minimal) -> str:
    many = len(found.operations)
    least = f"without move and copy none is shorter than {found.plain_size:,}"
    exact = least if found.is_exact else "bounded search: perhaps not the shortest"
    return f"{many} operation{'' if many == 1 else 's'}, {found.size:,} bytes; {exact}"


def _check(before: Any, after: Any, found: Minimal) -> None:  # noqa: ANN401 - any JSON
    try:
        if equal(apply_patch(before, found.operations), after):
            return
    except PatchRefusedError as refused:
        raise PatchMismatchError("The jsonpatch package refuses the patch", str(refused)) from None
    raise PatchMismatchError("The jsonpatch package gives another document")


def _stream(lines: Iterable[str], rules: str, *, reuse: bool, check: bool) -> int:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"standard input, line {number}"
        pair = parse_json(line, where)
        if not isinstance(pair, dict) or not {"from", "to"} <= pair.keys():
            raise ReconcilerError("A line is no pair of documents", where)
        chosen = pair.get("rules", rules)
        if not isinstance(chosen, str) or chosen not in RULES:
            raise ReconcilerError("There are no such rules", f"{where}: {chosen}", ", ".join(RULES))
        found = measured_patch(pair["from"], pair["to"], replace(RULES[chosen], reuse=reuse))
        if check:
            _check(pair["from"], pair["to"], found)
        text = json.dumps({"patch": found.operations}, ensure_ascii=False, separators=(",", ":"))
        click.echo(text)
        sys.stdout.flush()
    return Exit.DONE
