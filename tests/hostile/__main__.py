"""`python -m tests.hostile --examples N --seed S`: damage runs and read them, as often as one likes.

Prints how many were refused, how many gave a report, and every one that did neither, with the seed that gives it again.
"""

import argparse
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from tests.hostile.damage import damaged, reference, small
from tests.hostile.verdicts import examine

SLOW_SECONDS = 20.0


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="the first one; each example has its own, counted up")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this long")
    options = parser.parse_args(arguments)
    warnings.simplefilter("error")
    began, counts = time.monotonic(), {"refused": 0, "reported": 0, "wrong": 0}
    runs = small(), reference()
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        for seed in range(options.seed, options.seed + options.examples):
            if time.monotonic() - began > options.seconds:
                break
            counts[_one(Path(folder), *runs[seed % 10 == 0], seed)] += 1
    took = time.monotonic() - began
    print(f"{sum(counts.values())} examples from seed {options.seed} in {took:.0f} s: {counts}")  # noqa: T201
    return 1 if counts["wrong"] else 0


def _one(folder, experiment, lines, seed):
    began = time.monotonic()
    try:
        seen = examine(folder, *damaged(experiment, lines, seed), page=seed % 7 == 0)
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        print(f"seed {seed}:")  # noqa: T201
        traceback.print_exc(file=sys.stdout)
        return "wrong"
    if time.monotonic() - began > SLOW_SECONDS:
        print(f"seed {seed}: took {time.monotonic() - began:.1f} s")  # noqa: T201
        return "wrong"
    return "refused" if isinstance(seen, str) else "reported"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
