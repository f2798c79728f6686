"""Definitions for the tests of desired: laying them out in a directory, loading, and showing."""

from __future__ import annotations

import json
import pathlib
import shutil
from typing import TYPE_CHECKING, Final

from reconciler.core.document import pointer
from reconciler.core.lint.settings import RuleSwitch
from reconciler.core.lint.switches import Switches
from reconciler.core.rulebook import rule_of
from reconciler.core.secret import Secret
from reconciler.desired.loader import Loaded, load_definitions

if TYPE_CHECKING:
    from reconciler.core.diagnostics import Diagnostic
    from reconciler.core.resource import Desired

CASES: Final = pathlib.Path(__file__).parent / "desired" / "cases"

VARIABLES: Final = {"FACE": "r90bbd427f71", "KEY": "CANARY-from-the-environment", "EMPTY": ""}


def write(root: pathlib.Path, files: dict[str, str | bytes]) -> pathlib.Path:
    """The directory with these files in it, made where it is missing."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def load(
    root: pathlib.Path,
    *,
    environment: str = "sandbox",
    require_env: bool = True,
    off: str = "unused-fragment",
) -> Loaded:
    """What is in a definitions directory, in a project with two environments.

    Tests share fragments that not each of them includes, so that rule is off unless it is wanted.
    """
    return load_definitions(
        root,
        environment=environment,
        variables=VARIABLES,
        require_env=require_env,
        known_environments=("sandbox", "prod"),
        switches=Switches({rule_of(off).code: RuleSwitch(level="off")} if off else {}),
    )


def load_case(case: pathlib.Path, directory: pathlib.Path) -> Loaded:
    """What the one definition of a case gives, beside the fragments all cases share."""
    root = directory / "personas"
    shutil.copytree(CASES / "shared", root)
    shutil.copy(case, root)
    return load(root)


def shown(diagnostic: Diagnostic) -> str:
    """A diagnostic on one line."""
    told = f"{diagnostic.place} {diagnostic.severity}: {diagnostic.summary}"
    told += f" ({diagnostic.detail})" if diagnostic.detail else ""
    told += f" [{diagnostic.hint}]" if diagnostic.hint else ""
    return told + "".join(f" via {place}" for place in diagnostic.via)


def portrait(desired: Desired) -> str:
    """Everything a Desired says, as JSON."""
    reserved = desired.reserved
    return json.dumps(
        {
            "address": str(desired.address),
            "vocabulary": desired.vocabulary,
            "document": desired.document,
            "places": {pointer(path): str(place) for path, place in desired.places.items()},
            "spellings": {pointer(a): pointer(b) for a, b in desired.spellings.items()},
            "reserved": {
                "moved_from": reserved.moved_from,
                "protect": reserved.protect,
                "labels": dict(reserved.labels),
                "ignore": [pointer(path) for path in reserved.ignore],
                "environments": reserved.environments,
            },
        },
        indent=1,
        ensure_ascii=False,
        default=lambda value: repr(value) if isinstance(value, Secret) else None,
    )
