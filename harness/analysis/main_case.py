"""The one concurrent case of a workload that its primaries and conclusions are about."""

from collections.abc import Sequence
from typing import Literal

from harness.records import ONE_BY_ONE, Case


def main_case(cases: Sequence[Case], bound: Literal["cpu", "io"], usable_cpus: int) -> Case | None:
    """Return it from the planned cases of one workload; None when none of them is concurrent.

    Threads if there are any, at the largest worker count that processes share and that does not ask for more CPUs than
    there are; waiting needs no CPU, so that limit holds for CPU-bound work only.
    """
    concurrent = [case for case in cases if case.mode not in ONE_BY_ONE]
    modes = {case.mode for case in concurrent}
    mode = next((mode for mode in ("threads", "processes", "asyncio") if mode in modes), None)
    candidates = [case for case in concurrent if case.mode == mode]
    if not candidates:
        return None
    fitting = [case for case in candidates if not oversubscribed(case.workers, bound, usable_cpus)]
    if not fitting:
        return min(candidates, key=lambda case: case.workers)
    counts = {case.workers for case in concurrent if case.mode == "processes"}
    return max(fitting, key=lambda case: (case.workers in counts, case.workers))


def oversubscribed(workers: int, bound: Literal["cpu", "io"], usable_cpus: int) -> bool:
    """Whether CPU-bound work has more workers than there are usable CPUs."""
    return bound == "cpu" and workers > usable_cpus
