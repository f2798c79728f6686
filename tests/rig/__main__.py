"""Every single fault, many pairs, and how many schedules that were.

PYTHONPATH=tests python -m rig [PAIRS] [SEED]
"""

from __future__ import annotations

import secrets
import sys

from rig.faults import Fault
from rig.scene import BrokenPromise
from rig.schedules import pairs, play, single


def main(given: list[str]) -> int:
    """Print a table; 1 where a promise was broken."""
    number = int(given[0]) if given else 3_000
    seed = int(given[1]) if len(given) > 1 else secrets.randbelow(10**6)
    schedules = {fault.value: single(fault) for fault in Fault}
    schedules[f"two of them (seed {seed})"] = list(pairs(number, seed))
    broken = 0
    for name, hits in schedules.items():
        for one in hits:
            try:
                play(one, concurrency=1 if len(one) == 1 else 1 + one[0].at % 4)
            except BrokenPromise as promise:
                broken += 1
                sys.stdout.write(f"{promise}\n")
        sys.stdout.write(f"{len(hits):6,} schedules  {name}\n")
        sys.stdout.flush()
    total = sum(map(len, schedules.values()))
    sys.stdout.write(f"{total:6,} schedules, {broken} with a broken promise\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
