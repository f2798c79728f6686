"""Many rounds; says every tenth how it goes, and at the first broken promise what happened."""

from __future__ import annotations

import secrets
import sys
import tempfile
from pathlib import Path

from soak.jobs import ci_service
from soak.rounds import BrokenError, Soak


def main(given: list[str]) -> int:
    """Rounds and seed, if given."""
    rounds = int(given[0]) if given else 100
    seed = int(given[1]) if len(given) > 1 else secrets.randbelow(10**6)
    sys.stdout.write(f"Seed {seed}\n")
    with tempfile.TemporaryDirectory(prefix="soak-") as directory, ci_service() as jobs:
        soak = Soak(Path(directory), jobs, seed)
        for number in range(1, rounds + 1):
            try:
                soak.round()
            except BrokenError as broken:
                sys.stdout.write(f"{broken}\n")
                return 1
            if number % 10 == 0 or number == rounds:
                sys.stdout.write(f"{soak.report}\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
