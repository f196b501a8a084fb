"""The same work as a pyperf user would time it: a script with `bench_time_func`, run under the measured interpreter.

It takes the order that a worker of the harness takes, and measures the whole of each loop: start, work and stop.
"""

import argparse
import json

import pyperf

from harness.worker import workload_file
from harness.worker.modes import MODES


def main() -> None:
    """Let pyperf measure; called by its manager and, with --worker, by each of its worker processes."""
    runner = pyperf.Runner(add_cmdline_args=forward)
    runner.argparser.add_argument("--order", required=True)
    options = runner.parse_args()
    order = json.loads(options.order)
    workload = workload_file.module(order["path"])
    jobs = workload_file.jobs(workload, order["size"], order["sites"])[: order["jobs"]]
    if options.worker:
        workload_file.open_once(workload, order["mode"])
    mode = MODES[order["mode"]]

    def whole_seconds(loops: int) -> float:
        done = [mode(workload, jobs, order["workers"], order["start_method"]) for _ in range(loops)]
        return sum(loop.stopped - loop.began for loop in done)

    runner.bench_time_func(workload.__name__, whole_seconds)


def forward(command: list[str], options: argparse.Namespace) -> None:
    """Tell pyperf to hand the order on to its workers."""
    command.extend(("--order", options.order))


if __name__ == "__main__":
    main()
