"""What `validate` costs: the whole command, against reading the same files, in one run.

    python benchmarks/validate.py [NUMBER_OF_PERSONAS]

Bare cost: a Python process that composes each definition with the fastest YAML loader.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from plan import wall, write_definitions

BARE = (
    "import pathlib, yaml\n"
    "for file in pathlib.Path('personas').iterdir():\n"
    "    yaml.compose(file.read_text(encoding='utf-8'), Loader=yaml.CSafeLoader)\n"
)
PROJECT = "version: 1\ndefault_environment: sandbox\nenvironments: {sandbox: {api: sandbox}}\n"


def main(number: int) -> None:
    """Print both times and their ratio."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        (root / "personas").mkdir()
        (root / "reconciler.yaml").write_text(PROJECT, encoding="utf-8")
        write_definitions(root / "personas", number)
        bare = wall([sys.executable, "-c", f"import os\nos.chdir({directory!r})\n{BARE}"])
        whole = [sys.executable, "-m", "reconciler", "validate", "--chdir", directory]
        ours = wall(whole)
        few = wall([*whole, str(root / "personas" / "p00000.yaml")])
    print(f"validate, {number} definitions of 12.5 KB: {ours:.2f} s")
    print(f"  reading them alone: {bare:.2f} s; ratio {ours / bare:.2f}")
    print(f"  with one of them as PATH: {few:.2f} s; ratio {few / bare:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
