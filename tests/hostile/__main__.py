"""`python -m tests.hostile --examples N --seed S`: damage runs and read them, as often as one likes.

Every one is read, and each N-th of `--report-every N` makes a report too. Prints how many were refused, read and
reported, and every one with which something is wrong, with the seed that gives it again.
"""

import argparse
import contextlib
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterable
from pathlib import Path

from harness.runs import read_run
from tests.hostile.damage import damaged, reference, small
from tests.hostile.verdicts import examine, read

SLOW_SECONDS = 20.0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="the first one; each example has its own, counted up")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this long")
    parser.add_argument("--report-every", type=int, default=1, metavar="N", help="estimate and report each N-th alone")
    options = parser.parse_args(arguments)
    warnings.simplefilter("error")
    began, counts = time.monotonic(), {"refused": 0, "read": 0, "reported": 0, "wrong": 0}
    runs = small(), reference()
    few = [(experiment, lines[::4]) for experiment, lines in runs]  # reading more lines shows nothing that these do not
    # Interrupted, it says what it has seen so far.
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder, contextlib.suppress(KeyboardInterrupt):
        for seed in range(options.seed, options.seed + options.examples):
            if time.monotonic() - began > options.seconds:
                break
            reported = seed % options.report_every == 0
            experiment, lines = (runs if reported else few)[seed // options.report_every % 10 == 0]
            counts[_one(Path(folder), experiment, lines, seed, reported=reported)] += 1
    took = time.monotonic() - began
    print(f"{sum(counts.values())} examples from seed {options.seed} in {took:.0f} s: {counts}")
    return 1 if counts["wrong"] else 0


def _one(folder: Path, experiment: bytes, lines: Iterable[bytes], seed: int, *, reported: bool) -> str:
    began = time.monotonic()
    try:
        files = damaged(experiment, lines, seed)
        outcome = examine(folder, *files, page=seed % 7 == 0) if reported else read(folder, *files, read_run)
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        print(f"seed {seed}:")
        traceback.print_exc(file=sys.stdout)
        return "wrong"
    if time.monotonic() - began > SLOW_SECONDS:
        print(f"seed {seed}: took {time.monotonic() - began:.1f} s")
        return "wrong"
    if isinstance(outcome, str):
        return "refused"
    return "reported" if reported else "read"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
