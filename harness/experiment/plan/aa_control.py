"""The A/A control: which arm is measured a second time under another label, and in which cases."""

from collections.abc import Iterable, Sequence

from harness.records import ONE_BY_ONE, Arm, Case, Control

SUFFIX = "-control"


def declare(cases: Iterable[Case], arms: Sequence[Arm]) -> Control:
    """Return a control for the arm of interest: the free-threaded one, or else the last.

    It has one case for each workload and mode: noise differs from mode to mode (one thread, several threads, processes
    that start and stop) more than from one worker count to the next, and every further case would cost the run two
    hundredths of its blocks. The worker count is the largest that all concurrent modes of the workload have.
    """
    free = [arm for arm in arms if not arm.gil_expected]
    of = (free or list(arms))[-1].label
    listed = sorted(cases)
    chosen: list[Case] = []
    for workload in dict.fromkeys(case.workload for case in listed):
        modes: dict[str, dict[int, Case]] = {}
        for case in (case for case in listed if case.workload == workload):
            modes.setdefault(case.mode, {})[case.workers] = case
        concurrent = [set(by_workers) for mode, by_workers in modes.items() if mode not in ONE_BY_ONE]
        common = set.intersection(*concurrent) if concurrent else set()
        chosen += [by_workers[max(common & by_workers.keys() or by_workers)] for by_workers in modes.values()]
    return Control(label=f"{of}{SUFFIX}", of=of, cases=tuple(chosen))
