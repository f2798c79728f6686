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
    to_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reconciler.core.document import Object
    from reconciler.core.patch import PatchRules

    Pair = dict[str, Any]

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
    if jsonl and (before or after):
        raise UsageError("--jsonl reads standard input; it takes no files")
    if jsonl:
        pairs = _lines(sys.stdin.buffer)
    elif before is None or after is None:
        raise UsageError("Two files are needed", hint="reconciler diff FROM.json TO.json")
    else:
        pair = {"from": read_json_file(before), "to": read_json_file(after)}
        pairs = iter([(f"{before}, {after}", pair)])
    for where, pair in pairs:
        found = _patch(pair, _rules(pair, rules, reuse=reuse, where=where), where, check=check)
        click.echo(to_bytes({"patch": found.operations}) if jsonl else _shown(found.operations))
        if stats:
            click.echo(_stats(found), err=True)
    return Exit.DONE


def _lines(stream: Iterable[bytes]) -> Iterator[tuple[str, Pair]]:
    """Where each pair stands on standard input, and the pair."""
    for number, line in enumerate(stream, start=1):
        where = f"standard input, line {number}"
        try:
            # Each line by itself: text read in blocks would fail before the lines in front of it.
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise ReconcilerError("Not JSON", f"{where}: it is not UTF-8 text") from None
        if not text.strip():
            continue
        pair = parse_json(text, where)
        if not isinstance(pair, dict) or not {"from", "to"} <= pair.keys():
            raise ReconcilerError("A line is no pair of documents", where)
        yield where, pair


def _rules(pair: Pair, otherwise: str, *, reuse: bool, where: str) -> PatchRules:
    chosen = pair.get("rules", otherwise)
    if not isinstance(chosen, str) or chosen not in RULES:
        raise ReconcilerError("There are no such rules", f"{where}: {chosen}", ", ".join(RULES))
    return replace(RULES[chosen], reuse=reuse)


def _patch(pair: Pair, rules: PatchRules, where: str, *, check: bool) -> Minimal:
    try:
        found = measured_patch(pair["from"], pair["to"], rules)
        if check:
            _check(pair["from"], pair["to"], found)
    except RecursionError:
        raise ReconcilerError("The documents are nested too deeply", where) from None
    return found


def _shown(operations: Sequence[Object]) -> bytes:
    # A lone surrogate, which UTF-8 cannot hold, is written as the escape it was read as.
    return json.dumps(operations, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")


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
